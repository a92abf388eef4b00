// Paints a StagePicture on a StageLayout. One file a part of the stage; all share this brush box.
#pragma once
#include <QPainter>
#include <QSet>

#include "ui/stage/layout.h"
#include "ui/stage/picture.h"
#include "ui/stage/sprites.h"
#include "ui/stage/streams.h"

namespace ringside::ui {

/// What tells packets on the stage apart: the host's skb, or below it the number of the frame.
inline std::uint64_t way_key(const ChipPicture& chip) {
  return chip.place != Place::rx_ring && chip.skb != 0 ? chip.skb : 1ull << 32 | chip.packet;
}

/// How the user looks at it.
struct StageView {
  std::uint32_t followed = 0;      ///< frame number that stands out; the others are dimmed
  std::uint32_t selected = 0;      ///< frame number chosen in the list
  QSet<std::uint64_t> on_the_way;  ///< way_key() of what an animation draws: it is not in its queue yet
  Place unfolded = Place::none;    ///< a queue shown with all its packets
  bool unfolded_sockets = false;   ///< all connections are shown
  std::uint32_t isn = 0;           ///< sequence numbers are shown relative to it
};

/// A packet or a part of the stage that can be pointed at.
struct HitArea {
  enum class Act : std::uint8_t { show, none, fold, socket, sockets };
  QRectF rect;
  ChipPicture chip;  ///< packet 0 and skb 0: no packet
  Place place = Place::none;
  Node node = Node::count_;
  QString tip;
  Act act = Act::show;     ///< what a click does
  std::uint32_t sock = 0;  ///< Act::socket: SockId::index
};

class StagePainter {
 public:
  /// `picture`: only for what flies over a stage that was painted before.
  StagePainter(QPainter& painter, const StageLayout& layout, SpriteCache& sprites, qreal ratio,
               const StagePicture* picture = nullptr)
      : p_(painter), l_(layout), sprites_(sprites), ratio_(ratio), u_(layout.unit), s_(picture) {}

  /// What does not change from step to step: floors, boxes, names of functions at rest.
  void background();
  /// What this step's state adds. `hits` gets what can be pointed at.
  void state(const StagePicture& picture, const StageView& view, std::vector<HitArea>& hits);
  /// A packet somewhere on its way, its centre at `at`. `count` > 1: so many together.
  void flyer(const ChipPicture& chip, const StageView& view, QPointF at, qreal opacity, int count);
  /// The packet that the function below works on.
  void token(const ChipPicture& chip, const StageView& view, QPointF at);
  /// Many packets along one way.
  void stream(const Stream& stream);
  /// Where a packet came from: a dashed line along its way.
  void trail(const QPolygonF& way, const QColor& colour);

 private:
  // parts of the background
  void floors_background();
  void queue_background(Place place, const QString& title);
  void nodes_background();
  // parts of the state
  void user_floor();
  void process_card(const QRectF& box, const ProcessPicture& process);
  void user_buffer();
  void syscall_floor();
  void cpu_lamps();
  void socket_head();
  void queues();
  void queue(Place place, const QString& note);
  void limit_bar(const QRectF& box, Place place, qreal used, qreal limit, const QString& tip);
  void chips_in(const QRectF& room, const QueuePicture& queue, Place place, QSizeF size, bool holes);
  void ruler();
  void hole(const QRectF& rect, std::uint32_t begin, std::uint32_t end);
  void functions();
  void path();
  void row_way(const QRectF& from, const QRectF& to);
  void branches();
  void row_place(Place place, const QString& title);
  QRectF unfolded_card(const QString& title);
  void unfolded();
  void unfolded_queue();
  void unfolded_ring();
  void unfolded_sockets();
  void nic_floor();
  void ring();
  void beside_ring(qreal radius);
  bool in_hand_of_card(const ChipPicture& c) const;
  void wire();
  bool waits_now(std::uint32_t from, std::uint32_t to) const;
  void wire_chips(const std::vector<ChipPicture>& chips, const QRectF& room);
  void now_strip(const QRectF& box);
  void slot_row(const QRectF& row);
  void transmit_side();
  void timers();
  void timer_row(const QRectF& row, const QString& words, std::int64_t left_ns);
  void send_ruler();
  void sent();
  void lit_node(Node node, Context context, bool strong);
  void way_numbers();
  void glowing(const QString& words, Place as, QSizeF size, QPointF at);
  void fork();
  void way(const QPolygonF& corners, bool taken);
  void plate(QPointF centre, const QString& words, bool taken);

  // small brushes
  QString chip_label(const ChipPicture& chip) const { return chip_text(chip, s_->base_of(chip, view_->isn)); }
  QColor context_colour() const;
  QColor path_colour() const;
  void card(const QRectF& rect, const QColor& fill, const QColor& edge, qreal width = 1.2);
  void text(const QRectF& rect, const QString& words, const QFont& font, const QColor& colour,
            int flags = Qt::AlignLeft | Qt::AlignVCenter);
  void bar(const QRectF& rect, qreal share, const QColor& fill);
  void chip(const ChipPicture& c, const QRectF& rect, Place as);
  void changed_mark(const QRectF& rect);
  QFont small() const;
  QFont mono(qreal scale = 0.72, bool bold = false) const;
  QFont ui(qreal scale = 0.72, bool bold = false) const;

  QPainter& p_;
  const StageLayout& l_;
  SpriteCache& sprites_;
  qreal ratio_;
  qreal u_;
  const StagePicture* s_ = nullptr;
  const StageView* view_ = nullptr;
  std::vector<HitArea>* hits_ = nullptr;
};

/// "1,460 B", "12.5 KB": bytes for people.
QString bytes_text(std::uint64_t bytes);
/// "12.480 ms": a time of the run, with the unit that suits.
QString time_text(std::int64_t ns);
QString number_text(std::int64_t value);
/// What a socket's timer will do: "delayed ACK", "retransmit (RTO)", ...
QString timer_words(const TimerPicture& timer, TcpState state);

}  // namespace ringside::ui
