#include <algorithm>

#include "core/base/seq.h"
#include "ui/stage/read_parts.h"

namespace ringside::ui {

namespace {

void add_timer(SockPicture& out, const Timer& timer, TimerKind kind, std::int64_t now_ns,
               std::uint8_t purpose = 0) {
  if (timer.pending != 0)
    out.timers.push_back({kind, std::max<std::int64_t>(0, timer.expires_ns - now_ns), purpose});
}

void add_ranges(SockPicture& out, const QueuePicture& queue, Place place) {
  for (const ChipPicture& chip : queue.chips) {
    if (chip.end_seq == chip.seq || chip.protocol != 6) continue;
    if (!out.ranges.empty() && out.ranges.back().place == place && out.ranges.back().end == chip.seq)
      out.ranges.back().end = chip.end_seq;
    else
      out.ranges.push_back({chip.seq, chip.end_seq, place});
  }
}

SockPicture identity(const Host& host, SockId id) {
  const Sock& sk = host[id];
  SockPicture out;
  out.index = id.index;
  out.flow = sk.flow;
  out.protocol = sk.protocol;
  out.family = sk.family;
  out.state = sk.state;
  out.local = sk.saddr;
  out.remote = sk.daddr;
  out.local_port = sk.sport;
  out.remote_port = sk.dport;
  out.owned = sk.lock.owned != 0;
  out.slock = sk.lock.slock;
  if (sk.lock.owner && host.processes.is_live(sk.lock.owner.index)) out.owner_pid = host[sk.lock.owner].pid;
  out.adopted = sk.adopted != 0;
  out.rmem = sk.sk_rmem_alloc;
  out.rcvbuf = sk.sk_rcvbuf;
  out.delivered = sk.delivered_bytes;
  return out;
}

void read_tcp(SockPicture& out, const Sock& sk, std::int64_t now_ns) {
  const TcpSock& tp = sk.tp;
  out.copied_seq = tp.copied_seq;
  out.rcv_nxt = tp.rcv_nxt;
  out.rcv_wnd = tp.rcv_wnd;
  out.window_edge = tp.rcv_wup + tp.rcv_wnd;
  out.snd_una = tp.snd_una;
  out.snd_nxt = tp.snd_nxt;
  out.write_seq = tp.write_seq;
  out.quick = sk.icsk.ack.quick;
  out.pingpong = sk.icsk.ack.pingpong;
  add_timer(out, sk.icsk.delack_timer, TimerKind::sk_delack, now_ns);
  add_timer(out, sk.icsk.retransmit_timer, TimerKind::sk_write, now_ns, sk.icsk.pending);
  add_timer(out, tp.compressed_ack_timer, TimerKind::sk_compressed_ack, now_ns);
  add_timer(out, tp.pacing_timer, TimerKind::sk_pacing, now_ns);
  add_timer(out, sk.sk_timer, TimerKind::sk_keepalive, now_ns);
}

/// sk_backlog is a list of its own kind: head, tail, and the truesize sum that its limit is about.
QueuePicture read_backlog(const Host& host, const Sock& sk, std::size_t most) {
  QueuePicture out =
      read_queue(host, {sk.backlog.head, sk.backlog.tail, sk.backlog.qlen}, Place::sk_backlog, most);
  out.bytes = sk.backlog.len;
  out.limit = std::int64_t{sk.sk_rcvbuf} + sk.sk_sndbuf + 64 * 1024;
  return out;
}

std::string code_line(const Syscall& call) {
  const std::string fd = std::to_string(call.fd);
  const std::string len = std::to_string(call.arg[0]);
  switch (call.nr) {
    case Sys::read:
      return "n = read(" + fd + ", buf, " + len + ")";
    case Sys::recvfrom:
      return "n = recv(" + fd + ", buf, " + len + ", " +
             (call.arg[1] != 0 ? std::to_string(call.arg[1]) : "0") + ")";
    case Sys::recvmsg:
      return "n = recvmsg(" + fd + ", &msg, 0)";
    case Sys::write:
      return "write(" + fd + ", data, " + len + ")";
    case Sys::sendto:
      return "send(" + fd + ", data, " + len + ", 0)";
    case Sys::sendmsg:
      return "sendmsg(" + fd + ", &msg, 0)";
    case Sys::accept4:
      return "fd = accept(" + fd + ")";
    case Sys::connect:
      return "connect(" + fd + ", addr)";
    case Sys::poll:
      return "poll(fds, n, timeout)";
    case Sys::epoll_wait:
      return "epoll_wait(" + fd + ", events)";
    case Sys::shutdown:
      return "shutdown(" + fd + ", SHUT_WR)";
    case Sys::close:
      return "close(" + fd + ")";
    case Sys::nanosleep:
      return "nanosleep()";
    case Sys::listen:
      return "listen(" + fd + ", " + len + ")";
    case Sys::bind:
      return "bind(" + fd + ", addr)";
    case Sys::socket:
      return "fd = socket()";
    default:
      return {};
  }
}

bool reads(Sys nr) { return nr == Sys::read || nr == Sys::recvfrom || nr == Sys::recvmsg; }

ProcessPicture process_picture(const Player& player, const Process& process, bool scripted) {
  ProcessPicture out;
  out.index = process.self.index;
  out.pid = process.pid;
  out.cpu = process.cpu;
  out.state = process.state;
  if (process.call.done == 0) out.call = code_line(process.call);
  out.script_idle = scripted && (process.call.done != 0 || process.call.nr == Sys::nanosleep);
  if (reads(process.call.nr)) {
    out.wanted = process.call.arg[0];
    out.copied =
        process.call.done == 0 ? process.call.copied : std::max<std::int64_t>(0, process.call.result);
  }
  for (const CallStack& stack : player.stacks())
    if (stack.key.context == Context::process && stack.key.process == process.self)
      out.stack = stack.functions;
  return out;
}

/// How interesting a process is for a socket; below 0: it has nothing to do with it.
int rank_of(const Host& host, const Process& process, SockId sock, const std::optional<Event>& event) {
  const Sock& sk = host[sock];
  if (sk.lock.owned != 0 && sk.lock.owner == process.self) return 5;
  if (event && event->context == Context::process && event->process == process.self) return 4;
  if (process.call.done == 0 && process.call.sk == sock) return reads(process.call.nr) ? 3 : 2;
  if (process.waiting_on == sock) return 2;
  if (static_cast<std::uint32_t>(process.app[0]) == sock.index) return reads(process.call.nr) ? 1 : 0;
  return -1;
}

}  // namespace

void read_sock(StagePicture& p, const Host& host, SockId id, std::size_t most) {
  const Sock& sk = host[id];
  SockPicture out = identity(host, id);
  p.ipv6 = sk.family == 6;
  p.queue(Place::error_queue) = read_queue(host, sk.error_queue, Place::error_queue, most);
  if (sk.protocol != 6) {
    p.queue(Place::udp_receive_queue) = read_queue(host, sk.receive_queue, Place::udp_receive_queue, most);
    p.queue(Place::udp_receive_queue).limit = sk.sk_rcvbuf;
    p.sock = std::move(out);
    return;
  }
  read_tcp(out, sk, p.t_ns);
  p.queue(Place::sk_receive_queue) = read_queue(host, sk.receive_queue, Place::sk_receive_queue, most);
  p.queue(Place::sk_backlog) = read_backlog(host, sk, most);
  p.queue(Place::prequeue) = read_queue(host, sk.tp.ucopy.prequeue, Place::prequeue, most);
  p.queue(Place::out_of_order_queue) =
      read_tree(host, sk.tp.out_of_order_queue, Place::out_of_order_queue, most);
  p.queue(Place::sk_write_queue) = read_queue(host, sk.write_queue, Place::sk_write_queue, most);
  p.queue(Place::tcp_rtx_queue) = read_tree(host, sk.rtx_queue, Place::tcp_rtx_queue, most);
  for (const Place place : {Place::sk_write_queue, Place::tcp_rtx_queue})  // they have no headers yet
    for (ChipPicture& chip : p.queue(place).chips) chip.protocol = 6;
  p.sock = std::move(out);
}

void read_ranges(StagePicture& p) {
  if (!p.sock || p.sock->protocol != 6) return;
  for (const Place place :
       {Place::sk_receive_queue, Place::out_of_order_queue, Place::sk_backlog, Place::prequeue})
    add_ranges(*p.sock, p.queue(place), place);
}

void read_processes(StagePicture& p, const Player& player, SockId sock, bool scripted) {
  const Host& host = player.host();
  std::vector<std::pair<int, ProcessPicture>> ranked;
  for (std::uint32_t i = 1; i < host.processes.header.used; ++i) {
    if (!host.processes.is_live(i)) continue;
    const Process& process = host.processes[i];
    if (process.state == ProcState::unused || process.state == ProcState::exited) continue;
    ++p.process_count;
    const int rank = rank_of(host, process, sock, p.event);
    if (rank >= 0 || (p.process_count <= 2 && ranked.empty()))
      ranked.emplace_back(rank, process_picture(player, process, scripted));
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (auto& [rank, process] : ranked) p.processes.push_back(std::move(process));
}

void read_listener(StagePicture& p, const Host& host) {
  const std::uint16_t port = p.sock ? p.sock->local_port : std::uint16_t{0};
  std::uint32_t best = 0;
  for (std::uint32_t i = 1; i < host.socks.header.used; ++i) {
    if (!host.socks.is_live(i) || host.socks[i].state != TcpState::listen) continue;
    if (best == 0 || host.socks[i].sport == port) best = i;
  }
  if (best == 0) return;
  const Sock& sk = host.socks[best];
  p.listener =
      ListenerPicture{best, sk.sport, sk.accept_queue.qlen, sk.sk_ack_backlog, sk.sk_max_ack_backlog};
  p.queue(Place::syn_queue).count = sk.accept_queue.qlen;
  p.queue(Place::accept_queue).count = sk.sk_ack_backlog;
  p.queue(Place::accept_queue).limit = sk.sk_max_ack_backlog;
  for (std::uint32_t i = 1; i < host.requests.header.used; ++i) {
    if (!host.requests.is_live(i) || host.requests[i].listener.index != best) continue;
    const RequestSock& request = host.requests[i];
    const Place place = request.sk ? Place::accept_queue : Place::syn_queue;
    ChipPicture chip;
    chip.packet = request.packet;
    chip.seq = request.rcv_isn;
    chip.flags = 2;
    chip.place = place;
    p.queue(place).chips.push_back(chip);
    const std::int64_t left = request.timer.expires_ns - p.t_ns;
    if (!request.sk && request.timer.pending != 0 &&
        (p.listener->synack_left_ns < 0 || left < p.listener->synack_left_ns))
      p.listener->synack_left_ns = std::max<std::int64_t>(0, left);
  }
}

}  // namespace ringside::ui
