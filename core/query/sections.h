// A frame's bytes, header by header: for a byte view.
#pragma once
#include <string>
#include <vector>

#include "core/nic/frame_source.h"

namespace ringside::query {

struct ByteField {
  const char* name;  ///< the kernel's or the RFC's: "ttl", "seq", "window"
  std::uint32_t begin = 0, end = 0;
  std::string value;
};

struct Section {
  enum class Kind : std::uint8_t { link, vlan, ip, tcp, udp, other, options, payload, padding };
  Kind kind = Kind::other;
  std::uint32_t begin = 0, end = 0;  ///< [begin, end) of the frame
  std::vector<ByteField> fields;
};
const char* name_of(Section::Kind kind);

/// In the order of the bytes, without gaps, as far as the frame was captured.
std::vector<Section> sections_of(const nic::Frame& frame);

}  // namespace ringside::query
