// net/ipv4/tcp.c: tcp_sendmsg(): bytes of an application become segments of the write queue. MSG_FASTOPEN is
// not modelled; MSG_ZEROCOPY is taken, but copies and puts no notice in the error queue.
#include <sys/socket.h>

#include <cerrno>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"
#include "core/kernel/net/ipv4/tcp_send.h"
#include "core/kernel/net/ipv4/tcp_sndbuf.h"

namespace ringside {

namespace {

// Where a call that slept goes on, and its locals in Syscall::local.
enum Phase : std::uint8_t { kStart, kLocking, kWaitConnect, kCopying, kWaitMemory };
enum Local : std::size_t { kMss, kSizeGoal, kProcessBacklog, kWaitAdded };

constexpr std::int64_t kFlushEvery = 16;  ///< 6.18: the backlog is drained before every 16th new skb
constexpr std::uint32_t kEstablishedStates = tcpf(TcpState::established, TcpState::close_wait);

enum class Step : std::uint8_t { go_on, sleeps, ends };

class Sender {
 public:
  Sender(Kernel& k, SockId sk, ProcessId self)
      : k_(k), sk_(sk), self_(self), s_(k[sk]), call_(k[self].call) {}

  bool run();

 private:
  void phase(Phase p) { k_.put(call_.phase, static_cast<std::uint8_t>(p)); }
  std::int64_t local(Local l) const { return call_.local[l]; }
  void put_local(Local l, std::int64_t v) { k_.put(call_.local[l], v); }
  bool flag(int f) const { return (call_.flags & f) != 0; }

  bool run_locked();
  Step wait_connect();
  Step wait_memory();
  Step copy_all();
  Step new_segment(SkbId& skb);
  void copy_into(SkbId skb, std::uint32_t bytes);
  void send_mss();
  void push(int flags, int nonagle);
  void mark_push(SkbId skb);
  bool forced_push() const { return after(s_.tp.write_seq, s_.tp.pushed_seq + (s_.tp.max_window >> 1)); }
  bool should_autocork(SkbId skb);
  void remove_empty_skb();
  std::int64_t sock_error();
  bool fail(std::int64_t err);
  bool finish();

