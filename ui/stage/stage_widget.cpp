#include "ui/stage/stage_widget.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPaintEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <QtMath>

#include "ui/look/theme.h"
#include "ui/stage/stage_text.h"

namespace ringside::ui {

namespace {
bool can_unfold(Place place) {
  switch (place) {
    case Place::none:
    case Place::wire:
    case Place::user_buffer:
    case Place::in_flight:
    case Place::freed:
      return false;
    default:
      return true;
  }
}
}  // namespace

StageWidget::StageWidget(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("stage"));
  setAttribute(Qt::WA_OpaquePaintEvent);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Stage"));
  frame_.setTimerType(Qt::PreciseTimer);
  frame_.setInterval(16);
  connect(&frame_, &QTimer::timeout, this, &StageWidget::tick);
}

QSize StageWidget::minimumSizeHint() const {
  return (StageLayout::least_size(zoom_) * StageLayout::most_squeeze()).toSize();
}
QSize StageWidget::sizeHint() const { return StageLayout::least_size(zoom_).toSize() * 1.1; }

void StageWidget::make_layout() {
  StageMode mode;
  mode.ipv6 = picture_.ipv6;
  mode.prequeue = picture_.queue(Place::prequeue).exists;
  mode.listener = picture_.listener.has_value();
  mode.sockets =
      picture_.sock && picture_.sock->protocol != 6 ? StageMode::Sockets::udp : StageMode::Sockets::tcp;
  if (layout_.size == QSizeF(size()) && layout_.zoom == zoom_ && layout_.mode == mode &&
      !background_.isNull())
    return;
  layout_ = StageLayout::make(size(), zoom_, mode);
  const qreal ratio = devicePixelRatioF();
  background_ = QPixmap((QSizeF(size()) * ratio).toSize());
  background_.setDevicePixelRatio(ratio);
  background_.fill(theme().window);
  QPainter painter(&background_);
  StagePainter(painter, layout_, sprites_, ratio).background();
}

void StageWidget::show_picture(StagePicture picture, const std::vector<Motion>& motions, int milliseconds) {
  // Where packets are drawn now is where their flights begin.
  picture_ = std::move(picture);
  make_layout();
  if (!motions.empty()) {  // one dry run places the packets: flights end where they will be
    QPixmap nowhere(1, 1);
    QPainter painter(&nowhere);
    StageView all = view_;
    all.on_the_way.clear();
    StagePainter(painter, layout_, sprites_, devicePixelRatioF()).state(picture_, all, hits_);
  }
  trail_.clear();
  view_.on_the_way.clear();
  scene_old_ = true;
  constexpr int kShortestFlight = 90;  // ms: shorter ones could not be followed
  if (!motions.empty() && milliseconds >= 0 && milliseconds < kShortestFlight) {
    animator_.stop();
    start_streams(motions);
    update();
    return;
  }
  std::vector<Flight> flights = flights_of(motions);
  for (const Flight& flight : flights) {
    if (flight.count == 1 && flight.chip.skb == picture_.moving.skb &&
        flight.chip.packet == picture_.moving.packet)
      trail_ = flight.way;
    if (flight.hides && milliseconds > 0) {
      ChipPicture landing = flight.chip;
      landing.place = flight.into_ring ? Place::rx_ring : Place::none;
      view_.on_the_way.insert(way_key(landing));
    }
  }
  if (milliseconds > 0 && !flights.empty()) {
    animator_.start(std::move(flights), milliseconds);
    clock_.restart();
    stream_clock_.restart();
    frame_.start();
  } else {
    animator_.stop();
    view_.on_the_way.clear();
  }
  update();
}

void StageWidget::set_now(const std::optional<NowPicture>& now) {
  if (now == picture_.now) return;
  picture_.now = now;
  scene_old_ = true;
  update();
}

/// At high speed: what goes along one way is one stream.
void StageWidget::start_streams(const std::vector<Motion>& motions) {
  for (const Motion& motion : motions) {
    const std::vector<Flight> flight = flights_of({motion});
    if (!flight.empty()) streams_.add(flight.front(), motion.stops.front(), motion.stops.back());
  }
  if (!frame_.isActive()) {
    stream_clock_.restart();
    frame_.start();
  }
}

void StageWidget::tick() {
  const bool glows = streams_.advance(static_cast<qreal>(stream_clock_.restart()));
  const bool flew = animator_.running();
  const bool flies = animator_.advance(static_cast<qreal>(clock_.elapsed()));
  if (flew && !flies) {
    view_.on_the_way.clear();
    scene_old_ = true;
  }
  if (!flies && !glows) frame_.stop();
  update();
}

