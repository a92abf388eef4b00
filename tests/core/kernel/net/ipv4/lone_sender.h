// An established sender without a peer: the test plays the peer, ACK by ACK. What leaves is told as text, one
// line a segment ("0.200 1001:2001 ack 1 ."), so that tests read as stories.
#pragma once
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "core/kernel/entry.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_send.h"
#include "core/machine/machine.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"

namespace ringside {

class LoneSender : private OutgoingSink {
 public:
  static constexpr std::uint32_t kMss = 1000;

  explicit LoneSender(const KernelProfile& profile) : machine_(config(profile)), k(machine_.kernel()) {
    k.put(k.host().nic->driver, NicKind::tun);
    process = k.alloc_process();  // never scheduled: the test makes its calls
    sk = k.alloc_sock();
    const Sock& s = k[sk];
    k.put(s.self, sk);
    k.put(s.sk_refcnt, std::uint16_t{1});  // a file has it: it stays when nothing is in flight
    k.put(s.state, TcpState::established);
    k.assign(s.saddr, IpAddr::v4(0xc0a80001));
    k.assign(s.daddr, IpAddr::v4(0xc0000201));
    k.assign(k.net().local[0], s.saddr);
    k.put(k.net().local_count, 1u);
    k.put(s.sport, std::uint16_t{8080});
    k.put(s.dport, std::uint16_t{40000});
    k.put(s.sk_sndbuf, 1 << 20);
    k.put(s.sk_rcvbuf, 87380);
    const TcpSock& tp = s.tp;
    for (const Seq* seq : {&tp.snd_una, &tp.snd_nxt, &tp.write_seq, &tp.snd_sml, &tp.snd_up, &tp.pushed_seq,
                           &tp.rcv_nxt, &tp.copied_seq, &tp.rcv_wup})
      k.put(*seq, 1u);
    k.put(tp.rcv_wnd, 29200u);
    k.put(tp.rcv_ssthresh, 29200u);
    k.put(tp.window_clamp, 40000u);
    k.put(tp.scaling_ratio, 128u);
    k.put(tp.snd_wnd, 1u << 20);
    k.put(tp.max_window, 1u << 20);
    k.put(tp.tcp_header_len, std::uint16_t{20});
    k.put(tp.rx_opt.mss_clamp, static_cast<std::uint16_t>(kMss));
    k.put(tp.rx_opt.sack_ok, std::uint8_t{1});
    k.put(tp.snd_cwnd_clamp, ~0u);
    k.put(tp.snd_cwnd, 10u);
    k.put(tp.snd_ssthresh, TCP_INFINITE_SSTHRESH);
    k.put(tp.reordering, 3u);
    for (auto& sample : tp.rtt_min.s) k.put(sample.v, ~0u);
    k.put(s.icsk.ack.rcv_mss, std::uint16_t{536});
    k.put(s.icsk.rto, static_cast<std::uint32_t>(k.hz()));
    tcp_mtup_init(k, sk);
    tcp_sync_mss(k, sk, tcp_dst_mtu(k, sk));
    tcp_mstamp_refresh(k, sk);
    tcp_init_congestion_control(k, sk);
    tcp_clear_retrans(k, sk);
  }

  /// write() of that many bytes without blocking; returns what it returned.
  std::int64_t write(std::uint32_t bytes, int flags = 0) {
    std::int64_t result = 0;
    machine_.as_process(process, now_ns, [&](Kernel& kernel) {
      Syscall call;
      call.nr = Sys::sendto;
      call.done = 0;
      call.flags = flags | 0x40;  // MSG_DONTWAIT
      call.len = bytes;
      kernel.assign(kernel[process].call, call);
      tcp_sendmsg(kernel, sk, process);
      result = kernel[process].call.result;
    });
    return result;
  }

  /// The peer acknowledges up to `seq`, with SACK blocks and perhaps another window.
  void ack(Seq seq, std::vector<SackBlock> sacks = {}, std::uint16_t window = 0xffff) {
    machine_.as_process(process, now_ns, [&](Kernel& kernel) {
      const SkbId skb = alloc_skb(kernel, DataRef{}, 256);
      TcpCb cb;
      cb.seq = cb.end_seq = kernel[sk].tp.rcv_nxt;
      cb.ack_seq = seq;
      cb.window = window;
      cb.tcp_flags = TCPHDR_ACK;
      kernel.assign(kernel[skb].cb, cb);
      const RxOpt& opt = kernel[sk].tp.rx_opt;
      kernel.put(opt.sack_count, static_cast<std::uint8_t>(sacks.size()));
      for (std::size_t i = 0; i < sacks.size(); ++i) kernel.assign(opt.sacks[i], sacks[i]);
      tcp_mstamp_refresh(kernel, sk);
      tcp_ack(kernel, sk, skb, FLAG_SLOWPATH);
      consume_skb(kernel, skb);
      tcp_data_snd_check(kernel, sk);
    });
  }

  /// Time passes; timers fire.
  void run_until_ms(std::int64_t ms) {
    now_ns = ms * 1000000;
    machine_.run(now_ns);
  }

  /// What has left since the last call.
  std::string sent() {
    std::string all;
    for (const std::string& line : lines_) all += line + "\n";
    lines_.clear();
    return all;
  }
  std::uint64_t counter(Counter which) const { return k.net().mib[static_cast<std::size_t>(which)]; }
  const TcpSock& tp() const { return k[sk].tp; }
  const Sock& sock() const { return k[sk]; }
  /// Invariants that must hold at any moment.
  std::string wrong() const {
    std::ostringstream out;
    if (tp().packets_out < tp().sacked_out + tp().lost_out) out << "left_out exceeds packets_out; ";
    if (tp().packets_out > 100000 || tp().retrans_out > 100000) out << "a count fell below zero; ";
    if (sock().sk_wmem_queued < 0 || sock().sk_wmem_alloc < 0) out << "memory fell below zero; ";
    if (tp().packets_out == 0 && tp().snd_una != tp().snd_nxt) out << "data in flight without packets; ";
    return out.str();
  }

 private:
  void transmitted(const Outgoing& frame) override {
    const wire::Bytes bytes(frame.header.data(), frame.header_len);
    const auto ip = wire::Ipv4View::parse(bytes);
    const auto tcp = wire::TcpView::parse(bytes.subspan(ip->header_len()));
    const std::uint32_t step = frame.gso_size != 0 ? frame.gso_size : std::max(frame.payload_len, 1u);
    std::uint32_t at = 0;
    do {
      const std::uint32_t len = std::min(step, frame.payload_len - at);
      const bool last = at + len >= frame.payload_len;
      std::ostringstream out;
      const std::int64_t us = frame.t_ns / 1000;
      out << us / 1000000 << "." << std::to_string(1000 + us / 1000 % 1000).substr(1) << " ";
      out << tcp->seq() + at << ":" << tcp->seq() + at + len << " ";
      if (tcp->syn()) out << "S";
      if (tcp->fin() && last) out << "F";
      if (tcp->rst()) out << "R";
      if (tcp->psh() && last) out << "P";
      out << ".";
      lines_.push_back(out.str());
      at += len;
    } while (at < frame.payload_len);
  }
  MachineConfig config(const KernelProfile& profile) {
    MachineConfig c;
    c.profile = &profile;
    c.entry = kernel_entry();
    c.entry.boot = nullptr;
    c.outgoing = this;
    return c;
  }

  std::vector<std::string> lines_;
  Machine machine_;

 public:
  Kernel& k;
  SockId sk;
  ProcessId process;
  std::int64_t now_ns = 0;
};

}  // namespace ringside
