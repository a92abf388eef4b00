// Any bytes as a frame of any link layer: nothing is read behind the end (the sanitizers watch), and a header
// that can be read as a value is the same again after it was written and read back.
#include <cstdlib>

#include "core/nic/layers.h"
#include "core/wire/arp.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"
#include "core/wire/tcp.h"

namespace {

using namespace ringside;
using wire::Buffer;
using wire::Bytes;

std::uint64_t sum(Bytes bytes) {
  std::uint64_t total = 0;
  for (std::uint8_t b : bytes) total += b;
  return total;
}

void must(bool truth) {
  if (!truth) std::abort();
}

template <class Value>
void round_trip(Bytes bytes) {
  const auto value = Value::from(bytes);
  if (!value) return;
  Buffer out;
  value->append_to(out);
  must(Value::from(out) == value);
}

template <class Value>
void round_trip_ip(Bytes bytes) {
  const auto value = Value::from(bytes);
  if (!value) return;
  Buffer out;
  value->append_to(out, 8);
  must(out.size() == value->size());
  out.resize(out.size() + 8);
  must(Value::from(out) == value);
}

void tcp(Bytes segment, const IpAddr& saddr, const IpAddr& daddr) {
  const auto view = wire::TcpView::parse(segment);
  if (!view) return;
  const wire::TcpOptions options = wire::parse_tcp_options(view->options());
  sum(options.fast_open_cookie);
  sum(view->payload());
  const auto value = wire::TcpHeader::from(segment);
  if (!value || options.malformed) return;
  Buffer out;
  value->append_to(out, saddr, daddr, view->payload());
  must(wire::TcpHeader::from(out) == value);
  must(wire::transport_checksum_ok(saddr, daddr, 6, out));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto link = static_cast<nic::LinkType>(data[0] % 6);
  const Bytes frame(data + 1, size - 1);
  round_trip<wire::EthernetHeader>(frame);
  const auto layers = nic::dissect(link, frame);
  if (!layers) return 0;
  const Bytes l3 = layers->link.l3;
  round_trip<wire::ArpPacket>(l3);
  round_trip_ip<wire::Ipv4Header>(l3);
  round_trip_ip<wire::Ipv6Header>(l3);
  if (const auto ip = wire::Ipv4View::parse(l3)) {
    sum(ip->options());
    sum(ip->payload());
    ip->checksum_ok();
  }
  if (const auto icmp = wire::IcmpView::parse(layers->transport)) {
    icmp->ndisc_target();
    sum(icmp->payload());
  }
  must(layers->tcp_payload_len() <= layers->transport_len);
  if (layers->ip_version != 0) tcp(layers->transport, layers->saddr, layers->daddr);
  if (layers->udp) sum(layers->udp->payload());
  return 0;
}
