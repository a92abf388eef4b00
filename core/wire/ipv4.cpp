#include "core/wire/ipv4.h"

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
  put8(out, static_cast<std::uint8_t>(0x40 | size() / 4));
  put8(out, tos);
  put16(out, static_cast<std::uint16_t>(size() + payload_len));
  put16(out, id);
  put16(out, static_cast<std::uint16_t>((reserved_flag ? 0x8000 : 0) | (dont_fragment ? 0x4000 : 0) |
                                        (more_fragments ? 0x2000 : 0) | ((fragment_offset / 8) & 0x1fff)));
  put8(out, ttl);
  put8(out, protocol);
  put16(out, 0);
  put32(out, saddr.v4_number());
  put32(out, daddr.v4_number());
  put(out, options);
  out.resize(start + size(), 0);
  store16(&out[start + 10], checksum(Bytes(out).subspan(start)));
}

}  // namespace ringside::wire
