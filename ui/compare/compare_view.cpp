#include "ui/compare/compare_view.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "core/scenario/choices.h"
#include "ui/look/amounts.h"
#include "ui/look/theme.h"
#include "ui/session/error_text.h"
#include "ui/stage/painter.h"
#include "ui/stage/picture_reader.h"

namespace ringside::ui {

CompareView::CompareView(Session& first, QWidget* parent)
    : QWidget(parent),
      first_(first),
      second_(new Session(this)),
      kernel_(new QComboBox(this)),
      knobs_(new QLineEdit(this)),
      words_(new QLabel(this)),
      go_(new QToolButton(this)),
      stage_(new StageWidget) {
  setObjectName(QStringLiteral("compare"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  make_line();
  auto* scroll = new QScrollArea(this);
  scroll->setWidget(stage_);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  column->addWidget(scroll, 1);
  connect(&first_, &Session::positionChanged, this, &CompareView::follow);
  connect(&first_, &Session::runFinished, this, [this] {
    if (isVisible()) run();
  });
  connect(second_, &Session::opened, this, &CompareView::follow);
  connect(second_, &Session::positionChanged, this, &CompareView::show_position);
  connect(second_, &Session::runFinished, this, [this] {
    follow();
    look();
  });
  connect(second_, &Session::failed, this,
          [this](const Error& error) { words_->setText(error_text(error)); });
}

void CompareView::make_line() {
  kernel_->setObjectName(QStringLiteral("compare-kernel"));
  kernel_->setAccessibleName(tr("Kernel of the second run"));
  for (const char* name : {"4.13", "6.18"})
    kernel_->addItem(tr("Linux %1").arg(QString::fromLatin1(name)), QString::fromLatin1(name));
  knobs_->setObjectName(QStringLiteral("compare-knobs-line"));
  knobs_->setAccessibleName(tr("Knobs of the second run"));
  knobs_->setPlaceholderText(tr("other knobs: nic.rx_ring=64; net.ipv4.tcp_sack=0"));
  words_->setObjectName(QStringLiteral("compare-words"));
  words_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  words_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  go_->setText(tr("Go there"));
  go_->setObjectName(QStringLiteral("compare-go"));
  auto* close = new QToolButton(this);
  close->setText(QStringLiteral("✕"));
  close->setAutoRaise(true);
  close->setAccessibleName(tr("End the comparison"));
  auto* line = new QHBoxLayout;
  line->setContentsMargins(8, 3, 6, 3);
  line->addWidget(kernel_);
  line->addWidget(knobs_, 1);
  line->addWidget(go_);
  line->addWidget(close);
  words_->setContentsMargins(10, 0, 8, 3);
  static_cast<QVBoxLayout*>(layout())->addLayout(line);
  static_cast<QVBoxLayout*>(layout())->addWidget(words_);
  connect(kernel_, &QComboBox::activated, this, &CompareView::run);
  connect(knobs_, &QLineEdit::returnPressed, this, &CompareView::run);
  connect(go_, &QToolButton::clicked, this, &CompareView::go_to_difference);
  connect(close, &QToolButton::clicked, this, [this] {
    work_.cancel();
    difference_.reset();
    emit differenceChanged();
    hide();
  });
  go_->hide();
}

void CompareView::begin(const QString& kernel) {
  kernel_->setCurrentIndex(std::max(0, kernel_->findData(kernel)));
  show();
  run();
  if (kernel == first_.kernel()) knobs_->setFocus();
}

void CompareView::run() {
  if (!first_.is_open()) return;
  work_.cancel();
  difference_.reset();
  emit differenceChanged();
  go_->hide();
  Scenario scenario = first_.scenario();
  for (const QString& text : knobs_->text().split(QLatin1Char(';'), Qt::SkipEmptyParts)) {
    const auto setting = knob_setting(text.trimmed().toStdString());
    if (!setting) return words_->setText(error_text(setting.error()));
    std::erase_if(scenario.knobs, [&](const KnobSetting& other) { return other.name == setting->name; });
    scenario.knobs.push_back(*setting);
  }
  words_->setText(tr("running …"));
  second_->open_like(first_, std::move(scenario), kernel_->currentData().toString());
}

/// On the first run's clock: as far as its time has come.
void CompareView::follow() {
  if (!isVisible() || !first_.is_open() || !second_->is_open()) return;
  const std::int64_t now = first_.player().t_ns();
  second_->seek(first_.player().position() == 0 ? 0 : second_->trace().step_at(now + 1));
  show_position();
}

void CompareView::show_position() {
  if (!isVisible() || !second_->is_open()) return;
  PictureOptions options;
  options.summary = [this](std::uint32_t number) { return second_->summary(number).chip; };
  options.shown_sock = stage_->picture().sock ? stage_->picture().sock->index : 0;
  options.scripted = second_->script() != nullptr;
  options.wire = second_->wire_plan();
  StagePicture picture = read_picture(second_->player(), options);
  StageView view = stage_->view();
  if (picture.sock) isn_ = second_->player().host()[SockId{picture.sock->index}].tp.irs;
  view.isn = isn_;
  stage_->set_view(view);
  stage_->show_picture(std::move(picture), second_->motions(), second_->animation_ms());
}

void CompareView::look() {
  if (!first_.is_open() || !second_->is_open()) return;
  words_->setText(tr("looking for the first difference …"));
  using Found = std::optional<query::Difference>;
  work_.start<Found>(
      [a = first_.player().shared_trace(), b = second_->player().shared_trace(), run_a = first_.run(),
       run_b = second_->run()](const std::atomic<bool>& cancelled) {
        return query::first_difference(*a, *b, &cancelled);
      },
      [this](Found found) {
        difference_ = std::move(found);
        say_difference();
        emit differenceChanged();
      });
}

namespace {
/// Only what differs in two answers of the host.
QString answer_words(const query::Difference& d) {
  if (!d.sent_a) return CompareView::tr("no counterpart above");
  if (!d.sent_b) return CompareView::tr("no counterpart here");
  QStringList parts;
  const auto compare = [&parts](const QString& name, std::uint32_t a, std::uint32_t b) {
    if (a != b) parts << CompareView::tr("%1 %2 above, %3 here").arg(name).arg(a).arg(b);
  };
  compare(QStringLiteral("window"), d.sent_a->win, d.sent_b->win);
  compare(QStringLiteral("ack"), d.sent_a->ack, d.sent_b->ack);
  compare(QStringLiteral("seq"), d.sent_a->seq, d.sent_b->seq);
  compare(QStringLiteral("len"), d.sent_a->len, d.sent_b->len);
  compare(QStringLiteral("flags"), d.sent_a->flags, d.sent_b->flags);
  if (parts.isEmpty()) parts << CompareView::tr("other SACK blocks");
  return parts.join(QStringLiteral(", "));
}
}  // namespace

void CompareView::say_difference() {
  go_->setVisible(difference_.has_value());
  if (!difference_) return words_->setText(tr("No packet goes another way, and all answers are the same."));
  const query::Difference& d = *difference_;
  const auto place = [](Place p) {
    return p == Place::none ? CompareView::tr("nowhere") : QString::fromLatin1(name_of(p));
  };
  if (d.kind == query::Difference::Kind::way)
    words_->setText(tr("First difference: packet %1 goes to %2 above, to %3 here, at %4.")
                        .arg(d.packet)
                        .arg(place(d.a), place(d.b), time_text(d.t_ns)));
  else
    words_->setText(tr("First difference: our segment %1 has %2, at %3.")
                        .arg(d.number + 1)
                        .arg(answer_words(d), time_text(d.t_ns)));
  words_->setToolTip(words_->text());
  StageView view = stage_->view();
  view.selected = d.packet;
  stage_->set_view(view);
}

void CompareView::go_to_difference() {
  if (!difference_) return;
  first_.seek(difference_->step_a + 1);
  if (second_->is_open()) second_->seek(difference_->step_b + 1);
}

}  // namespace ringside::ui
