#include "ui/panels/journey_panel.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/look/amounts.h"
#include "ui/panels/fate.h"

namespace ringside::ui {

JourneyPanel::JourneyPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      session_(session),
      fate_(new QLabel(this)),
      strip_(new JourneyStrip(this)),
      next_(new QLabel(this)),
      bytes_(new BytesView(this)) {
  setMinimumWidth(270);
  fate_->setWordWrap(true);
  next_->setWordWrap(true);
  next_->setObjectName(QStringLiteral("journey-next"));
  auto* line = new QHBoxLayout;
  line->addWidget(button(tr("|◀ First"), tr("Its first step"), &JourneyPanel::first));
  line->addWidget(button(tr("◀ Back"), tr("Its last step before this"), &JourneyPanel::previous));
  line->addWidget(button(tr("Next ▶"), tr("What happens to it next"), &JourneyPanel::next));
  line->addWidget(button(tr("Last ▶|"), tr("Its last step"), &JourneyPanel::last));
  line->addStretch(1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(6, 6, 6, 0);
  column->setSpacing(4);
  column->addWidget(fate_);
  column->addWidget(strip_);
  column->addLayout(line);
  column->addWidget(next_);
  column->addWidget(bytes_, 1);
  connect(strip_, &JourneyStrip::stepWanted, &session_, &Session::seek);
  connect(&session_, &Session::positionChanged, this, &JourneyPanel::show_position);
  connect(&session_, &Session::opened, this, [this] { show_packets(packets_); });
  connect(&session_, &Session::runFinished, this, &JourneyPanel::look);
}

QToolButton* JourneyPanel::button(const QString& text, const QString& tip, void (JourneyPanel::*slot)()) {
  auto* made = new QToolButton(this);
  made->setText(text);
  made->setToolTip(tip);
  made->setAccessibleName(tip);
  connect(made, &QToolButton::clicked, this, slot);
  return made;
}

void JourneyPanel::show_packets(const QList<quint32>& packets) {
  packets_ = packets.mid(0, 2);
  bytes_->clear_frame();
  if (!packets_.isEmpty() && session_.is_open())
    if (const auto frame = session_.frame(packets_.first())) bytes_->set_frame(*frame);
  look();
}

void JourneyPanel::look() {
  if (packets_.isEmpty() || !session_.is_open()) {
    work_.cancel();
    strip_->set_journeys({});
    fate_->setText(tr("Choose a packet in the list or on the stage."));
    next_->clear();
    return;
  }
  fate_->setText(fate_line());
  using Journeys = std::vector<query::Journey>;
  work_.start<Journeys>(
      [trace = session_.player().shared_trace(), run = session_.run(),
       numbers = packets_](const std::atomic<bool>& cancelled) {
        Journeys found;
        for (const quint32 number : numbers) found.push_back(query::journey_of(*trace, number, &cancelled));
        return found;
      },
      [this](Journeys found) {
        strip_->set_journeys(std::move(found));
        show_position();
      });
}

QString JourneyPanel::fate_line() const {
  QStringList lines;
  for (const quint32 number : packets_) {
    const auto row = session_.trace().row_of(number);
    if (!row) continue;
    const PacketRow packet = session_.trace().packet(*row);
    QString words = tr("Packet %1: %2.").arg(number).arg(fate_words(packet));
    if (packet.delivered_ns >= 0)
      words += QLatin1Char(' ') +
               tr("From the wire to read() in %1.").arg(duration_text(packet.delivered_ns - packet.t_ns));
    lines << words;
  }
  return lines.join(QLatin1Char('\n'));
}

void JourneyPanel::show_position() {
  if (!session_.is_open() || !isVisible()) return;
  const StepIndex position = session_.player().position();
  strip_->show_position(position);
  if (strip_->journeys().empty()) return;
  const query::Journey& journey = strip_->journeys().front();
  const query::JourneyStop* coming = nullptr;
  for (const query::JourneyStop& stop : journey.stops)
    if (coming == nullptr && stop.step >= position && stop.step > journey.row.first_step) coming = &stop;
  if (journey.stops.empty())
    next_->setText(tr("It never reaches our host."));
  else if (coming == nullptr)
    next_->setText(tr("Nothing more happens to it."));
  else {
    const QString in = duration_text(std::max<std::int64_t>(0, coming->begin_ns - session_.player().t_ns()));
    next_->setText(coming->function == Fn::none
                       ? tr("Next: %1, in %2.").arg(stop_words(*coming), in)
                       : tr("Next: %1, in %2, by %3().")
                             .arg(stop_words(*coming), in, QString::fromLatin1(name_of(coming->function))));
  }
}

void JourneyPanel::refresh() {
  strip_->update();
  if (!packets_.isEmpty()) show_packets(packets_);
}

void JourneyPanel::first() {
  if (!packets_.isEmpty()) session_.seek_packet(packets_.first());
}
void JourneyPanel::last() {
  if (packets_.isEmpty() || !session_.is_open()) return;
  const auto row = session_.trace().row_of(packets_.first());
  if (row && session_.trace().packet(*row).fate >= Fate::inside)
    session_.seek_soon(session_.trace().packet(*row).last_step + 1);
}
void JourneyPanel::next() {
  if (packets_.isEmpty()) return;
  session_.search_forward(
      [number = packets_.first()](const Page&, const Event& e) { return e.packet == number; });
}
void JourneyPanel::previous() {
  if (packets_.isEmpty()) return;
  session_.search_back(
      [number = packets_.first()](const Page&, const Event& e) { return e.packet == number; });
}

}  // namespace ringside::ui
