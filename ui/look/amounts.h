// Amounts as people read them.
#pragma once
#include <QString>
#include <cstdint>

namespace ringside::ui {

/// A length of time in the unit that fits it: "620 ns", "6.21 µs", "1.53 ms", "2.08 s".
QString duration_text(std::int64_t ns);

}  // namespace ringside::ui
