// The stage: the receive path from the wire to read(), with the packets on it.
#pragma once
#include <QElapsedTimer>
#include <QPixmap>
#include <QTimer>
#include <QWidget>
#include <optional>
#include <vector>

#ifndef Q_MOC_RUN  // moc stumbles over the core's lists that are included inside an enum
#include "ui/stage/animator.h"
#include "ui/stage/layout.h"
#include "ui/stage/motion.h"
#include "ui/stage/painter.h"
#endif

namespace ringside::ui {

class StageWidget : public QWidget {
  Q_OBJECT
 public:
  explicit StageWidget(QWidget* parent = nullptr);

  /// Shows a position. `motions`: what moved since the last one; they take `milliseconds` (few: as streams;
  /// below 0: nothing is seen to move).
  void show_picture(StagePicture picture, const std::vector<Motion>& motions, int milliseconds);
  /// Only what is at a live host's card now has changed.
  void set_now(const std::optional<NowPicture>& now);
  const StagePicture& picture() const { return picture_; }
  void set_view(const StageView& view);
  const StageView& view() const { return view_; }
  /// 0.5 to 3.
  void set_zoom(qreal zoom);
  qreal zoom() const { return zoom_; }
  /// Shows all that is in a place (Place::none: the whole path again).
  void unfold(Place place);
  void unfold_sockets();
  const std::vector<Stream>& streams() const { return streams_.all(); }
  /// The theme has changed.
  void refresh();
  bool animating() const { return animator_.running(); }
  /// Where a place is drawn, in the widget's own coordinates; empty if it is not.
  QRectF place_rect(Place place) const { return layout_.place(place); }
  /// What the tooltip there says.
  QString words_at(QPointF at) const;
  QRectF node_rect(Node node) const { return layout_.at(node); }
  QRectF ruler_rect() const { return layout_.ruler; }
  /// Where the packet of that number is drawn; empty if it is not.
  QRectF packet_rect(std::uint32_t packet) const;
  /// Where something happens by the present step: the moving packet, or the function at work; empty: nowhere.
  QRectF action_rect();
  QSize minimumSizeHint() const override;
  QSize sizeHint() const override;
  /// For films: what flies stands where it is so many ms after show_picture(), and no clock moves it on.
  void show_moment(qreal milliseconds);
  /// Paints the present picture, for pictures and paper.
  void render_to(QPainter& painter, QSizeF size);

 signals:
  void packetClicked(std::uint32_t packet);
  void zoomChanged(qreal zoom);
  void packetMenu(std::uint32_t packet, const QPoint& global);
  /// A packet on the wire was dragged: behind one, or (behind 0) in front of another.
  void wireMoved(std::uint32_t packet, std::uint32_t behind, std::uint32_t in_front_of);
  void functionClicked(ringside::ui::Node node);
  /// The user wants to see that socket (SockId::index), whatever the steps are about; 0: no longer.
  void socketChosen(std::uint32_t index);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  void make_layout();
  void make_scene();
  void start_streams(const std::vector<Motion>& motions);
  void unfold_next();
  bool is_unfolded() const { return view_.unfolded != Place::none || view_.unfolded_sockets; }
  /// By keys among what is unfolded: the arrows choose, Enter takes, Menu asks what may be done.
  static bool picks(int key);
  bool pick(int key);
  std::vector<HitArea> pickable() const;
  void paint_picked(QPainter& painter) const;
  void tick();
  QPointF anchor(const Stop& stop, const ChipPicture& chip, QPointF before) const;
  std::vector<Flight> flights_of(const std::vector<Motion>& motions) const;
  void paint_token(StagePainter& painter);
  const HitArea* hit(QPointF at) const;
  /// Between which two packets of the wire a dragged one would go; nullopt: it is not over the wire.
  struct Gap {
    std::uint32_t behind = 0, in_front_of = 0;
    QRectF mark;
  };
  std::optional<Gap> gap_at(QPointF at) const;
  void paint_drag(StagePainter& painter, QPainter& brush);
  struct Drag {
    ChipPicture chip;
    QPointF from, at;
    bool moves = false;  ///< far enough to be no click
  };
  QString tip_of(const HitArea& area) const;

  StagePicture picture_;
  StageView view_;
  StageLayout layout_;
  qreal zoom_ = 1;
  SpriteCache sprites_;
  QPixmap background_;
  QPixmap scene_;  ///< background and state: all that does not fly
  bool scene_old_ = true;
  std::vector<HitArea> hits_;
  Animator animator_;
  Streams streams_;
  QPolygonF trail_;
  std::optional<Drag> drag_;
  std::optional<std::size_t> picked_;  ///< of pickable()
  QTimer frame_;
  QElapsedTimer clock_;
  QElapsedTimer stream_clock_;
};

}  // namespace ringside::ui