  Kernel& k_;
  SockId sk_;
  ProcessId self_;
  const Sock& s_;
  const Syscall& call_;
};

/// tcp_send_mss() with tcp_xmit_size_goal(): how large one skb may get.
void Sender::send_mss() {
  const std::uint32_t mss = tcp_current_mss(k_, sk_);
  put_local(kMss, mss);
  std::uint32_t goal = mss;
  if (!flag(MSG_OOB)) {
    const std::uint32_t most = tcp_bound_to_half_wnd(s_.tp, tcp_gso_max_size(s_));
    goal = s_.tp.gso_segs * mss;
    if (most < goal || most >= goal + mss) {
      k_.put(s_.tp.gso_segs, static_cast<std::uint16_t>(std::min(most / mss, s_.sk_gso_max_segs)));
      goal = s_.tp.gso_segs * mss;
    }
    goal = std::max(goal, mss);
  }
  put_local(kSizeGoal, goal);
}

void Sender::mark_push(SkbId skb) {
  k_.put(k_[skb].cb.tcp_flags, static_cast<std::uint16_t>(k_[skb].cb.tcp_flags | TCPHDR_PSH));
  k_.put(s_.tp.pushed_seq, s_.tp.write_seq);
}

/// tcp_should_autocork(): earlier data is still in this host's queues; the next write may join this skb.
bool Sender::should_autocork(SkbId skb) {
  const bool earlier_data =
      k_.profile.sender.autocork_by_rtx_queue ? !tcp_rtx_queue_empty(k_, sk_) : skb != s_.write_queue.head;
  const bool may_grow = !k_.profile.sender.autocork_by_rtx_queue || k_[skb].cb.eor == 0;
  return k_[skb].len < local(kSizeGoal) && k_.sysctl().tcp_autocorking != 0 && earlier_data && may_grow &&
         s_.sk_wmem_alloc > static_cast<std::int32_t>(k_[skb].truesize);
}

void Sender::push(int flags, int nonagle) {
  auto f = k_.enter(Fn::tcp_push, {}, sk_);
  if (!tcp_send_head(k_, sk_)) return;
  const SkbId skb = tcp_write_queue_tail(k_, sk_);
  if ((flags & MSG_MORE) == 0 || forced_push()) mark_push(skb);
  if ((flags & MSG_OOB) != 0) k_.put(s_.tp.snd_up, s_.tp.write_seq);
  if (k_.decide("autocork", should_autocork(skb), {{"sk_wmem_alloc", s_.sk_wmem_alloc}})) {
    if ((s_.tp.tsq_flags & TSQF_THROTTLED) == 0) {
      k_.count(Counter::TCPAutoCorking);
      k_.put(s_.tp.tsq_flags, s_.tp.tsq_flags | TSQF_THROTTLED);
    }
    return;
  }
  if ((flags & MSG_MORE) != 0) nonagle = TCP_NAGLE_CORK;
  __tcp_push_pending_frames(k_, sk_, static_cast<std::uint32_t>(local(kMss)), nonagle);
}

std::int64_t Sender::sock_error() {
  const std::int64_t err = s_.sk_err;
  if (err != 0) k_.set(s_.sk_err, 0);
  return -err;
}

Step Sender::wait_connect() {
  auto f = k_.enter(Fn::sk_stream_wait_connect, {}, sk_, call_.phase == kWaitConnect);
  constexpr std::uint32_t kConnecting = tcpf(TcpState::syn_sent, TcpState::syn_recv);
  const auto connected = [](const Host& host, SockId sk, ProcessId) {
    const Sock& s = host[sk];
    return s.sk_err != 0 || !tcp_state_in(s, kConnecting);
  };
  while (true) {
    if (call_.phase != kWaitConnect) {
      const std::int64_t err = sock_error();
      if (err != 0) return fail(err), Step::ends;
      if (tcp_state_in(s_, kEstablishedStates)) return Step::go_on;
      if (!tcp_state_in(s_, kConnecting)) return fail(-EPIPE), Step::ends;
      if (call_.timeo_ns == 0) return fail(-EAGAIN), Step::ends;
      if (k_[self_].signal_pending != 0) return fail(-EINTR), Step::ends;
      add_wait_queue(k_, sk_, self_);
      k_.put(s_.sk_write_pending, static_cast<std::uint16_t>(s_.sk_write_pending + 1));
      phase(kWaitConnect);
    }
    if (!sk_wait_event(k_, sk_, self_, connected)) {
      f.suspend();
      return Step::sleeps;
    }
    remove_wait_queue(k_, sk_, self_);
    k_.put(s_.sk_write_pending, static_cast<std::uint16_t>(s_.sk_write_pending - 1));
    phase(kCopying);
  }
}

Step Sender::wait_memory() {
  auto f = k_.enter(Fn::sk_stream_wait_memory, {}, sk_, call_.phase == kWaitMemory);
  const auto ready = [](const Host& host, SockId sk, ProcessId) {
    const Sock& s = host[sk];
    return s.sk_err != 0 || (s.sk_shutdown & SEND_SHUTDOWN) != 0 || sk_stream_memory_free(host, s);
  };
  const auto leave = [&](Step step) {
    remove_wait_queue(k_, sk_, self_);
    phase(kCopying);
    return step;
  };
  while (true) {
    if (call_.phase != kWaitMemory) {
      add_wait_queue(k_, sk_, self_);
      if (s_.sk_err != 0 || (s_.sk_shutdown & SEND_SHUTDOWN) != 0) return leave((fail(-EPIPE), Step::ends));
      if (call_.timeo_ns == 0) {
        k_.put(s_.sk_nospace, std::uint8_t{1});
        return leave((fail(-EAGAIN), Step::ends));
      }
      if (k_[self_].signal_pending != 0) return leave((fail(-EINTR), Step::ends));
      if (k_.decide("sk_stream_memory_free", sk_stream_memory_free(k_.host(), s_),
                    {{"sk_wmem_queued", s_.sk_wmem_queued}, {"sk_sndbuf", s_.sk_sndbuf}}))
        return leave(Step::go_on);
      k_.put(s_.sk_nospace, std::uint8_t{1});
      k_.put(s_.sk_write_pending, static_cast<std::uint16_t>(s_.sk_write_pending + 1));
      phase(kWaitMemory);
    }
    if (!sk_wait_event(k_, sk_, self_, ready)) {
      f.suspend();
      return Step::sleeps;
    }
    k_.put(s_.sk_write_pending, static_cast<std::uint16_t>(s_.sk_write_pending - 1));
    phase(kCopying);
  }
}

/// 6.18: tcp_remove_empty_skb(): a tail that got no bytes must not be seen by others.
void Sender::remove_empty_skb() {
  const SkbId skb = tcp_write_queue_tail(k_, sk_);
  if (!skb || !tcp_send_head(k_, sk_) || k_[skb].cb.seq != k_[skb].cb.end_seq) return;
  if (s_.write_queue.head == skb) tcp_chrono_stop(k_, sk_, TCP_CHRONO_BUSY);
  tcp_write_queue_unlink_and_free(k_, sk_, skb);
}

/// skb_entail() on a fresh skb. go_on without an skb: the caller waits for memory.
Step Sender::new_segment(SkbId& skb) {
  skb = {};
  if (!k_.decide("sk_stream_memory_free", sk_stream_memory_free(k_.host(), s_),
                 {{"sk_wmem_queued", s_.sk_wmem_queued}, {"sk_sndbuf", s_.sk_sndbuf}})) {
    k_.put(s_.sk_nospace, std::uint8_t{1});
    return Step::go_on;
  }
  const bool linear = k_.profile.sender.linear_first_skb;
  const bool first = linear ? !s_.write_queue.head : tcp_rtx_queue_empty(k_, sk_) && !s_.write_queue.head;
  constexpr std::uint32_t kLinearPayload = 2048 - MAX_TCP_HEADER - 320;
  skb = tcp_stream_alloc_skb(k_, sk_, linear && first ? kLinearPayload : 0, first);
  if (!skb) {
    if (!linear) k_.put(s_.sk_nospace, std::uint8_t{1});
    return Step::go_on;
  }
  TcpCb cb;
  cb.seq = cb.end_seq = s_.tp.write_seq;
  cb.tcp_flags = TCPHDR_ACK;
  k_.assign(k_[skb].cb, cb);
  k_.put(k_[skb].sk, sk_);
  tcp_add_write_queue_tail(k_, sk_, skb);
  const auto truesize = static_cast<std::int32_t>(k_[skb].truesize);
  tcp_wmem_queued_add(k_, sk_, truesize);
  sk_mem_charge(k_, sk_, truesize);
  k_.put(s_.tp.nonagle, static_cast<std::uint8_t>(s_.tp.nonagle & ~TCP_NAGLE_PUSH));
  tcp_slow_start_after_idle_check(k_, sk_);
  return Step::go_on;
}

void Sender::copy_into(SkbId skb, std::uint32_t bytes) {
  const SkBuff& b = k_[skb];
  const std::uint32_t linear_room = b.headroom_size > b.tail ? b.headroom_size - b.tail : 0;
  DataRef data = call_.data;
  if (data.source != 0) data.offset += static_cast<std::uint32_t>(call_.copied);
  data.len = bytes;
  skb_add_frag(k_, skb, data, linear_room == 0 && b.nr_frags == 0);
  k_.copy(skb, Place::user_buffer, Place::sk_write_queue, bytes);
  if (linear_room != 0) {
    k_.put(b.tail, b.tail + bytes);
  } else {
    k_.set(b.truesize, b.truesize + bytes);
    tcp_wmem_queued_add(k_, sk_, static_cast<std::int32_t>(bytes));
    sk_mem_charge(k_, sk_, static_cast<std::int32_t>(bytes));
  }
  if (call_.copied == 0) k_.put(b.cb.tcp_flags, static_cast<std::uint16_t>(b.cb.tcp_flags & ~TCPHDR_PSH));
  k_.set(s_.tp.write_seq, s_.tp.write_seq + bytes);
  k_.put(b.cb.end_seq, b.cb.end_seq + bytes);
  k_.put(b.cb.tcp_gso_segs, std::uint16_t{0});
  k_.set(call_.copied, call_.copied + static_cast<std::int32_t>(bytes));
  k_.put(call_.len, call_.len - bytes);
}

/// The loop over the user's bytes. `ends`: call.result is settled or all is copied.
Step Sender::copy_all() {
  while (call_.len != 0) {
    const auto goal = static_cast<std::uint32_t>(local(kSizeGoal));
    SkbId skb = tcp_send_head(k_, sk_) ? tcp_write_queue_tail(k_, sk_) : SkbId{};
    k_.about(skb, sk_);
    if (!skb || k_[skb].len >= goal || k_[skb].cb.eor != 0) {
      if (local(kProcessBacklog) >= (k_.profile.sender.linear_first_skb ? 1 : kFlushEvery) &&
          s_.backlog.tail && sk_stream_memory_free(k_.host(), s_)) {
        put_local(kProcessBacklog, 0);
        sk_flush_backlog(k_, sk_);
        send_mss();
        if (s_.sk_err != 0 || (s_.sk_shutdown & SEND_SHUTDOWN) != 0) return fail(-EPIPE), Step::ends;
        continue;
      }
      new_segment(skb);
      if (skb) put_local(kProcessBacklog, local(kProcessBacklog) + 1);
    }
    std::uint32_t copy = 0;
    if (skb) {
      copy = std::min(goal - k_[skb].len, call_.len);
      const std::uint32_t linear_room =
          k_[skb].headroom_size > k_[skb].tail ? k_[skb].headroom_size - k_[skb].tail : 0;
      if (linear_room != 0)
        copy = std::min(copy, linear_room);
      else if (!sk_wmem_schedule(k_, sk_, copy))
        copy = 0;
    }
    if (copy == 0) {
      if (!k_.profile.sender.linear_first_skb) {
        k_.put(s_.sk_nospace, std::uint8_t{1});
        remove_empty_skb();
      }
      if (call_.copied != 0) push(call_.flags & ~MSG_MORE, TCP_NAGLE_PUSH);
      const Step step = wait_memory();
      if (step != Step::go_on) return step;
      send_mss();
      continue;
    }
    if (k_.decide("buffer_unreadable", call_.bad_buffer != 0)) return fail(-EFAULT), Step::ends;
    copy_into(skb, copy);
    if (call_.len == 0) {
      if (flag(MSG_EOR)) k_.put(k_[skb].cb.eor, std::uint8_t{1});
      break;
    }
    if (k_[skb].len < goal || flag(MSG_OOB)) continue;
    if (k_.decide("forced_push", forced_push(), {{"pushed_seq", s_.tp.pushed_seq}})) {
      mark_push(skb);
      __tcp_push_pending_frames(k_, sk_, static_cast<std::uint32_t>(local(kMss)), TCP_NAGLE_PUSH);
    } else if (skb == tcp_send_head(k_, sk_)) {
      tcp_push_one(k_, sk_, static_cast<std::uint32_t>(local(kMss)));
    }
  }
  return Step::ends;
}

/// do_error: what was copied so far counts; the error appears at the next call. Always returns true.
bool Sender::fail(std::int64_t err) {
  remove_empty_skb();
  if (call_.copied > 0) return true;
  if (err == -EPIPE) {
    const std::int64_t pending = sock_error();
    if (pending != 0) err = pending;
  }
  k_.put(call_.result, err);
  // An edge-triggered poller must hear of room even if nothing was ever queued.
  if (err == -EAGAIN && !s_.write_queue.head && tcp_rtx_queue_empty(k_, sk_)) {
    sk_stream_write_space(k_, sk_);
    tcp_chrono_stop(k_, sk_, TCP_CHRONO_SNDBUF_LIMITED);
  }
  return true;
}

bool Sender::finish() {
  if (call_.copied > 0) {
    push(call_.flags, s_.tp.nonagle);
    k_.put(call_.result, std::int64_t{call_.copied});
  }
  return true;
}

/// With the lock held. False: asleep.
bool Sender::run_locked() {
  if (call_.phase == kLocking) {
    phase(kCopying);
    k_.set(call_.copied, 0);
    k_.put(call_.result, std::int64_t{0});
    put_local(kProcessBacklog, 0);
    k_.put(call_.timeo_ns, flag(MSG_DONTWAIT) ? std::int64_t{0} : s_.sk_sndtimeo_ns);
    if (flag(MSG_FASTOPEN)) return fail(-EOPNOTSUPP);
    tcp_rate_check_app_limited(k_, sk_);
    if (!tcp_state_in(s_, kEstablishedStates)) {
      const Step step = wait_connect();
      if (step != Step::go_on) return step == Step::ends;
    }
  } else if (call_.phase == kWaitConnect) {
    const Step step = wait_connect();
    if (step != Step::go_on) return step == Step::ends;
  } else if (call_.phase == kWaitMemory) {
    const Step step = wait_memory();
    if (step == Step::sleeps) return false;
    if (step == Step::ends) return finish();
  }
  send_mss();
  if (s_.sk_err != 0 || (s_.sk_shutdown & SEND_SHUTDOWN) != 0) {
    fail(-EPIPE);
    return finish();
  }
  return copy_all() == Step::sleeps ? false : finish();
}

bool Sender::run() {
  auto f = k_.enter(Fn::tcp_sendmsg, {}, sk_, call_.phase != kStart);
  if (call_.phase == kStart || call_.phase == kLocking) {
    phase(kLocking);
    if (!lock_sock(k_, sk_)) {
      f.suspend();
      return false;
    }
  }
  bool done = false;
  if (k_.profile.sender.linear_first_skb) {
    done = run_locked();
  } else {
    auto locked = k_.enter(Fn::tcp_sendmsg_locked, {}, sk_, call_.phase != kLocking);
    done = run_locked();
    if (!done) locked.suspend();
  }
  if (!done) {
    f.suspend();
    return false;
  }
  release_sock(k_, sk_);
  return true;
}

}  // namespace

bool tcp_sendmsg(Kernel& k, SockId sk, ProcessId self) { return Sender(k, sk, self).run(); }

}  // namespace ringside
