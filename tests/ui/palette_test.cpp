// Can people who see fewer colours tell ours apart? Simulated as Machado, Oliveira and Fernandes describe ("A
// Physiologically-based Model for Simulation of Color Vision Deficiency", 2009), at full severity.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "ui/look/theme.h"

namespace ringside::ui {
namespace {

using Triple = std::array<double, 3>;
using Matrix = std::array<Triple, 3>;

struct Eyes {
  const char* name;
  Matrix matrix;
};
constexpr std::array kEyes{
    Eyes{"all colours", {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
    Eyes{"protanopia",
         {{{0.152286, 1.052583, -0.204868},
           {0.114503, 0.786281, 0.099216},
           {-0.003882, -0.048116, 1.051998}}}},
    Eyes{
        "deuteranopia",
        {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}}},
    Eyes{"tritanopia",
         {{{1.255528, -0.076749, -0.178779},
           {-0.078411, 0.930809, 0.147602},
           {0.004733, 0.691367, 0.303900}}}},
};

double linear(double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); }

Triple times(const Matrix& m, const Triple& v) {
  Triple out{};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t k = 0; k < 3; ++k) out[i] += m[i][k] * v[k];
  for (double& x : out) x = std::min(1.0, std::max(0.0, x));
  return out;
}

/// CIE L*a*b* of a colour as those eyes see it (D65).
Triple seen(const QColor& colour, const Eyes& eyes) {
  const Triple rgb =
      times(eyes.matrix, {linear(colour.redF()), linear(colour.greenF()), linear(colour.blueF())});
  const Matrix to_xyz{{{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}}};
  Triple xyz{};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t k = 0; k < 3; ++k) xyz[i] += to_xyz[i][k] * rgb[k];
  const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
  const double x = f(xyz[0] / 0.95047), y = f(xyz[1]), z = f(xyz[2] / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

/// CIE76; about 2 is the least difference one can see side by side.
double distance(const QColor& a, const QColor& b, const Eyes& eyes) {
  const Triple p = seen(a, eyes), q = seen(b, eyes);
  return std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

double contrast(const QColor& a, const QColor& b) {
  const auto luminance = [](const QColor& c) {
    return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
  };
  const double light = std::max(luminance(a), luminance(b)), dark = std::min(luminance(a), luminance(b));
  return (light + 0.05) / (dark + 0.05);
}

constexpr std::array kThemes{ThemeKind::light, ThemeKind::dark, ThemeKind::projector};
constexpr std::array kPlaces{
    Place::sk_receive_queue, Place::out_of_order_queue, Place::sk_backlog, Place::prequeue,
    Place::user_buffer,      Place::in_flight,          Place::freed,      Place::wire};
constexpr std::array kContexts{Context::hardirq, Context::softirq, Context::ksoftirqd, Context::process,
                               Context::timer};

/// Packets of two queues may lie side by side: their colours must differ for all eyes. Words and positions
/// tell the queues apart besides.
TEST(Palette, ThePlacesDifferForAllEyes) {
  constexpr double kLeast = 12;
  for (const ThemeKind kind : kThemes) {
    const Theme theme = Theme::make(kind);
    for (const Eyes& eyes : kEyes)
      for (std::size_t a = 0; a < kPlaces.size(); ++a)
        for (std::size_t b = a + 1; b < kPlaces.size(); ++b)
          EXPECT_GT(distance(theme.place(kPlaces[a]), theme.place(kPlaces[b]), eyes), kLeast)
              << name_of(kPlaces[a]) << " and " << name_of(kPlaces[b]) << ", " << eyes.name << ", theme "
              << static_cast<int>(kind);
  }
}

/// Contexts always have a shape too (ui/look/marks.h), so less is enough.
TEST(Palette, TheContextsDifferForAllEyes) {
  constexpr double kLeast = 8;
  for (const ThemeKind kind : kThemes) {
    const Theme theme = Theme::make(kind);
    for (const Eyes& eyes : kEyes)
      for (std::size_t a = 0; a < kContexts.size(); ++a)
        for (std::size_t b = a + 1; b < kContexts.size(); ++b)
          EXPECT_GT(distance(theme.context(kContexts[a]), theme.context(kContexts[b]), eyes), kLeast)
              << name_of(kContexts[a]) << " and " << name_of(kContexts[b]) << ", " << eyes.name << ", theme "
              << static_cast<int>(kind);
  }
}

/// The moving packet is found in one glance: its glow differs from everything it may fly over.
TEST(Palette, TheGlowStandsOutFromEverySurface) {
  for (const ThemeKind kind : kThemes) {
    const Theme theme = Theme::make(kind);
    for (const Eyes& eyes : kEyes)
      for (const QColor& back : {theme.window, theme.floor_even, theme.floor_odd, theme.card, theme.track})
        EXPECT_GT(distance(theme.glow, back, eyes), 40) << eyes.name << ", theme " << static_cast<int>(kind);
  }
}

/// WCAG 2: 4.5 for words, 7 on a projector; 3 for large ones and what says no news.
TEST(Palette, WordsCanBeRead) {
  for (const ThemeKind kind : kThemes) {
    const Theme theme = Theme::make(kind);
    const double words = kind == ThemeKind::projector ? 7 : 4.5;
    for (const QColor& back : {theme.floor_even, theme.floor_odd, theme.card}) {
      EXPECT_GE(contrast(theme.text, back), 7) << static_cast<int>(kind);
      EXPECT_GE(contrast(theme.muted, back), words) << static_cast<int>(kind);
      EXPECT_GE(contrast(theme.faint, back), 3) << static_cast<int>(kind);
      for (const Context context : kContexts)
        EXPECT_GE(contrast(theme.context(context), back), 4) << name_of(context) << static_cast<int>(kind);
    }
    EXPECT_GE(contrast(theme.text, theme.why_back), words);
    EXPECT_GE(contrast(theme.text, theme.changed_back), words);
    for (const Place place : kPlaces)
      EXPECT_GE(contrast(Theme::ink_on(theme.place(place)), theme.place(place)), 4.5) << name_of(place);
  }
}

}  // namespace
}  // namespace ringside::ui
