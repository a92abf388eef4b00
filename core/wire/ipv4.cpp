#include "core/wire/ipv4.h"

#include <algorithm>

namespace ringside::wire {

bool Ipv4View::checksum_ok() const {
  if (header_len() < kMinHeaderLen || header_len() > b_.size()) return false;
  return wire::checksum_ok(b_.first(header_len()));
}

std::optional<Ipv4Header> Ipv4Header::from(Bytes bytes) {
  const auto view = Ipv4View::parse(bytes);
  if (!view || view->version() != 4 || view->header_len() < Ipv4View::kMinHeaderLen ||
      view->header_len() > bytes.size()) {
    return std::nullopt;
  }
  Ipv4Header header;
  header.saddr = view->saddr();
  header.daddr = view->daddr();
  header.tos = view->tos();
  header.id = view->id();
  header.reserved_flag = (view->frag_off() & 0x8000) != 0;
  header.dont_fragment = view->dont_fragment();
  header.more_fragments = view->more_fragments();
  header.fragment_offset = view->fragment_offset();
  header.ttl = view->ttl();
  header.protocol = view->protocol();
  header.options.assign(view->options().begin(), view->options().end());
  return header;
}

void Ipv4Header::append_to(Buffer& out, std::size_t payload_len) const {
  const std::size_t start = out.size();
  out.resize(start + size(), 0);
  write_to(&out[start], payload_len);
}

void Ipv4Header::write_to(std::uint8_t* p, std::size_t payload_len) const {
  p[0] = static_cast<std::uint8_t>(0x40 | size() / 4);
  p[1] = tos;
  store16(p + 2, static_cast<std::uint16_t>(size() + payload_len));
  store16(p + 4, id);
  store16(p + 6,
          static_cast<std::uint16_t>((reserved_flag ? 0x8000 : 0) | (dont_fragment ? 0x4000 : 0) |
                                     (more_fragments ? 0x2000 : 0) | ((fragment_offset / 8) & 0x1fff)));
  p[8] = ttl;
  p[9] = protocol;
  store32(p + 12, saddr.v4_number());
  store32(p + 16, daddr.v4_number());
  std::copy(options.begin(), options.end(), p + 20);
  store16(p + 10, checksum(Bytes(p, size())));
}

}  // namespace ringside::wire
