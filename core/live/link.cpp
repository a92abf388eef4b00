#include "core/live/link.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/wire/ethernet.h"

namespace ringside::live {

namespace {

struct Unit {
  const char* name;
  double factor;
};

/// A number and one of these units; none: the first.
template <std::size_t N>
Result<std::int64_t> parse(std::string_view name, std::string_view text, const std::array<Unit, N>& units,
                           double most) {
  Error error;
  error.id = "live.fault";
  error.args = {{"name", std::string(name)}, {"value", std::string(text)}};
  double number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || !std::isfinite(number) || number < 0) return error;
  const std::string_view rest(parsed.ptr, static_cast<std::size_t>(text.data() + text.size() - parsed.ptr));
  for (const Unit& unit : units) {
    if (!rest.empty() && rest != unit.name) continue;
    const double value = number * unit.factor;
    if (value > most) return error;
    return static_cast<std::int64_t>(std::llround(value));
  }
  return error;
}

}  // namespace

Result<std::int64_t> parse_share(std::string_view name, std::string_view text) {
  constexpr std::array<Unit, 1> units{{{"%", 1e4}}};
  return parse(name, text, units, 1e6);
}
Result<std::int64_t> parse_delay(std::string_view name, std::string_view text) {
  constexpr std::array<Unit, 4> units{{{"ms", 1e6}, {"us", 1e3}, {"ns", 1}, {"s", 1e9}}};
  return parse(name, text, units, 60e9);
}
Result<std::int64_t> parse_rate(std::string_view name, std::string_view text) {
  constexpr std::array<Unit, 4> units{{{"mbit", 1e6}, {"kbit", 1e3}, {"gbit", 1e9}, {"bit", 1}}};
  return parse(name, text, units, 1e12);
}

void Link::put(std::int64_t t_ns, std::vector<std::uint8_t> frame) {
  constexpr std::int64_t kOvertakers = 3;
  if (happens(faults_.loss)) {
    ++lost_;
    return;
  }
  if (under_way_.size() >= kQueue && faults_.delay_ns == 0) {
    ++overflowed_;
    return;
  }
  const auto bits = static_cast<std::int64_t>(frame.size()) * 8;
  const std::int64_t takes = faults_.rate_bps == 0 ? 0 : bits * 1'000'000'000 / faults_.rate_bps;
  busy_until_ns_ = std::max(busy_until_ns_, t_ns) + takes;
  std::int64_t leaves = busy_until_ns_ + faults_.delay_ns;
  if (happens(faults_.reorder))
    leaves += (1 + dice_.below(kOvertakers)) * std::max<std::int64_t>(takes, 1'000'000);
  if (happens(faults_.corrupt) && frame.size() > wire::ETH_HLEN) {
    const auto at = static_cast<std::int64_t>(wire::ETH_HLEN) +
                    dice_.below(static_cast<std::int64_t>(frame.size() - wire::ETH_HLEN));
    frame[static_cast<std::size_t>(at)] ^= static_cast<std::uint8_t>(1 << dice_.below(8));
  }
  if (happens(faults_.duplicate)) under_way_.emplace(std::pair(leaves, order_++), frame);
  under_way_.emplace(std::pair(leaves, order_++), std::move(frame));
}

std::optional<std::int64_t> Link::next_ns() const {
  if (under_way_.empty()) return std::nullopt;
  return under_way_.begin()->first.first;
}

std::optional<std::pair<std::int64_t, std::vector<std::uint8_t>>> Link::take(std::int64_t t_ns) {
  if (under_way_.empty() || under_way_.begin()->first.first > t_ns) return std::nullopt;
  auto first = under_way_.extract(under_way_.begin());
  return std::pair(first.key().first, std::move(first.mapped()));
}

}  // namespace ringside::live
