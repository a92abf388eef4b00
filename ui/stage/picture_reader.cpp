#include "ui/stage/picture_reader.h"

#include <algorithm>
#include <numeric>

#include "core/base/seq.h"
#include "core/model/host.h"
#include "ui/stage/read_parts.h"

namespace ringside::ui {

namespace {

bool shows(const Host& host, std::uint32_t index) {
  if (!host.socks.is_live(index)) return false;
  const Sock& sk = host.socks[index];
  return sk.protocol == 6 || sk.protocol == 17;
}

std::uint32_t sock_of_flow(const Host& host, std::uint32_t flow) {
  if (flow == 0) return 0;
  for (std::uint32_t i = 1; i < host.socks.header.used; ++i)
    if (host.socks.is_live(i) && host.socks[i].flow == flow && host.socks[i].state != TcpState::listen)
      return i;
  return 0;
}

/// The socket that most likely gets what is going on now.
std::uint32_t first_sock(const Host& host) {
  std::uint32_t best = 0;
  int best_rank = -1;
  for (std::uint32_t i = 1; i < host.socks.header.used; ++i) {
    if (!shows(host, i)) continue;
    const Sock& sk = host.socks[i];
    const int rank = sk.protocol != 6                    ? 0
                     : sk.state == TcpState::listen      ? 1
                     : sk.state == TcpState::established ? 3
                                                         : 2;
    if (rank > best_rank) {
      best = i;
      best_rank = rank;
    }
  }
  return best;
}

/// Below TCP an skb does not know its sequence numbers yet; the frame it came with does.
void name_chip(ChipPicture& chip, const PictureOptions& options) {
  const bool known = chip.protocol == 6 && (chip.seq != 0 || chip.end_seq != 0);
  if (chip.packet == 0 || known || !options.summary) return;
  const ChipPicture frame = options.summary(chip.packet);
  if (frame.packet == 0) return;
  chip.seq = frame.seq;
  chip.end_seq = frame.end_seq;
  chip.len = frame.len;
  chip.flags = frame.flags;
  chip.protocol = frame.protocol;
}

void list_socks(StagePicture& p, const Host& host) {
  constexpr std::size_t kMost = 600;
  for (std::uint32_t i = 1; i < host.socks.header.used; ++i) {
    if (!shows(host, i) || host.socks[i].state == TcpState::listen) continue;
    ++p.sock_count;
    if (p.socks.size() >= kMost) continue;
    const Sock& sk = host.socks[i];
    p.socks.push_back({i, sk.protocol, sk.state, sk.daddr, sk.dport, sk.sport, sk.receive_queue.qlen});
  }
}

void read_moving(StagePicture& p, const Host& host, const PictureOptions& options) {
  const Event& event = *p.event;
  if (event.skb && host.skbs.is_live(event.skb.index)) {
    p.moving = chip_of(host, event.skb);
    name_chip(p.moving, options);
    if (event.kind == EventKind::copy && event.to == Place::user_buffer) p.moving.place = Place::user_buffer;
  } else if (event.packet != 0) {
    if (options.summary) p.moving = options.summary(event.packet);
    p.moving.packet = event.packet;
    p.moving.place = event.kind == EventKind::drop || event.kind == EventKind::move ? event.to : Place::none;
    for (const ChipPicture& chip : p.queue(Place::rx_ring).chips)
      if (chip.packet == event.packet) p.moving.place = Place::rx_ring;
  }
}

std::uint64_t plus_payload(std::uint64_t sum, const ChipPicture& chip) { return sum + chip.len; }

/// A step may stand between a packet's move and the change of the queue's links: the move is what counts.
void settle(StagePicture& p, const Host& host) {
  for (const Place place : {Place::sk_receive_queue, Place::out_of_order_queue, Place::sk_backlog,
                            Place::prequeue, Place::udp_receive_queue}) {
    QueuePicture& queue = p.queue(place);
    const auto gone =
        std::stable_partition(queue.chips.begin(), queue.chips.end(),
                              [&](const ChipPicture& chip) { return host[SkbId{chip.skb}].place == place; });
    queue.count -= std::min<std::uint32_t>(queue.count, static_cast<std::uint32_t>(queue.chips.end() - gone));
    // The backlog's bytes are its truesizes, a field of the socket; the others' are their packets'.
    const bool payload = place != Place::sk_backlog;
    if (payload) queue.bytes -= std::accumulate(gone, queue.chips.end(), std::uint64_t{0}, plus_payload);
    queue.chips.erase(gone, queue.chips.end());
    const bool arriving =
        p.moving.skb != 0 && host.skbs.is_live(p.moving.skb) && host[SkbId{p.moving.skb}].place == place;
    const auto same = [&](const ChipPicture& chip) { return chip.skb == p.moving.skb; };
    if (!arriving || queue.count > queue.chips.size() ||
        std::any_of(queue.chips.begin(), queue.chips.end(), same))
      continue;
    if (p.event->sock && p.sock && p.event->sock.index != p.sock->index) continue;
    const auto at = place != Place::out_of_order_queue
                        ? queue.chips.end()
                        : std::find_if(queue.chips.begin(), queue.chips.end(), [&](const ChipPicture& chip) {
                            return after(chip.seq, p.moving.seq);
                          });
    queue.chips.insert(at, p.moving);
    ++queue.count;
    if (payload) queue.bytes += p.moving.len;
  }
}

}  // namespace

std::uint32_t sock_of_interest(const Player& player, const PictureOptions& options) {
  const Host& host = player.host();
  if (const std::uint32_t chosen = sock_of_flow(host, options.flow)) return chosen;
  if (options.pinned_sock != 0 && shows(host, options.pinned_sock)) return options.pinned_sock;
  if (const StepView last = player.last()) {
    if (last->sock && shows(host, last->sock.index)) return last->sock.index;
    if (last->packet != 0) {
      if (const auto row = player.trace().row_of(last->packet))
        if (const std::uint32_t sk = sock_of_flow(host, player.trace().packet(*row).flow)) return sk;
    }
  }
  // A listener stays on the stage only while a step names it: after a jump it would hide the connections.
  const bool stays =
      shows(host, options.shown_sock) && host.socks[options.shown_sock].state != TcpState::listen;
  return stays ? options.shown_sock : first_sock(host);
}

StagePicture read_picture(const Player& player, const PictureOptions& options) {
  const Host& host = player.host();
  StagePicture p;
  p.kernel = player.trace().kernel();
  p.position = player.position();
  p.t_ns = player.t_ns();
  if (const StepView last = player.last()) p.event = last.event();
  if (const CallStack* stack = player.current_stack()) p.current_stack = stack->functions;
  read_nic(p, host, options.most_chips);
  read_cpus(p, player);
  if (const std::uint32_t index = sock_of_interest(player, options)) {
    read_sock(p, host, SockId{index}, options.most_chips);
    read_first_number(p, player);
    read_processes(p, player, SockId{index}, options.scripted);
  }
  read_listener(p, host);
  if (p.event) {
    read_moving(p, host, options);
  }
  read_path(p, player);
  read_wire(p, player, options);
  settle(p, host);
  read_ranges(p);
  for (const Place place : {Place::rx_ring, Place::napi_gro, Place::softnet_backlog, Place::ip_frag_queue})
    for (ChipPicture& chip : p.queue(place).chips) name_chip(chip, options);
  list_socks(p, host);
  p.queue(Place::prequeue).exists = p.kernel == "4.13";
  p.queue(Place::tcp_rtx_queue).exists = p.kernel != "4.13";
  return p;
}

}  // namespace ringside::ui
