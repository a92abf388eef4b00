// Sequence numbers that wrap. Source: RFC 9293 section 3.4; before()/after() of include/net/tcp.h.
#pragma once
#include <cstdint>

namespace ringside {

using Seq = std::uint32_t;

constexpr std::int32_t seq_diff(Seq a, Seq b) { return static_cast<std::int32_t>(a - b); }
constexpr bool before(Seq a, Seq b) { return seq_diff(a, b) < 0; }
constexpr bool after(Seq a, Seq b) { return before(b, a); }
/// True if a <= b <= c going round the circle from a.
constexpr bool between(Seq b, Seq a, Seq c) { return c - a >= b - a; }

}  // namespace ringside
