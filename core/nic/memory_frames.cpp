#include "core/nic/memory_frames.h"

#include <algorithm>

namespace ringside::nic {

void MemoryFrames::append(std::int64_t t_ns, wire::Bytes bytes, std::uint32_t wire_len) {
  const auto len = static_cast<std::uint32_t>(bytes.size());
  records_.push_back({t_ns, bytes_.size(), len, std::max(len, wire_len)});
  wire::put(bytes_, bytes);
}

std::optional<Frame> MemoryFrames::at(std::uint64_t index) {
  if (index >= records_.size()) return std::nullopt;
  const Record& r = records_[index];
  return Frame{static_cast<std::uint32_t>(index + 1), r.t_ns, r.wire_len, link_,
               wire::Bytes(bytes_).subspan(r.offset, r.len)};
}

}  // namespace ringside::nic
