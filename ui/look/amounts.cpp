#include "ui/look/amounts.h"

#include <cmath>

namespace ringside::ui {

QString duration_text(std::int64_t ns) {
  const double value = static_cast<double>(ns);
  const double size = std::abs(value);
  const auto text = [](double number, const char* unit) {
    const double most = std::abs(number);
    return QString::number(number, 'f',
                           most < 10    ? 2
                           : most < 100 ? 1
                                        : 0) +
           QStringLiteral(" ") + QString::fromUtf8(unit);
  };
  if (size < 1e3) return QString::number(ns) + QStringLiteral(" ns");
  if (size < 1e6) return text(value / 1e3, "µs");
  if (size < 1e9) return text(value / 1e6, "ms");
  return text(value / 1e9, "s");
}

}  // namespace ringside::ui
