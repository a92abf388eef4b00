// Big-endian loads and stores on byte sequences: what every header view and serializer is made of.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ringside::wire {

using Bytes = std::span<const std::uint8_t>;
using Buffer = std::vector<std::uint8_t>;

/// The caller guarantees that the bytes read are there; every view checks its length once, when made.
constexpr std::uint16_t load16(const std::uint8_t* p) { return static_cast<std::uint16_t>(p[0] << 8 | p[1]); }
constexpr std::uint32_t load32(const std::uint8_t* p) {
  return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
}

constexpr void store16(std::uint8_t* p, std::uint16_t v) {
  p[0] = static_cast<std::uint8_t>(v >> 8);
  p[1] = static_cast<std::uint8_t>(v);
}
constexpr void store32(std::uint8_t* p, std::uint32_t v) {
  store16(p, static_cast<std::uint16_t>(v >> 16));
  store16(p + 2, static_cast<std::uint16_t>(v));
}

inline void put8(Buffer& out, std::uint8_t v) { out.push_back(v); }
inline void put16(Buffer& out, std::uint16_t v) {
  put8(out, static_cast<std::uint8_t>(v >> 8));
  put8(out, static_cast<std::uint8_t>(v));
}
inline void put32(Buffer& out, std::uint32_t v) {
  put16(out, static_cast<std::uint16_t>(v >> 16));
  put16(out, static_cast<std::uint16_t>(v));
}
inline void put(Buffer& out, Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

/// The bytes from `from` up to `to`, cut to what is there: never out of bounds, empty if nothing is left.
constexpr Bytes slice(Bytes bytes, std::size_t from, std::size_t to) {
  if (to > bytes.size()) to = bytes.size();
  if (from >= to) return {};
  return bytes.subspan(from, to - from);
}
constexpr Bytes slice(Bytes bytes, std::size_t from) { return slice(bytes, from, bytes.size()); }

}  // namespace ringside::wire
