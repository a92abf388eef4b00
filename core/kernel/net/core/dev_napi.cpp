// net/core/dev.c: NAPI scheduling and net_rx_action.
//
// net_rx_action runs in slices of one packet and keeps its place in Cpu::net_rx, so that another CPU and the
// hardware get their turn between two packets, as they do on a real machine.
#include "core/kernel/net/core/dev.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"

namespace ringside {

namespace {

using List = NapiKind[2];

const NetRxAction& rx(Kernel& k) { return k.cpu().net_rx; }

bool list_empty(const List& list) { return list[0] == NapiKind::none; }
void list_add_tail(Kernel& k, const List& list, NapiKind kind) {
  k.put(list[0] == NapiKind::none ? list[0] : list[1], kind);
}
NapiKind list_pop(Kernel& k, const List& list) {
  const NapiKind first = list[0];
  k.put(list[0], list[1]);
  k.put(list[1], NapiKind::none);
  return first;
}
/// Appends all of `from` to `to` and empties it.
void list_splice_tail_init(Kernel& k, const List& from, const List& to) {
  while (!list_empty(from)) list_add_tail(k, to, list_pop(k, from));
}

void begin(Kernel& k) {
  const NetRxAction& a = rx(k);
  k.put(a.phase, std::uint8_t{1});
  k.put(a.polling, std::uint8_t{0});
  k.put(a.current, NapiKind::none);
  k.put(a.time_limit, k.jiffies() + k.usecs_to_jiffies(k.sysctl().netdev_budget_usecs));
  k.set(a.budget, k.sysctl().netdev_budget);
  list_splice_tail_init(k, k.cpu().poll_list, a.list);
}

/// What was not polled, what was scheduled meanwhile and what used its whole weight stay on the poll list.
void end(Kernel& k, bool put_back) {
  const NetRxAction& a = rx(k);
  if (put_back) {
    list_splice_tail_init(k, k.cpu().poll_list, a.list);
    list_splice_tail_init(k, a.repoll, a.list);
    list_splice_tail_init(k, a.list, k.cpu().poll_list);
    if (!list_empty(k.cpu().poll_list)) k.raise_softirq(NET_RX_SOFTIRQ);
    net_rps_action_and_irq_enable(k);
  }
  k.put(a.phase, std::uint8_t{0});
}

/// One slice of one napi's poll.
Poll napi_poll(Kernel& k) {
  const NetRxAction& a = rx(k);
  const bool resumed = a.polling != 0;
  auto f = k.enter(Fn::napi_poll, {}, {}, resumed);
  const Napi& napi = napi_of(k, a.current);
  const auto weight = static_cast<std::int32_t>(napi.weight);
  if (!resumed) {
    k.put(napi.linked, std::uint8_t{0});
    k.set(a.work, 0);
  }
  const Poll poll = a.current == NapiKind::nic ? ixgb_clean(k, weight) : process_backlog(k, weight);
  if (poll == Poll::again) {
    k.put(a.polling, std::uint8_t{1});
    f.suspend();
    return poll;
  }
  k.put(a.polling, std::uint8_t{0});
  if (!k.decide("work_below_weight", a.work < weight, {{"work", a.work}, {"weight", weight}})) {
    if (a.current == NapiKind::nic) napi_gro_flush(k, k.hz() >= 1000);
    list_add_tail(k, a.repoll, a.current);
    k.put(napi.linked, std::uint8_t{1});
  }
  return poll;
}

/// 6.18 clears in_net_rx_action and looks once more at the poll list before it leaves.
bool poll_list_refilled(Kernel& k) {
  if (!k.profile.net_rx_restarts || list_empty(k.cpu().poll_list)) return false;
  k.remark("poll_list_refilled");
  return true;
}

}  // namespace

const Napi& napi_of(Kernel& k, NapiKind kind) {
  return kind == NapiKind::nic ? k.host().nic->napi : k.cpu().backlog;
}

bool napi_schedule_prep(Kernel& k, NapiKind kind) {
  auto f = k.enter(Fn::napi_schedule_prep);
  const Napi& napi = napi_of(k, kind);
  const bool free = napi.sched == 0;
  if (k.decide("napi_not_scheduled_yet", free, {{"sched", napi.sched}}))
    k.set(napi.sched, std::uint8_t{1});
  else
    k.set(napi.missed, std::uint8_t{1});
  return free;
}

void __napi_schedule(Kernel& k, NapiKind kind) {
  auto f = k.enter(Fn::__napi_schedule);
  list_add_tail(k, k.cpu().poll_list, kind);
  k.put(napi_of(k, kind).linked, std::uint8_t{1});
  k.raise_softirq(NET_RX_SOFTIRQ);
}

bool napi_complete_done(Kernel& k, NapiKind kind, std::int32_t work_done) {
  auto f = k.enter(Fn::napi_complete_done);
  const Napi& napi = napi_of(k, kind);
  const std::int32_t gro_flush_ns = k.sysctl().gro_flush_timeout_ns;
  if (kind == NapiKind::nic && napi.gro_list.qlen != 0) {
    // gro_flush_timeout: packets may wait a little longer for others to merge with.
    if (work_done != 0 && gro_flush_ns != 0)
      k.hrtimer_start(napi.gro_timer, {ObjectKind::nic, TimerKind::napi_gro_flush, 0},
                      k.now_ns() + gro_flush_ns);
    else
      napi_gro_flush(k, false);
  }
  if (kind == NapiKind::nic) gro_normal_list(k);
  k.set(napi.sched, std::uint8_t{0});
  const bool missed = napi.missed != 0;
  k.set(napi.missed, std::uint8_t{0});
  if (!k.decide("napi_missed", missed)) return true;
  k.set(napi.sched, std::uint8_t{1});
  __napi_schedule(k, kind);
  return false;
}

void napi_watchdog(Kernel& k) {
  const Napi& napi = k.host().nic->napi;
  if (napi.gro_list.qlen == 0 || napi.sched != 0) return;
  k.set(napi.sched, std::uint8_t{1});
  __napi_schedule(k, NapiKind::nic);
}

bool net_rx_action(Kernel& k) {
  const NetRxAction& a = rx(k);
  const bool resumed = a.phase != 0;
  auto f = k.enter(Fn::net_rx_action, {}, {}, resumed);
  if (!resumed) begin(k);
  for (;;) {
    if (a.current == NapiKind::none) {
      if (list_empty(a.list)) {
        const bool nothing_left = list_empty(a.repoll);
        if (nothing_left && poll_list_refilled(k)) {
          list_splice_tail_init(k, k.cpu().poll_list, a.list);
          continue;
        }
        end(k, !nothing_left || k.cpu().rps_ipi_pending != 0);
        return true;
      }
      k.put(a.current, list_pop(k, a.list));
    }
    if (napi_poll(k) == Poll::again) {
      f.suspend();
      return false;
    }
    k.put(a.current, NapiKind::none);
    k.set(a.budget, a.budget - a.work);
    const bool squeeze = a.budget <= 0 || k.jiffies() >= a.time_limit;
    if (k.decide("budget_or_time_used_up", squeeze,
                 {{"budget", a.budget}, {"jiffies", k.jiffies()}, {"time_limit", a.time_limit}})) {
      k.count(Counter::softnet_time_squeeze);
      end(k, true);
      return true;
    }
  }
}

}  // namespace ringside
