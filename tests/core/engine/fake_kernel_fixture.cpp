#include "core/kernel/net/core/skbuff.h"
#include "tests/core/engine/fake_kernel.h"

namespace ringside::test {

namespace {

constexpr SockId kSock{1};
const SkbQueue& ring(Kernel& k) { return k.host().nic->napi.rx_list; }
const Sock& sock(Kernel& k) { return k[kSock]; }

void receive_frame(Kernel& k, const Arrival& arrival) {
  // Not alloc_skb(): this kernel must not change when the modelled one does.
  const SkbId skb = k.alloc_skb();
  const SkBuff& s = k[skb];
  k.assign(s.frame, DataRef{arrival.number, 0, arrival.len});
  k.put(s.len, arrival.len);
  k.put(s.truesize, 1000u);
  k.put(s.packet, arrival.number);
  k.put(s.place, Place::wire);
  k.move(skb, Place::rx_ring);
  skb_queue_tail(k, ring(k), skb);
  k.put(k.host().nic->irq_pending, std::uint8_t{1});
  k.irq("nic");
}

void hard_irq(Kernel& k) {
  auto f = k.enter(Fn::ixgb_intr);
  k.put(k.host().nic->irq_pending, std::uint8_t{0});
  k.raise_softirq(NET_RX_SOFTIRQ);
}

void drop(Kernel& k, SkbId skb) {
  k.drop(skb, Drop::TCP_OLD_DATA);
  k.freed(skb);
  k.release(skb);
}

void receive_one(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::netif_receive_skb, skb, kSock);
  k.move(skb, Place::in_flight);
  if (k.decide("every_seventh", k[skb].packet % 7 == 0, {{"packet", k[skb].packet}})) {
    drop(k, skb);
    return;
  }
  k.move(skb, Place::sk_receive_queue);
  skb_queue_tail(k, sock(k).receive_queue, skb);
  k.put(k[skb].sk, kSock);
  k.put(k[skb].owner_charged, SkbOwner::sock_rfree);
  k.add(sock(k).sk_rmem_alloc, static_cast<std::int32_t>(k[skb].truesize));
  k.hrtimer_start(sock(k).icsk.delack_timer, {ObjectKind::sock, TimerKind::sk_delack, kSock.index},
                  k.now_ns() + 5000);
  for (std::uint32_t i = 1; i < k.host().processes.header.used; ++i) k.wake(ProcessId{i});
}

bool softirq(Kernel& k, SoftirqVector) {
  const NetRxAction& action = k.cpu().net_rx;
  auto f = k.enter(Fn::net_rx_action, {}, {}, action.phase != 0);
  k.put(action.phase, std::uint8_t{1});
  if (const SkbId skb = skb_dequeue(k, ring(k))) receive_one(k, skb);
  if (ring(k).qlen != 0) {
    f.suspend();
    return false;
  }
  k.put(action.phase, std::uint8_t{0});
  return true;
}

void timer(Kernel& k, TimerRef) {
  auto f = k.enter(Fn::process_backlog, {}, kSock);
  k.count(Counter::DelayedACKs);
}

bool read(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  const bool resumed = call.phase != 0;
  auto f = k.enter(Fn::tcp_recvmsg, {}, kSock, resumed);
  if (sock(k).receive_queue.qlen == 0) {
    auto waits = k.enter(Fn::sk_wait_data, {}, {}, resumed);
    k.put(call.phase, std::uint8_t{1});
    k.block(-1);
    waits.suspend();
    f.suspend();
    return false;
  }
  if (resumed) auto waits = k.enter(Fn::sk_wait_data, {}, {}, true);
  k.put(call.phase, std::uint8_t{0});
  const SkbId skb = skb_dequeue(k, sock(k).receive_queue);
  k.put(k[skb].owner_charged, SkbOwner::none);
  k.add(sock(k).sk_rmem_alloc, -static_cast<std::int32_t>(k[skb].truesize));
  k.copy(skb, Place::sk_receive_queue, Place::user_buffer, k[skb].len);
  k.deliver(kSock, k[skb].frame, false);
  k.put(call.result, std::int64_t{k[skb].len});
  k.move(skb, Place::freed);
  k.freed(skb);
  k.release(skb);
  return true;
}

class ReadForEver : public Program {
 public:
  void next(Kernel& k, ProcessId self) const override {
    Syscall call;
    call.nr = Sys::read;
    k.begin_syscall(self, call);
  }
};

void start(Kernel& k) {
  const SockId sk = k.alloc_sock();
  k.put(k[sk].self, sk);
  k.put(k[sk].flow, 1u);
  k.spawn(0, 0, 100);
}

}  // namespace

HostModel fake_model() {
  KernelEntry entry;
  entry.receive_frame = receive_frame;
  entry.hard_irq = hard_irq;
  entry.softirq = softirq;
  entry.timer = timer;
  entry.syscall = read;
  return {entry, {std::make_shared<ReadForEver>()}, start};
}

Scenario fake_scenario(std::uint32_t count, std::int64_t gap_ns) {
  auto input = std::make_shared<ScriptInput>();
  for (std::uint32_t i = 0; i < count; ++i)
    input->frames.push_back({i * gap_ns, std::vector<std::uint8_t>(100, static_cast<std::uint8_t>(i))});
  Scenario scenario;
  scenario.input = std::shared_ptr<const ScriptInput>(std::move(input));
  return scenario;
}

}  // namespace ringside::test
