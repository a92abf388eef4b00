#include <algorithm>

#include "core/model/counters.h"
#include "ui/stage/picture_reader.h"
#include "ui/stage/read_parts.h"

namespace ringside::ui {

namespace {

void read_ring(StagePicture& p, const Host& host, std::size_t most) {
  const Nic& nic = *host.nic;
  QueuePicture& queue = p.queue(Place::rx_ring);
  queue.count = nic.ring_used;
  queue.limit = nic.ring_size;
  if (nic.driver != NicKind::ixgb) return;
  const std::uint32_t size = std::min<std::uint32_t>(nic.ring_size, kMaxRxDescriptors);
  p.nic.descriptors.resize(size);
  for (std::uint32_t i = 0; i < size; ++i) {
    const RxDescriptor& desc = host.rx_ring->desc[i];
    p.nic.descriptors[i] = (desc.status & 1) != 0 ? 2 : desc.filled != 0 ? 1 : 0;
  }
  for (std::uint32_t n = 0; n < size && queue.chips.size() < std::min<std::size_t>(most, 64); ++n) {
    const std::uint32_t slot = (nic.next_to_clean + n) % size;
    const RxDescriptor& desc = host.rx_ring->desc[slot];
    if ((desc.status & 1) == 0) continue;  // a poll takes some out before it moves next_to_clean on
    ChipPicture chip;
    if (desc.skb && host.skbs.is_live(desc.skb.index)) chip = chip_of(host, desc.skb);
    chip.packet = desc.packet;
    chip.place = Place::rx_ring;
    queue.chips.push_back(chip);
    p.nic.filled.push_back(slot);
  }
}

std::uint64_t dropped_by_card(const Host& host) {
  std::uint64_t sum = 0;
  for (std::size_t i = 1; i < host.net->mib.size(); ++i) {
    const std::string_view name = name_of(static_cast<Counter>(i));
    if (name == "rx_missed_errors" || name == "rx_no_buffer_count") sum += host.net->mib[i];
  }
  return sum;
}

Context context_of(const Cpu& cpu) {
  if (cpu.in_hardirq != 0) return Context::hardirq;
  if (cpu.in_softirq != 0) return cpu.ksoftirqd_running != 0 ? Context::ksoftirqd : Context::softirq;
  return Context::process;
}

}  // namespace

void read_nic(StagePicture& p, const Host& host, std::size_t most) {
  const Nic& nic = *host.nic;
  p.nic.driver = nic.driver;
  p.nic.size = nic.ring_size;
  p.nic.used = nic.ring_used;
  p.nic.next_to_use = nic.next_to_use;
  p.nic.next_to_clean = nic.next_to_clean;
  p.nic.irq_masked = nic.irq_masked != 0;
  p.nic.irq_pending = nic.irq_pending != 0;
  p.nic.dropped = dropped_by_card(host);
  p.nic.tx_size = nic.tx_ring_size;
  p.nic.budget = host.net->sysctl.netdev_budget;
  read_ring(p, host, most);
  p.queue(Place::napi_gro) = read_queue(host, nic.napi.gro_list, Place::napi_gro, most);
  p.queue(Place::qdisc) = read_queue(host, nic.qdisc, Place::qdisc, most);
  p.queue(Place::tx_ring) = read_queue(host, nic.tx_ring, Place::tx_ring, most);
  p.queue(Place::tx_ring).count = nic.tx_used;
  p.queue(Place::tx_ring).limit = nic.tx_ring_size;

  QueuePicture& unresolved = p.queue(Place::neigh_queue);
  for (std::uint32_t i = 1; i < host.neighbours.header.used; ++i) {
    if (!host.neighbours.is_live(i)) continue;
    QueuePicture part = read_queue(host, host.neighbours[i].arp_queue, Place::neigh_queue, most);
    unresolved.count += part.count;
    unresolved.bytes += part.bytes;
    unresolved.chips.insert(unresolved.chips.end(), part.chips.begin(), part.chips.end());
  }
  QueuePicture& backlog = p.queue(Place::softnet_backlog);
  for (std::uint8_t c = 0; c < host.cpu_count; ++c) {
    for (const SkbQueue* queue : {&host.cpus[c]->process_queue, &host.cpus[c]->input_pkt_queue}) {
      QueuePicture part = read_queue(host, *queue, Place::softnet_backlog, most);
      backlog.count += part.count;
      backlog.bytes += part.bytes;
      backlog.chips.insert(backlog.chips.end(), part.chips.begin(), part.chips.end());
    }
  }
  backlog.limit = host.net->sysctl.netdev_max_backlog;

  QueuePicture& frags = p.queue(Place::ip_frag_queue);
  std::uint32_t guard = 0;
  for (FragQueueId id = host.net->frag_queues; host.frag_queues.is_live(id.index) && ++guard < 64;
       id = host[id].next) {
    QueuePicture part = read_queue(host, host[id].fragments, Place::ip_frag_queue, most);
    frags.count += part.count;
    frags.bytes += part.bytes;
    frags.chips.insert(frags.chips.end(), part.chips.begin(), part.chips.end());
  }
}

void read_room(NowPicture& now, const Host& host) {
  const Nic& nic = *host.nic;
  now.used = nic.ring_used;
  now.next = nic.hw_head;
  if (now.size == 0 || nic.up == 0) return;
  const std::uint32_t tail = (nic.next_to_use + nic.ring_size - 1) % nic.ring_size;  // the register's
  while (now.room < nic.ring_size) {
    const std::uint32_t slot = (nic.hw_head + now.room) % nic.ring_size;
    if (slot == tail || host.rx_ring->desc[slot].filled == 0) break;
    ++now.room;
  }
}

void read_cpus(StagePicture& p, const Player& player) {
  const Host& host = player.host();
  p.cpu_count = host.cpu_count;
  for (std::uint8_t c = 0; c < host.cpu_count && c < p.cpus.size(); ++c) {
    const Cpu& cpu = *host.cpus[c];
    CpuPicture& out = p.cpus[c];
    out.context = context_of(cpu);
    out.idle = out.context == Context::process && !cpu.current;
    if (cpu.current && host.processes.is_live(cpu.current.index)) out.pid = host[cpu.current].pid;
    if (p.event && p.event->cpu == c && p.event->context != Context::nic) {
      out.idle = false;
      out.context = p.event->context;
    }
    if (cpu.net_rx.phase != 0) {
      p.nic.polling = true;
      p.nic.budget_left = cpu.net_rx.budget;
      p.nic.work = cpu.net_rx.work;
    }
    for (const CallStack& stack : player.stacks())
      if (stack.key.context != Context::process && stack.key.cpu == c && !stack.functions.empty())
        out.stack = stack.functions;
  }
}

namespace {
/// Row of the first frame sent at or after that step.
std::uint32_t first_sent(const Trace& trace, StepIndex step) {
  std::uint32_t first = 0, last = trace.sent_count();
  while (first < last) {
    const std::uint32_t middle = first + (last - first) / 2;
    if (trace.sent(middle).step < step)
      first = middle + 1;
    else
      last = middle;
  }
  return first;
}
}  // namespace

std::optional<SentRow> first_sent_of(const Trace& trace, std::uint32_t flow) {
  if (flow == 0 || flow > trace.flow_count()) return std::nullopt;
  constexpr std::uint32_t kLook = 200;
  const std::uint32_t begin = first_sent(trace, trace.flow(flow).first_step);
  for (std::uint32_t row = begin; row < trace.sent_count() && row < begin + kLook; ++row)
    if (const SentRow sent = trace.sent(row); sent.flow == flow && sent.protocol == 6) return sent;
  return std::nullopt;
}

void read_first_number(StagePicture& p, const Player& player) {
  if (!p.sock) return;
  if (const auto sent = first_sent_of(player.trace(), p.sock->flow))  // the SYN-ACK may have been a request's
    p.sock->iss = (sent->flags & 2) != 0 ? sent->seq : sent->seq - 1;
}

void read_wire(StagePicture& p, const Player& player, const PictureOptions& options) {
  const Trace& trace = player.trace();
  constexpr std::size_t kShown = 16;
  for (const WirePlan::Slot& slot : coming_on_wire(player, options.wire, p.arriving, kShown)) {
    ChipPicture chip = options.summary ? options.summary(slot.number) : ChipPicture{};
    chip.packet = slot.number;
    chip.place = Place::wire;
    chip.edited = slot.edited;
    p.wire.push_back(chip);
  }

  const std::uint32_t first = first_sent(trace, player.position());
  for (std::uint32_t row = first; row-- > 0 && p.sent.size() < 4;) {
    const SentRow sent = trace.sent(row);
    ChipPicture chip;
    chip.seq = sent.len != 0 || (sent.flags & 7) != 0 ? sent.seq : sent.ack;
    chip.end_seq = sent.ack;
    chip.len = sent.len;
    chip.flags = sent.flags;
    chip.protocol = sent.protocol;
    chip.place = Place::wire;
    p.sent.push_back(chip);
  }
}

}  // namespace ringside::ui
