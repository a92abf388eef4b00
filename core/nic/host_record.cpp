#include "core/nic/host_record.h"

#include <algorithm>

namespace ringside::nic {
namespace {

bool opens_another(const HostConnection& c, const wire::TcpView& tcp, bool ours) {
  const HostSyn& known = ours ? c.ours : c.theirs;
  if (known.seen) return known.isn != tcp.seq();
  // The other side's SYN or data was there first: a SYN-ACK answers that SYN, anything else is new.
  return !tcp.ack();
}

HostSyn syn_of(const wire::TcpView& tcp) {
  HostSyn syn;
  syn.isn = tcp.seq();
  syn.wscale = wire::parse_tcp_options(tcp.options()).wscale.value_or(HostSyn::kNoScale);
  syn.seen = true;
  return syn;
}

}  // namespace

std::uint64_t ConnectionKey::hash() const {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15ull;
  const std::uint64_t ports = std::uint64_t{local_port} << 16 | remote_port;
  const std::uint64_t mixed = ((local.hash() * kOdd + remote.hash()) * kOdd + ports) * kOdd;
  return mixed ^ mixed >> 29;
}

ConnectionKey connection_key(const Layers& l, bool ours) {
  return ours ? ConnectionKey{l.saddr, l.daddr, l.sport(), l.dport()}
              : ConnectionKey{l.daddr, l.saddr, l.dport(), l.sport()};
}

std::uint8_t HostConnection::our_wscale() const {
  const bool agreed = ours.wscale != HostSyn::kNoScale && theirs.wscale != HostSyn::kNoScale;
  return agreed ? std::min(ours.wscale, wire::TCP_MAX_WSCALE) : std::uint8_t{0};
}

std::uint32_t HostRecord::first_with(const ConnectionKey& key, std::uint64_t hash) const {
  return first_by_key_.find(
      hash, [&](std::uint32_t number) { return connections_.last_written(number - 1).key == key; });
}

std::uint32_t HostRecord::begin(const ConnectionKey& key, std::uint32_t frame) {
  HostConnection c;
  c.key = key;
  c.first_frame = frame;
  connections_.push_back(c);
  return size();
}

/// Number of the connection that the segment belongs to, which may begin with it.
std::uint32_t HostRecord::connection_of(const Frame& frame, const Layers& layers, bool ours,
                                        std::uint64_t hash) {
  const wire::TcpView& tcp = *layers.tcp;
  const ConnectionKey key = connection_key(layers, ours);
  const std::uint32_t first = first_with(key, hash);
  if (first == 0) {
    const std::uint32_t made = begin(key, frame.number);
    first_by_key_.add(hash, made);
    return made;
  }
  const std::uint32_t later = connections_.last_written(first - 1).latest;
  const std::uint32_t latest = later != 0 ? later : first;
  if (!tcp.syn() || !opens_another(connections_.last_written(latest - 1), tcp, ours)) return latest;
  const std::uint32_t made = begin(key, frame.number);
  connections_.cell(made - 1).write(&HostConnection::earlier, latest);
  connections_.cell(first - 1).write(&HostConnection::latest, made);
  return made;
}

void HostRecord::add(const Frame& frame, const Layers& layers, bool ours, std::uint64_t hash) {
  const wire::TcpView& tcp = *layers.tcp;
  const auto c = connections_.cell(connection_of(frame, layers, ours, hash) - 1);
  if (tcp.syn() && !(ours ? c->ours : c->theirs).seen)
    c.write(ours ? &HostConnection::ours : &HostConnection::theirs, syn_of(tcp));
  if (!ours) return;
  if (c->first_sent_ns == HostConnection::kNever) c.write(&HostConnection::first_sent_ns, frame.t_ns);
  if (!tcp.ack() || tcp.syn() || tcp.rst()) return;
  acks_.push_back({frame.number, tcp.ack_seq(), std::uint32_t{tcp.window()} << c->our_wscale(), c->last_ack});
  c.write(&HostConnection::last_ack, static_cast<std::uint32_t>(acks_.size()));
}

void HostRecord::add(const Frame& frame) {
  const auto layers = dissect(frame.link, frame.bytes);
  if (!layers || !layers->tcp) return;
  const FrameClass frame_class = local_.classify(*layers);
  const bool ours = frame_class == FrameClass::kOutgoing;
  if (ours || frame_class == FrameClass::kIncoming)
    add(frame, *layers, ours, connection_key(*layers, ours).hash());
}

std::optional<HostConnection> HostRecord::find(const ConnectionKey& key, std::int64_t t_ns) const {
  const std::uint32_t first = first_with(key, key.hash());
  if (first == 0) return std::nullopt;
  HostConnection c = connection(first - 1);
  if (c.latest != 0) c = connection(c.latest - 1);
  while (c.earlier != 0 && (c.first_sent_ns == HostConnection::kNever || c.first_sent_ns > t_ns))
    c = connection(c.earlier - 1);
  return c;
}

void HostRecord::leave_to_files() const {
  connections_.leave_to_file();
  acks_.leave_to_file();
}

void record_host(FrameSource& source, HostRecord& record) {
  for (std::uint64_t i = 0;; ++i) {
    const auto frame = source.at(i);
    if (!frame) return;
    record.add(*frame);
  }
}

}  // namespace ringside::nic
