#include "core/nic/host_record.h"

#include <algorithm>

namespace ringside::nic {
namespace {

SynFacts syn_facts(const Frame& frame, const wire::TcpView& tcp, const wire::TcpOptions& options) {
  SynFacts facts;
  facts.number = frame.number;
  facts.t_ns = frame.t_ns;
  facts.isn = tcp.seq();
  facts.window = tcp.window();
  facts.mss = options.mss;
  facts.wscale = options.wscale;
  facts.sack_permitted = options.sack_permitted;
  if (options.saw_tstamp) facts.ts_val = options.ts_val;
  return facts;
}

void note_timestamp(HostConnection& c, const Frame& frame, const wire::TcpOptions& options) {
  if (!options.saw_tstamp) return;
  if (!c.first_ts_val) {
    c.first_ts_val = options.ts_val;
    c.first_ts_t_ns = frame.t_ns;
  }
  c.last_ts_val = options.ts_val;
  c.last_ts_t_ns = frame.t_ns;
}

void note_segment(HostConnection& c, const Frame& frame, const Layers& layers,
                  const wire::TcpOptions& options) {
  const wire::TcpView& tcp = *layers.tcp;
  HostSegment segment;
  segment.t_ns = frame.t_ns;
  segment.number = frame.number;
  segment.seq = tcp.seq();
  segment.ack = tcp.ack_seq();
  segment.window = std::uint32_t{tcp.window()} << (tcp.syn() ? 0 : c.our_wscale());
  segment.payload_len = layers.tcp_payload_len();
  segment.flags = tcp.flags();
  segment.sack_at = static_cast<std::uint32_t>(c.sack_blocks.size());
  segment.sack_count = static_cast<std::uint8_t>(options.sack.size());
  c.sack_blocks.insert(c.sack_blocks.end(), options.sack.begin(), options.sack.end());
  c.sent.push_back(segment);
}

void note_ack(HostConnection& c, const Frame& frame, const wire::TcpView& tcp) {
  if (!tcp.ack() || tcp.syn() || tcp.rst()) return;
  c.acks.push_back({frame.number, tcp.ack_seq(), std::uint32_t{tcp.window()} << c.our_wscale()});
}

std::uint8_t scale(const std::optional<SynFacts>& side, const std::optional<SynFacts>& other) {
  if (!side || !other || !side->wscale || !other->wscale) return 0;
  return std::min(*side->wscale, wire::TCP_MAX_WSCALE);
}

}  // namespace

std::uint8_t HostConnection::our_wscale() const { return scale(ours, theirs); }
std::uint8_t HostConnection::their_wscale() const { return scale(theirs, ours); }

std::vector<HostConnection>& HostRecord::all_with(const ConnectionKey& key) {
  const std::uint32_t mixed = (std::uint32_t{key.local_port} * 31u + key.remote_port) * 0x9e3779b1u;
  auto& latest = latest_[mixed >> 22];
  if (latest == nullptr || latest->first != key) latest = &*connections_.try_emplace(key).first;
  return latest->second;
}

HostConnection& HostRecord::connection(const ConnectionKey& key, std::uint32_t number,
                                       const wire::TcpView& tcp, bool ours) {
  std::vector<HostConnection>& all = all_with(key);
  const auto is_another = [&](const HostConnection& c) {
    const std::optional<SynFacts>& known = ours ? c.ours : c.theirs;
    if (known) return known->isn != tcp.seq();
    // The other side's SYN or data was there first: a SYN-ACK answers that SYN, anything else is new.
    return !tcp.ack() && (c.segments_sent > 0 || c.segments_received > 0);
  };
  if (all.empty() || (tcp.syn() && is_another(all.back()))) {
    all.emplace_back();
    all.back().first_frame = number;
  }
  return all.back();
}

void HostRecord::add(const Frame& frame, const Layers& layers, FrameClass frame_class) {
  const bool ours = frame_class == FrameClass::kOutgoing;
  if (!layers.tcp || (!ours && frame_class != FrameClass::kIncoming)) return;
  const wire::TcpView& tcp = *layers.tcp;
  const ConnectionKey key = ours ? ConnectionKey{layers.saddr, layers.daddr, tcp.source(), tcp.dest()}
                                 : ConnectionKey{layers.daddr, layers.saddr, tcp.dest(), tcp.source()};
  HostConnection& c = connection(key, frame.number, tcp, ours);
  const std::uint32_t payload = layers.tcp_payload_len();
  const wire::TcpOptions options =
      ours || tcp.syn() ? wire::parse_tcp_options(tcp.options()) : wire::TcpOptions{};
  if (tcp.syn()) {
    std::optional<SynFacts>& side = ours ? c.ours : c.theirs;
    if (!side) side = syn_facts(frame, tcp, options);
    if (ours && !tcp.ack()) c.active_open = true;
  }
  if (!ours) {
    ++c.segments_received;
    c.max_payload_received = std::max(c.max_payload_received, payload);
    return;
  }
  ++c.segments_sent;
  c.max_payload_sent = std::max(c.max_payload_sent, payload);
  note_timestamp(c, frame, options);
  if (!c.first_sent_ns) c.first_sent_ns = frame.t_ns;
  if (detail_ == Detail::kSegments) note_segment(c, frame, layers, options);
  if (detail_ == Detail::kAcks) note_ack(c, frame, tcp);
}

void HostRecord::add(const Frame& frame) {
  const auto layers = dissect(frame.link, frame.bytes);
  if (layers && layers->tcp) add(frame, *layers, local_.classify(*layers));
}

const HostConnection* HostRecord::find(const ConnectionKey& key, std::uint32_t frame_number) const {
  const auto it = connections_.find(key);
  if (it == connections_.end()) return nullptr;
  const HostConnection* found = nullptr;
  for (const HostConnection& c : it->second) {
    if (c.first_frame <= frame_number) found = &c;
  }
  return found;
}

HostRecord record_host(FrameSource& source, LocalHost local, HostRecord::Detail detail) {
  HostRecord record(std::move(local), detail);
  for (std::uint64_t i = 0;; ++i) {
    const auto frame = source.at(i);
    if (!frame) return record;
    record.add(*frame);
  }
}

}  // namespace ringside::nic