QPointF StageWidget::anchor(const Stop& stop, const ChipPicture& chip, QPointF before) const {
  if (stop.sent) return layout_.acks.topLeft() + QPointF(layout_.unit * 2.2, layout_.unit * 1.5);
  if (stop.node != Node::count_) {
    const QRectF& rect = layout_.at(stop.node);
    return rect.isEmpty() ? before : layout_.token_at(rect);
  }
  if (stop.place == Place::freed) return before + QPointF(-layout_.unit * 2.5, layout_.unit * 2.2);
  for (const HitArea& area : hits_)
    if (area.chip.skb != 0 && area.chip.skb == chip.skb && area.place == stop.place)
      return area.rect.center();
  if (stop.place == Place::wire)
    for (const HitArea& area : hits_)
      if (area.place == Place::wire && area.chip.packet == chip.packet && chip.packet != 0)
        return area.rect.center();
  const QRectF& box = layout_.place(stop.place);
  if (box.isEmpty()) return before;
  const QSizeF size = layout_.chip_size();
  if (stop.place == Place::rx_ring) return layout_.ring_chip.center();
  if (stop.place == Place::napi_gro)  // its box is the function's chip, whose name stays readable
    return layout_.token_at(box);
  if (box.height() < layout_.unit * 2.6) return box.center();
  return QPointF(box.left() + layout_.unit * 0.5 + size.width() / 2,
                 box.top() + layout_.unit * 1.35 + size.height() / 2);
}

std::vector<Flight> StageWidget::flights_of(const std::vector<Motion>& motions) const {
  std::vector<Flight> flights;
  for (const Motion& motion : motions) {
    QPolygonF corners;
    QPointF before;
    for (const Stop& stop : motion.stops) {
      const QPointF at = anchor(stop, motion.chip, before);
      if (!at.isNull() && (corners.isEmpty() || corners.back() != at)) corners << at;
      if (!at.isNull()) before = at;
    }
    if (corners.size() < 2) continue;
    Flight flight;
    flight.chip = motion.chip;
    flight.way = Animator::smooth(corners);
    flight.count = motion.count;
    flight.fades = motion.dropped;
    flight.hides = !motion.copied && motion.count == 1;
    flight.into_ring = motion.stops.back().place == Place::rx_ring;
    flights.push_back(std::move(flight));
  }
  return flights;
}

/// The packet that code works on now stands at the function that has it.
void StageWidget::paint_token(StagePainter& painter) {
  if (animator_.running() || !picture_.event || (picture_.moving.skb == 0 && picture_.moving.packet == 0))
    return;
  const bool in_hand = picture_.moving.place == Place::in_flight || picture_.moving.place == Place::none ||
                       picture_.moving.place == Place::napi_gro;
  if (!in_hand || picture_.event->context == Context::process) {
    return;  // it lies in a queue, where it glows
  }
  const Node node = innermost_node(picture_.current_stack);
  if (node == Node::count_ || layout_.at(node).isEmpty()) return;
  painter.token(picture_.moving, view_, layout_.token_at(layout_.at(node)));
}

void StageWidget::make_scene() {
  make_layout();
  if (!scene_old_ && scene_.size() == background_.size()) return;
  scene_ = background_;
  QPainter painter(&scene_);
  StagePainter(painter, layout_, sprites_, devicePixelRatioF()).state(picture_, view_, hits_);
  scene_old_ = false;
}

void StageWidget::paintEvent(QPaintEvent*) {
  make_scene();
  QPainter painter(this);
  painter.drawPixmap(0, 0, scene_);
  painter.setRenderHint(QPainter::Antialiasing);
  StagePainter stage(painter, layout_, sprites_, devicePixelRatioF(), &picture_);
  for (const Stream& stream : streams_.all()) stage.stream(stream);
  if (is_unfolded()) return paint_picked(painter);
  if (!trail_.isEmpty() && picture_.event) stage.trail(trail_, theme().glow);
  paint_token(stage);
  for (const Animator::Flyer& flyer : animator_.flyers())
    stage.flyer(flyer.flight->chip, view_, flyer.at, flyer.opacity, flyer.flight->count);
  if (drag_ && drag_->moves) paint_drag(stage, painter);
}

void StageWidget::show_moment(qreal milliseconds) {
  frame_.stop();
  if (animator_.running() && !animator_.advance(milliseconds)) {
    view_.on_the_way.clear();
    scene_old_ = true;
  }
}

void StageWidget::render_to(QPainter& painter, QSizeF size) {
  const StageLayout layout = StageLayout::make(size, zoom_, layout_.mode);
  SpriteCache sprites;
  std::vector<HitArea> hits;
  StagePainter stage(painter, layout, sprites, 2.0);
  stage.background();
  stage.state(picture_, view_, hits);
}

QRectF StageWidget::packet_rect(std::uint32_t packet) const {
  for (const HitArea& area : hits_)
    if (packet != 0 && area.chip.packet == packet) return area.rect;
  return {};
}

QRectF StageWidget::action_rect() {
  make_scene();  // it knows where each packet is drawn
  if (!picture_.event || is_unfolded()) return {};
  const QSizeF size = layout_.chip_size();
  const auto around = [&](QPointF at) {
    return QRectF(at - QPointF(size.width() / 2, size.height() / 2), size);
  };
  const ChipPicture& moving = picture_.moving;
  if (moving.skb != 0 && !layout_.place(moving.place).isEmpty())
    return around(anchor({.place = moving.place}, moving, {}));
  const Node node = innermost_node(picture_.current_stack);
  return node != Node::count_ ? layout_.at(node) : QRectF();
}

