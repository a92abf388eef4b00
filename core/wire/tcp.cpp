#include "core/wire/tcp.h"

#include "core/wire/checksum.h"
#include "core/wire/ipv4.h"

namespace ringside::wire {

std::optional<TcpHeader> TcpHeader::from(Bytes segment) {
  const auto view = TcpView::parse(segment);
  if (!view || view->doff() < 5 || view->header_len() > segment.size()) return std::nullopt;
  TcpHeader header;
  header.source = view->source();
  header.dest = view->dest();
  header.seq = view->seq();
  header.ack_seq = view->ack_seq();
  header.ae = view->ae();
  header.flags = view->flags();
  header.window = view->window();
  header.urg_ptr = view->urg_ptr();
  TcpOptionReader reader(view->options());
  while (const auto option = reader.next()) {
    header.options.push_back({option->kind, Buffer(option->data.begin(), option->data.end())});
  }
  return header;
}

std::size_t TcpHeader::size() const {
  std::size_t size = 0;
  for (const TcpOption& option : options) size += option.size();
  return TcpView::kMinHeaderLen + (size + 3) / 4 * 4;
}

void TcpHeader::append_to(Buffer& out, const IpAddr& saddr, const IpAddr& daddr, Bytes payload) const {
  const std::size_t start = out.size();
  put16(out, source);
  put16(out, dest);
  put32(out, seq);
  put32(out, ack_seq);
  put8(out, static_cast<std::uint8_t>(size() / 4 << 4 | (ae ? 1 : 0)));
  put8(out, flags);
  put16(out, window);
  put16(out, 0);
  put16(out, urg_ptr);
  for (const TcpOption& option : options) option.append_to(out);
  out.resize(start + size(), TCPOPT_EOL);
  put(out, payload);
  store16(&out[start + 16], transport_checksum(saddr, daddr, IPPROTO_NR_TCP, Bytes(out).subspan(start)));
}

}  // namespace ringside::wire
