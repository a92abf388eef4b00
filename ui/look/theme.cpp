#include "ui/look/theme.h"

#include <QFontDatabase>
#include <QGuiApplication>
#include <cmath>

namespace ringside::ui {

namespace {

// Okabe & Ito, "Color Universal Design" (2008).
constexpr QRgb kOrange = 0xffe69f00, kSkyBlue = 0xff56b4e9, kGreen = 0xff009e73, kYellow = 0xfff0e442,
               kBlue = 0xff0072b2, kVermillion = 0xffd55e00, kPurple = 0xffcc79a7;

Theme light() {
  Theme t;
  t.window = QColor(0xf6, 0xf8, 0xfa);
  t.floor_even = QColor(0xf7, 0xfa, 0xfd);
  t.floor_odd = QColor(0xfd, 0xfd, 0xfb);
  t.floor_line = QColor(0xdd, 0xe3, 0xea);
  t.transmit = QColor(0, 0, 0, 8);
  t.card = Qt::white;
  t.card_edge = QColor(0xc3, 0xcf, 0xdb);
  t.track = QColor(0xe4, 0xe8, 0xee);
  t.text = QColor(0x1a, 0x22, 0x2c);
  t.muted = QColor(0x55, 0x62, 0x70);
  t.faint = QColor(0x7c, 0x89, 0x97);
  t.accent = QColor(kBlue);
  t.accent_text = Qt::white;
  t.accent_soft = QColor(0xe4, 0xf0, 0xf8);
  t.glow = QColor(kOrange);
  t.good = QColor(0x00, 0x7a, 0x58);
  t.warning = QColor(0x8a, 0x5a, 0x00);
  t.error = QColor(0xb0, 0x45, 0x00);
  t.changed_back = QColor(0xe3, 0xf3, 0xec);
  t.why_back = QColor(0xff, 0xf8, 0xea);
  t.why_edge = QColor(0xec, 0xcf, 0x93);
  return t;
}

Theme dark() {
  Theme t;
  t.kind = ThemeKind::dark;
  t.dark = true;
  t.window = QColor(0x17, 0x1b, 0x21);
  t.floor_even = QColor(0x1b, 0x21, 0x29);
  t.floor_odd = QColor(0x20, 0x26, 0x2e);
  t.floor_line = QColor(0x33, 0x3d, 0x49);
  t.transmit = QColor(255, 255, 255, 9);
  t.card = QColor(0x27, 0x2f, 0x39);
  t.card_edge = QColor(0x4a, 0x58, 0x68);
  t.track = QColor(0x36, 0x40, 0x4c);
  t.text = QColor(0xe8, 0xee, 0xf4);
  t.muted = QColor(0xb0, 0xbd, 0xca);
  t.faint = QColor(0x87, 0x95, 0xa4);
  t.accent = QColor(0x4b, 0xa8, 0xe0);
  t.accent_text = QColor(0x0b, 0x14, 0x1d);
  t.accent_soft = QColor(0x22, 0x3a, 0x4d);
  t.glow = QColor(0xff, 0xb8, 0x2e);
  t.good = QColor(0x3f, 0xcf, 0xa3);
  t.warning = QColor(0xff, 0xc2, 0x4d);
  t.error = QColor(0xff, 0x93, 0x55);
  t.changed_back = QColor(0x1f, 0x3d, 0x34);
  t.why_back = QColor(0x38, 0x30, 0x1f);
  t.why_edge = QColor(0x7d, 0x64, 0x2c);
  return t;
}

/// For a bright room: pure white, black words, strong edges, larger letters.
Theme projector() {
  Theme t = light();
  t.kind = ThemeKind::projector;
  t.window = t.floor_even = t.card = Qt::white;
  t.floor_odd = QColor(0xf3, 0xf3, 0xf3);
  t.floor_line = QColor(0x9a, 0x9a, 0x9a);
  t.card_edge = QColor(0x60, 0x6b, 0x76);
  t.text = Qt::black;
  t.muted = QColor(0x2c, 0x35, 0x3e);
  t.faint = QColor(0x55, 0x60, 0x6b);
  t.track = QColor(0xd0, 0xd5, 0xdb);
  t.glow = QColor(kVermillion);
  t.scale = 1.12;
  return t;
}

Theme& current() {
  static Theme t = light();
  return t;
}

/// Relative luminance as WCAG 2 defines it.
qreal luminance(const QColor& c) {
  const auto linear = [](qreal v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
  return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
}

}  // namespace

QColor Theme::place(Place at) const {
  switch (at) {
    case Place::sk_receive_queue:
    case Place::udp_receive_queue:
    case Place::accept_queue:
      return QColor(kGreen);
    case Place::out_of_order_queue:
      return QColor(kPurple);
    case Place::sk_backlog:
    case Place::syn_queue:
      return QColor(kOrange);
    case Place::prequeue:
    case Place::softnet_backlog:
      return QColor(kSkyBlue);
    case Place::in_flight:
    case Place::napi_gro:
      return QColor(kYellow);
    case Place::user_buffer:
    case Place::sk_write_queue:
    case Place::tcp_rtx_queue:
    case Place::qdisc:
    case Place::tx_ring:
      return dark ? QColor(0x41, 0x69, 0xe1) : QColor(kBlue);  // not to be taken for the sky blue
    case Place::freed:
    case Place::error_queue:
      return QColor(kVermillion);
    default:
      return dark ? QColor(0x65, 0x72, 0x7f) : QColor(0x5f, 0x6e, 0x7f);
  }
}

QColor Theme::context(Context who) const {
  switch (who) {
    case Context::hardirq:
      return dark ? QColor(0xff, 0x93, 0x55) : QColor(0x9c, 0x2b, 0x00);
    case Context::softirq:
      return dark ? QColor(0xf2, 0xc1, 0x4e) : QColor(0x94, 0x70, 0x00);
    case Context::ksoftirqd:
      return dark ? QColor(0xf0, 0xe4, 0x42) : QColor(0x23, 0x44, 0x1f);
    case Context::process:
      return dark ? QColor(0x6b, 0xbb, 0xee) : QColor(kBlue);
    case Context::timer:
      return dark ? QColor(0xe3, 0x9a, 0xc4) : QColor(0x9a, 0x3f, 0x72);
    default:
      return dark ? QColor(0xb0, 0xbd, 0xca) : QColor(0x4c, 0x58, 0x66);
  }
}

QColor Theme::ink_on(const QColor& back) {
  const qreal l = luminance(back);
  return (l + 0.05) * (l + 0.05) > 0.05 * 1.05 ? QColor(0x0c, 0x12, 0x18) : QColor(Qt::white);
}

Theme Theme::make(ThemeKind kind) {
  return kind == ThemeKind::dark ? ui::dark() : kind == ThemeKind::projector ? ui::projector() : ui::light();
}

ThemeKind Theme::system_kind() {
  static const bool is_dark = [] {  // before the program sets a palette of its own
    const QPalette desktop = QGuiApplication::palette();
    return desktop.color(QPalette::Window).lightness() < desktop.color(QPalette::WindowText).lightness();
  }();
  return is_dark ? ThemeKind::dark : ThemeKind::light;
}

QPalette Theme::palette() const {
  QPalette p;
  p.setColor(QPalette::Window, window);
  p.setColor(QPalette::WindowText, text);
  p.setColor(QPalette::Base, card);
  p.setColor(QPalette::AlternateBase, floor_even);
  p.setColor(QPalette::Text, text);
  p.setColor(QPalette::PlaceholderText, faint);
  p.setColor(QPalette::Button, dark ? QColor(0x2e, 0x37, 0x42) : QColor(0xf1, 0xf4, 0xf7));
  p.setColor(QPalette::ButtonText, text);
  p.setColor(QPalette::BrightText, error);
  p.setColor(QPalette::Highlight, accent);
  p.setColor(QPalette::HighlightedText, accent_text);
  p.setColor(QPalette::Link, accent);
  p.setColor(QPalette::ToolTipBase, card);
  p.setColor(QPalette::ToolTipText, text);
  p.setColor(QPalette::Light, card);
  p.setColor(QPalette::Midlight, track);
  p.setColor(QPalette::Mid, card_edge);
  p.setColor(QPalette::Dark, dark ? QColor(0x10, 0x13, 0x18) : QColor(0x9a, 0xa6, 0xb3));
  p.setColor(QPalette::Shadow, dark ? Qt::black : QColor(0x6b, 0x77, 0x84));
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    p.setColor(QPalette::Disabled, role, faint);
  return p;
}

const Theme& theme() { return current(); }
void set_theme(ThemeKind kind) { current() = Theme::make(kind); }

QFont mono_font(qreal px, bool bold) {
  static const QFont base = QFontDatabase::systemFont(QFontDatabase::FixedFont);
  QFont font = base;
  font.setPixelSize(std::max(1, qRound(px)));
  font.setBold(bold);
  return font;
}

QFont ui_font(qreal px, bool bold) {
  QFont font = QGuiApplication::font();
  font.setPixelSize(std::max(1, qRound(px)));
  font.setBold(bold);
  return font;
}

}  // namespace ringside::ui
