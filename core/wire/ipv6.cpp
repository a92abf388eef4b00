#include "core/wire/ipv6.h"

namespace ringside::wire {

Ipv6Upper ipv6_upper(const Ipv6View& ip) {
  Ipv6Upper upper{.protocol = ip.nexthdr(), .payload = ip.payload()};
  while (is_ipv6_extension(upper.protocol)) {
    const auto extension = Ipv6ExtensionView::parse(upper.protocol, upper.payload);
    if (!extension) {
      upper.whole = false;
      return upper;
    }
    upper.protocol = extension->nexthdr();
    upper.payload = extension->payload();
    if (extension->type() == NEXTHDR_FRAGMENT) {
      upper.has_fragment_header = true;
      upper.more_fragments = extension->more_fragments();
      upper.fragment_offset = extension->fragment_offset();
      upper.fragment_id = extension->identification();
      if (upper.fragment_offset != 0) return upper;
    }
  }
  return upper;
}

Ipv6Extension Ipv6Extension::fragment(std::uint32_t id, std::uint32_t offset, bool more) {
  Ipv6Extension extension{NEXTHDR_FRAGMENT, {}};
  put8(extension.body, 0);
  put16(extension.body, static_cast<std::uint16_t>((offset & 0xfff8) | (more ? 1 : 0)));
  put32(extension.body, id);
  return extension;
}

std::optional<Ipv6Header> Ipv6Header::from(Bytes bytes) {
  const auto view = Ipv6View::parse(bytes);
  if (!view || view->version() != 6) return std::nullopt;
  Ipv6Header header;
  header.saddr = view->saddr();
  header.daddr = view->daddr();
  header.traffic_class = view->traffic_class();
  header.flow_label = view->flow_label();
  header.hop_limit = view->hop_limit();
  header.protocol = view->nexthdr();
  Bytes rest = view->payload();
  while (is_ipv6_extension(header.protocol)) {
    const auto extension = Ipv6ExtensionView::parse(header.protocol, rest);
    if (!extension) return std::nullopt;
    const Bytes body = extension->bytes().subspan(1);
    header.extensions.push_back({header.protocol, Buffer(body.begin(), body.end())});
    header.protocol = extension->nexthdr();
    rest = extension->payload();
    // Behind the header of a later fragment comes payload, whatever its first byte looks like.
    if (extension->type() == NEXTHDR_FRAGMENT && extension->fragment_offset() != 0) break;
  }
  return header;
}

std::size_t Ipv6Header::size() const {
  std::size_t size = Ipv6View::kHeaderLen;
  for (const Ipv6Extension& extension : extensions) size += 1 + extension.body.size();
  return size;
}

void Ipv6Header::append_to(Buffer& out, std::size_t payload_len) const {
  put32(out, 0x60000000u | std::uint32_t{traffic_class} << 20 | (flow_label & 0xfffff));
  put16(out, static_cast<std::uint16_t>(size() - Ipv6View::kHeaderLen + payload_len));
  put8(out, extensions.empty() ? protocol : extensions.front().type);
  put8(out, hop_limit);
  put(out, Bytes(saddr.bytes()));
  put(out, Bytes(daddr.bytes()));
  for (std::size_t i = 0; i < extensions.size(); ++i) {
    put8(out, i + 1 < extensions.size() ? extensions[i + 1].type : protocol);
    put(out, extensions[i].body);
  }
}

}  // namespace ringside::wire
