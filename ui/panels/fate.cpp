#include "ui/panels/fate.h"

#include <QCoreApplication>
#include <QHash>
#include <QPainter>
#include <QPainterPath>

#include "ui/look/theme.h"

namespace ringside::ui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Fate", text); }

/// The most remarkable place it has waited in.
Place way_of(const PacketRow& row) {
  for (const Place place : {Place::out_of_order_queue, Place::sk_backlog, Place::prequeue})
    if (row.was_in(place)) return place;
  return Place::sk_receive_queue;
}

QString short_place(Place place) {
  switch (place) {
    case Place::sk_receive_queue:
      return tr("recv queue");
    case Place::out_of_order_queue:
      return tr("ooo");
    case Place::sk_backlog:
      return tr("backlog");
    case Place::udp_receive_queue:
      return tr("udp queue");
    default:
      return QString::fromLatin1(name_of(place)).replace(QLatin1Char('_'), QLatin1Char(' '));
  }
}

enum class Shape { dash, arrow, disc, diamond, square, triangle, tick, cross, question };

Shape shape_of(const PacketRow& row) {
  switch (row.fate) {
    case Fate::dropped:
      return Shape::cross;
    case Fate::own:
      return Shape::arrow;
    case Fate::coming:
    case Fate::other_host:
      return Shape::dash;
    case Fate::unreadable:
      return Shape::question;
    case Fate::consumed:
      return Shape::tick;
    default:
      break;
  }
  switch (way_of(row)) {
    case Place::out_of_order_queue:
      return Shape::diamond;
    case Place::sk_backlog:
      return Shape::square;
    case Place::prequeue:
      return Shape::triangle;
    default:
      return Shape::disc;
  }
}

QColor colour_of(const PacketRow& row) {
  const Theme& t = theme();
  switch (row.fate) {
    case Fate::dropped:
      return t.place(Place::freed);
    case Fate::delivered:
    case Fate::inside:
      return t.place(way_of(row));
    case Fate::consumed:
      return t.muted;
    default:
      return t.faint;
  }
}

void draw(QPainter& p, Shape shape, bool hollow, const QColor& colour) {
  const QPen line(colour, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
  p.setPen(line);
  p.setBrush(hollow ? QBrush(Qt::NoBrush) : QBrush(colour));
  QPainterPath path;
  switch (shape) {
    case Shape::dash:
      return p.drawLine(QPointF(4, 8), QPointF(12, 8));
    case Shape::arrow:
      p.drawLine(QPointF(13, 8), QPointF(3, 8));
      p.drawLine(QPointF(3, 8), QPointF(7, 4.5));
      return p.drawLine(QPointF(3, 8), QPointF(7, 11.5));
    case Shape::cross:
      p.drawLine(QPointF(4, 4), QPointF(12, 12));
      return p.drawLine(QPointF(4, 12), QPointF(12, 4));
    case Shape::tick:
      p.drawLine(QPointF(3.5, 8.5), QPointF(6.5, 11.5));
      return p.drawLine(QPointF(6.5, 11.5), QPointF(12.5, 4.5));
    case Shape::question:
      return p.drawText(QRectF(0, 0, 16, 16), Qt::AlignCenter, QStringLiteral("?"));
    case Shape::disc:
      return p.drawEllipse(QPointF(8, 8), 4.5, 4.5);
    case Shape::square:
      return p.drawRect(QRectF(4, 4, 8, 8));
    case Shape::diamond:
      path.addPolygon(QPolygonF({QPointF(8, 2.5), QPointF(13.5, 8), QPointF(8, 13.5), QPointF(2.5, 8)}));
      break;
    case Shape::triangle:
      path.addPolygon(QPolygonF({QPointF(8, 3), QPointF(13.5, 12.5), QPointF(2.5, 12.5)}));
      break;
  }
  path.closeSubpath();
  p.drawPath(path);
}

}  // namespace

QString fate_words(const PacketRow& row) {
  switch (row.fate) {
    case Fate::coming:
      return tr("still on the wire");
    case Fate::own:
      return tr("sent by our host in the capture");
    case Fate::other_host:
      return tr("between other hosts: our host does not get it");
    case Fate::unreadable:
      return tr("cut inside its link header");
    case Fate::inside:
      return tr("in %1").arg(QString::fromLatin1(name_of(row.place)));
    case Fate::delivered:
      return row.was_in(Place::out_of_order_queue) ? tr("waited out of order, then read")
             : row.was_in(Place::sk_backlog)       ? tr("waited in the backlog, then read")
             : row.was_in(Place::prequeue)         ? tr("waited in the prequeue, then read")
                                                   : tr("read by the application");
    case Fate::consumed:
      return tr("done: it carried no new data");
    case Fate::dropped:
      return tr("dropped: %1").arg(QString::fromLatin1(name_of(row.reason)));
    default:
      return {};
  }
}

QString fate_short(const PacketRow& row) {
  switch (row.fate) {
    case Fate::coming:
      return tr("coming");
    case Fate::own:
      return tr("ours");
    case Fate::other_host:
      return tr("others");
    case Fate::unreadable:
      return tr("cut");
    case Fate::inside:
      return short_place(row.place);
    case Fate::delivered:
      return way_of(row) == Place::sk_receive_queue ? tr("read")
                                                    : tr("%1, read").arg(short_place(way_of(row)));
    case Fate::consumed:
      return tr("done");
    case Fate::dropped: {
      QString reason = QString::fromLatin1(name_of(row.reason));
      for (const auto prefix : {QLatin1String("TCP_"), QLatin1String("SOCKET_"), QLatin1String("IP_")})
        if (reason.startsWith(prefix)) reason.remove(0, prefix.size());
      return reason;
    }
    default:
      return {};
  }
}

QIcon fate_icon(const PacketRow& row) {
  const Shape shape = shape_of(row);
  const QColor colour = colour_of(row);
  const bool hollow = row.fate == Fate::inside;
  static QHash<quint64, QIcon> made;
  const quint64 key =
      static_cast<quint64>(colour.rgba()) << 8 | static_cast<quint64>(shape) << 1 | (hollow ? 1 : 0);
  const auto known = made.constFind(key);
  if (known != made.constEnd()) return *known;
  QIcon icon;
  for (const int ratio : {1, 2, 3}) {
    QPixmap pixmap(16 * ratio, 16 * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    draw(painter, shape, hollow, colour);
    painter.end();
    icon.addPixmap(pixmap);
  }
  made.insert(key, icon);
  return icon;
}

}  // namespace ringside::ui
