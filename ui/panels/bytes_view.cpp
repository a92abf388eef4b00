#include "ui/panels/bytes_view.h"

#include <QScrollBar>

#include "ui/look/theme.h"

namespace ringside::ui {

namespace {

constexpr std::size_t kMostShown = 2048;

/// Soft backgrounds: the same hues as the floors they belong to.
QColor back_of(query::Section::Kind kind) {
  using Kind = query::Section::Kind;
  const Theme& t = theme();
  QColor colour;
  switch (kind) {
    case Kind::link:
    case Kind::vlan:
      colour = t.place(Place::rx_ring);
      break;
    case Kind::ip:
      colour = t.place(Place::sk_backlog);
      break;
    case Kind::tcp:
    case Kind::udp:
      colour = t.place(Place::prequeue);
      break;
    case Kind::options:
      colour = t.place(Place::out_of_order_queue);
      break;
    case Kind::payload:
      colour = t.place(Place::sk_receive_queue);
      break;
    default:
      return t.window;
  }
  const auto mix = [&](int of, int with) { return (of * 35 + with * 65) / 100; };
  return QColor(mix(colour.red(), t.window.red()), mix(colour.green(), t.window.green()),
                mix(colour.blue(), t.window.blue()));
}

QString kind_words(query::Section::Kind kind) {
  using Kind = query::Section::Kind;
  switch (kind) {
    case Kind::link:
      return BytesView::tr("link");
    case Kind::vlan:
      return BytesView::tr("VLAN");
    case Kind::ip:
      return BytesView::tr("IP");
    case Kind::tcp:
      return BytesView::tr("TCP");
    case Kind::udp:
      return BytesView::tr("UDP");
    case Kind::options:
      return BytesView::tr("options");
    case Kind::payload:
      return BytesView::tr("payload");
    case Kind::padding:
      return BytesView::tr("padding");
    default:
      return BytesView::tr("other");
  }
}

QString span(const QColor& back, const QString& text) {
  return QStringLiteral("<span style=\"background-color:%1\">%2</span>").arg(back.name(), text);
}

QString printable(std::uint8_t byte) {
  return byte >= 0x20 && byte < 0x7f ? QString(QLatin1Char(static_cast<char>(byte))).toHtmlEscaped()
                                     : QStringLiteral("·");
}

}  // namespace

BytesView::BytesView(QWidget* parent) : QTextBrowser(parent) {
  setObjectName(QStringLiteral("bytes"));
  setAccessibleName(tr("Bytes"));
  setFrameShape(QFrame::NoFrame);
  setOpenLinks(false);
  document()->setDocumentMargin(6);
  setLineWrapMode(NoWrap);
}

void BytesView::set_frame(const nic::Frame& frame) {
  bytes_.assign(frame.bytes.begin(), frame.bytes.end());
  sections_ = query::sections_of(frame);
  wire_len_ = frame.wire_len;
  show_bytes();
}

void BytesView::clear_frame() {
  bytes_.clear();
  sections_.clear();
  clear();
}

int BytesView::columns() const { return viewport()->width() > 520 ? 16 : 8; }

void BytesView::resizeEvent(QResizeEvent* event) {
  QTextBrowser::resizeEvent(event);
  if (!bytes_.empty() && columns() != shown_columns_) show_bytes();
}

QString BytesView::dump() const {
  const auto wide = static_cast<std::size_t>(shown_columns_);
  const std::size_t shown = std::min(bytes_.size(), kMostShown);
  std::size_t section = 0;
  QString lines;
  for (std::size_t line = 0; line < shown; line += wide) {
    QString hex, text;
    for (std::size_t i = line; i < std::min(line + wide, shown); ++i) {
      while (section + 1 < sections_.size() && i >= sections_[section].end) ++section;
      const QColor back = back_of(sections_[section].kind);
      const bool same = i + 1 < line + wide && i + 1 < shown && i + 1 < sections_[section].end;
      const QString byte = QStringLiteral("%1").arg(bytes_[i], 2, 16, QLatin1Char('0'));
      hex += span(back, same ? byte + QStringLiteral("&nbsp;") : byte) +
             (same ? QString() : QStringLiteral("&nbsp;"));
      text += span(back, printable(bytes_[i]));
    }
    const std::size_t missing = line + wide - std::min(line + wide, shown);
    hex += QStringLiteral("&nbsp;").repeated(static_cast<qsizetype>(missing) * 3);
    lines += QStringLiteral("<span style=\"color:%1\">%2</span>&nbsp;%3%4<br>")
                 .arg(theme().muted.name())
                 .arg(line, 4, 16, QLatin1Char('0'))
                 .arg(hex, text);
  }
  if (bytes_.size() > shown) lines += tr("… %1 more bytes").arg(bytes_.size() - shown);
  return lines;
}

QString BytesView::fields() const {
  QString rows;
  for (const query::Section& section : sections_) {
    rows += QStringLiteral("<tr><td colspan=2>%1&nbsp;&nbsp;%2</td></tr>")
                .arg(span(back_of(section.kind),
                          QStringLiteral("&nbsp;<b>%1</b>&nbsp;").arg(kind_words(section.kind))),
                     tr("%1 bytes").arg(section.end - section.begin));
    for (const query::ByteField& field : section.fields)
      rows += QStringLiteral("<tr><td>&nbsp;&nbsp;%1</td><td>&nbsp;%2</td></tr>")
                  .arg(QString::fromLatin1(field.name), QString::fromStdString(field.value));
  }
  return QStringLiteral("<table cellspacing=0 cellpadding=1>%1</table>").arg(rows);
}

void BytesView::show_bytes() {
  shown_columns_ = columns();
  const QString mono = mono_font(12).family();
  QString html = QStringLiteral("<div style=\"font-family:'%1';font-size:11px\">%2</div>").arg(mono, dump());
  if (bytes_.size() < wire_len_)
    html += QStringLiteral("<p>%1</p>")
                .arg(tr("The capture kept %1 of its %2 bytes.").arg(bytes_.size()).arg(wire_len_));
  setHtml(html +
          QStringLiteral("<div style=\"font-family:'%1';font-size:11px\">%2</div>").arg(mono, fields()));
}

}  // namespace ringside::ui
