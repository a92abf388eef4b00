#include "core/engine/sent_row.h"

#include "core/nic/layers.h"

namespace ringside {

SentRow sent_row(const Outgoing& frame) {
  SentRow row;
  row.t_ns = frame.t_ns;
  row.len = frame.payload_len;
  const auto layers = nic::dissect(nic::LinkType::kRaw, std::span(frame.header).first(frame.header_len));
  if (!layers || layers->ip_version == 0) return row;
  row.protocol = layers->protocol;
  if (!layers->tcp) return row;
  const wire::TcpView& tcp = *layers->tcp;
  row.seq = tcp.seq();
  row.ack = tcp.ack_seq();
  row.win = tcp.window();
  row.flags = tcp.flags();
  const wire::TcpOptions options = wire::parse_tcp_options(tcp.options());
  for (const wire::SackBlock& block : options.sack) row.sack[row.sack_count++] = {block.start, block.end};
  return row;
}

}  // namespace ringside