void StageWidget::set_view(const StageView& view) {
  const QSet<std::uint64_t> flying = view_.on_the_way;
  view_ = view;
  view_.on_the_way = flying;
  scene_old_ = true;
  update();
}

void StageWidget::set_zoom(qreal zoom) {
  zoom_ = std::clamp(zoom, 0.5, 3.0);
  refresh();
  updateGeometry();
  emit zoomChanged(zoom_);
}

void StageWidget::refresh() {
  sprites_.clear();
  background_ = {};
  scene_old_ = true;
  streams_.clear();
  trail_.clear();
  update();
}

void StageWidget::resizeEvent(QResizeEvent*) {
  background_ = {};
  scene_old_ = true;
  streams_.clear();
  animator_.stop();
  trail_.clear();
  view_.on_the_way.clear();
}

const HitArea* StageWidget::hit(QPointF at) const {
  for (std::size_t i = hits_.size(); i-- > 0;)
    if (hits_[i].rect.contains(at)) return &hits_[i];
  return nullptr;
}

void StageWidget::mousePressEvent(QMouseEvent* event) {
  const HitArea* area = hit(event->position());
  if (area == nullptr || event->button() != Qt::LeftButton) return;
  const HitArea what = *area;  // what follows repaints, and makes the areas new
  if (what.place == Place::wire && what.chip.packet != 0)
    drag_ = Drag{what.chip, event->position(), event->position(), false};
  if (what.act == HitArea::Act::fold) return unfold(Place::none);
  if (what.act == HitArea::Act::sockets) return unfold_sockets();
  if (what.act == HitArea::Act::socket) {
    unfold(Place::none);
    emit socketChosen(what.sock);
  } else if (what.chip.packet != 0) {
    emit packetClicked(what.chip.packet);
  } else if (what.node != Node::count_) {
    emit functionClicked(what.node);
  } else if (what.act == HitArea::Act::show && can_unfold(what.place)) {
    unfold(what.place);
  }
}

void StageWidget::unfold(Place place) {
  view_.unfolded = place;
  view_.unfolded_sockets = false;
  picked_.reset();
  scene_old_ = true;
  update();
}

void StageWidget::unfold_sockets() {
  unfold(Place::none);
  view_.unfolded_sockets = true;
}

/// From one place that holds something to the next; after the last one all sockets, then the whole path.
void StageWidget::unfold_next() {
  if (view_.unfolded_sockets) return unfold(Place::none);
  for (auto i = static_cast<std::size_t>(view_.unfolded) + 1; i < kStagePlaces; ++i)
    if (can_unfold(static_cast<Place>(i)) && picture_.queues[i].exists &&
        (picture_.queues[i].count != 0 || static_cast<Place>(i) == Place::rx_ring))
      return unfold(static_cast<Place>(i));
  picture_.sock_count > 1 ? unfold_sockets() : unfold(Place::none);
}

void StageWidget::keyPressEvent(QKeyEvent* event) {
  if (pick(event->key())) return;
  if (event->key() == Qt::Key_Escape && is_unfolded())
    unfold(Place::none);
  else if (event->key() == Qt::Key_U)
    unfold_next();
  else
    QWidget::keyPressEvent(event);
}

void StageWidget::contextMenuEvent(QContextMenuEvent* event) {
  const HitArea* area = hit(event->pos());
  if (area != nullptr && area->chip.packet != 0) emit packetMenu(area->chip.packet, event->globalPos());
}

void StageWidget::wheelEvent(QWheelEvent* event) {
  if ((event->modifiers() & Qt::ControlModifier) == 0) return QWidget::wheelEvent(event);
  set_zoom(zoom_ * (event->angleDelta().y() > 0 ? 1.1 : 1 / 1.1));
  event->accept();
}

QString StageWidget::tip_of(const HitArea& area) const {
  if (area.chip.packet != 0 || area.chip.skb != 0)
    return chip_words(area.chip, picture_.base_of(area.chip, view_.isn));
  if (!area.tip.isEmpty()) return area.tip;
  if (area.place != Place::none) return place_words(picture_, area.place);
  return {};
}

QString StageWidget::words_at(QPointF at) const {
  const HitArea* area = hit(at);
  return area != nullptr ? tip_of(*area) : QString();
}

bool StageWidget::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride && is_unfolded()) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Escape || (key->modifiers() == Qt::NoModifier && picks(key->key()))) {
      event->accept();  // what is unfolded goes first
      return true;
    }
  }
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const QString words = words_at(help->pos());
  words.isEmpty() ? QToolTip::hideText() : QToolTip::showText(help->globalPos(), words, this);
  return true;
}

}  // namespace ringside::ui
