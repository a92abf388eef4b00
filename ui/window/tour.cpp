#include "ui/window/tour.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/look/theme.h"

namespace ringside::ui {

/// A frame around the part that is explained; the mouse goes through it.
class Tour::Outline : public QWidget {
 public:
  explicit Outline(QWidget* parent) : QWidget(parent) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen(theme().glow, 4));
    p.drawRoundedRect(QRectF(rect()).adjusted(2, 2, -2, -2), 6, 6);
  }
};

Tour::Tour(std::vector<TourStop> stops, QWidget* window)
    : QFrame(window),
      stops_(std::move(stops)),
      outline_(new Outline(window)),
      title_(new QLabel(this)),
      text_(new QLabel(this)),
      back_(new QPushButton(tr("&Back"), this)),
      next_(new QPushButton(this)) {
  setObjectName(QStringLiteral("tour"));
  setAttribute(Qt::WA_DeleteOnClose);
  setFrameShape(QFrame::StyledPanel);
  setAutoFillBackground(true);
  setFocusPolicy(Qt::StrongFocus);
  QFont bold = font();
  bold.setBold(true);
  title_->setFont(bold);
  text_->setWordWrap(true);
  text_->setFixedWidth(330);
  back_->setObjectName(QStringLiteral("tour-back"));
  next_->setObjectName(QStringLiteral("tour-next"));
  auto* end = new QPushButton(tr("&End the tour"), this);
  end->setObjectName(QStringLiteral("tour-end"));
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(end);
  buttons->addStretch(1);
  buttons->addWidget(back_);
  buttons->addWidget(next_);
  auto* column = new QVBoxLayout(this);
  column->addWidget(title_);
  column->addWidget(text_);
  column->addLayout(buttons);
  connect(end, &QPushButton::clicked, this, &QWidget::close);
  connect(back_, &QPushButton::clicked, this, &Tour::back);
  connect(next_, &QPushButton::clicked, this, &Tour::next);
  std::erase_if(stops_, [](const TourStop& stop) { return stop.where().isEmpty(); });
  window->installEventFilter(this);
  // Parts may change their size by themselves, too: a note appears, a panel is closed.
  auto* watch = new QTimer(this);
  watch->setInterval(200);
  connect(watch, &QTimer::timeout, this, [this] {
    if (!stops_.empty() && stops_[at_].where() != part_) place();
  });
  watch->start();
  setStyleSheet(QStringLiteral("#tour { background: %1; border: 2px solid %2; border-radius: 6px; }")
                    .arg(theme().card.name(), theme().glow.name()));
  show_stop();
}

QRect Tour::outlined() const { return outline_->geometry(); }

void Tour::next() {
  if (at_ + 1 >= stops_.size()) {
    close();
    return;
  }
  ++at_;
  show_stop();
}

void Tour::back() {
  if (at_ > 0) --at_;
  show_stop();
}

void Tour::show_stop() {
  if (stops_.empty()) return;
  const TourStop& stop = stops_[at_];
  title_->setText(tr("%1  (%2 of %3)").arg(stop.title).arg(at_ + 1).arg(stops_.size()));
  text_->setText(stop.text);
  setAccessibleName(stop.title);
  setAccessibleDescription(stop.text);
  back_->setEnabled(at_ > 0);
  next_->setText(at_ + 1 < stops_.size() ? tr("&Next") : tr("&Done"));
  place();
  outline_->show();
  outline_->raise();
  show();
  raise();
  next_->setFocus();
}

/// The card stands beside the part, where there is most room, and never outside of the window.
void Tour::place() {
  if (stops_.empty()) return;
  const QRect all = parentWidget()->rect().adjusted(8, 8, -8, -8);
  part_ = stops_[at_].where();
  const QRect part = part_.intersected(all);
  outline_->setGeometry(part.adjusted(-3, -3, 3, 3));
  adjustSize();
  const QSize card = size();
  QPoint at(part.right() + 14, part.top() + 10);                                             // at its right,
  if (at.x() + card.width() > all.right()) at.setX(part.left() - 14 - card.width());         // or its left,
  if (at.x() < all.left()) at = {part.center().x() - card.width() / 2, part.bottom() + 14};  // or below it,
  if (at.y() + card.height() > all.bottom()) at.setY(part.top() - 14 - card.height());       // or above it,
  if (at.y() < all.top()) at = part.center() - QPoint(card.width() / 2, card.height() / 2);  // else upon it
  at.setX(std::clamp(at.x(), all.left(), std::max(all.left(), all.right() - card.width())));
  at.setY(std::clamp(at.y(), all.top(), std::max(all.top(), all.bottom() - card.height())));
  move(at);
}

bool Tour::eventFilter(QObject* object, QEvent* event) {
  if (object == parentWidget() && event->type() == QEvent::Resize) place();
  return QFrame::eventFilter(object, event);
}

/// Escape ends it, before it means anything else.
bool Tour::event(QEvent* event) {
  const bool override = event->type() == QEvent::ShortcutOverride;
  if ((override || event->type() == QEvent::KeyPress) &&
      static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
    event->accept();
    if (!override) close();
    return true;
  }
  return QFrame::event(event);
}

void Tour::closeEvent(QCloseEvent* event) {
  outline_->deleteLater();
  if (parentWidget() != nullptr) parentWidget()->setFocus();
  QFrame::closeEvent(event);
}

}  // namespace ringside::ui
