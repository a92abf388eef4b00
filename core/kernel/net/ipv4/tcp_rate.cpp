// net/ipv4/tcp_rate.c: how fast data is delivered, measured per ACK.
#include "core/kernel/net/ipv4/tcp_rtx.h"
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

void tcp_rate_skb_sent(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const TcpCb& cb = k[skb].cb;
  // A flight begins: from here on its sending and its delivery are timed.
  if (tp.packets_out == 0) {
    const std::int64_t stamp = k[skb].skb_mstamp_us;
    k.put(tp.first_tx_mstamp, stamp);
    k.put(tp.delivered_mstamp, stamp);
  }
  k.put(cb.tx_first_tx_mstamp, tp.first_tx_mstamp);
  k.put(cb.tx_delivered_mstamp, tp.delivered_mstamp);
  k.put(cb.tx_delivered, tp.delivered);
  k.put(cb.tx_delivered_ce, tp.delivered_ce);
  k.put(cb.tx_is_app_limited, static_cast<std::uint8_t>(tp.app_limited != 0 ? 1 : 0));
}

void tcp_rate_skb_delivered(Kernel& k, SockId sk, SkbId skb, RateSample& rs) {
  const TcpSock& tp = k[sk].tp;
  const SkBuff& b = k[skb];
  if (b.cb.tx_delivered_mstamp == 0) return;
  const bool sent_later = k.profile.sender.departure_time && b.skb_mstamp_us == tp.first_tx_mstamp
                              ? after(b.cb.end_seq, rs.last_end_seq)
                              : b.skb_mstamp_us > tp.first_tx_mstamp;
  const bool better =
      k.profile.sender.departure_time ? sent_later : after(b.cb.tx_delivered, rs.prior_delivered);
  if (rs.prior_delivered == 0 || better) {
    rs.prior_delivered_ce = b.cb.tx_delivered_ce;
    rs.prior_delivered = b.cb.tx_delivered;
    rs.prior_mstamp = b.cb.tx_delivered_mstamp;
    rs.is_app_limited = b.cb.tx_is_app_limited != 0;
    rs.is_retrans = (b.cb.sacked & TCPCB_RETRANS) != 0;
    rs.last_end_seq = b.cb.end_seq;
    rs.snd_interval_us =
        static_cast<std::uint32_t>(std::max<std::int64_t>(b.skb_mstamp_us - b.cb.tx_first_tx_mstamp, 0));
    k.put(tp.first_tx_mstamp, b.skb_mstamp_us);
  }
  // A SACKed one must not be measured again when it is acknowledged.
  if ((b.cb.sacked & TCPCB_SACKED_ACKED) != 0) k.put(b.cb.tx_delivered_mstamp, std::int64_t{0});
}

void tcp_rate_gen(Kernel& k, SockId sk, std::uint32_t delivered, std::uint32_t lost, bool is_sack_reneg,
                  RateSample& rs) {
  const TcpSock& tp = k[sk].tp;
  if (tp.app_limited != 0 && after(tp.delivered, tp.app_limited)) k.put(tp.app_limited, 0u);
  if (delivered != 0) k.put(tp.delivered_mstamp, tp.tcp_mstamp);
  rs.acked_sacked = delivered;
  rs.losses = lost;
  if (rs.prior_mstamp == 0 || is_sack_reneg) {
    rs.delivered = -1;
    rs.interval_us = -1;
    return;
  }
  rs.delivered = static_cast<std::int32_t>(tp.delivered - rs.prior_delivered);
  const std::int64_t ack_us = std::max<std::int64_t>(tp.tcp_mstamp - rs.prior_mstamp, 0);
  rs.rcv_interval_us = static_cast<std::uint32_t>(ack_us);
  rs.interval_us = std::max<std::int64_t>(rs.snd_interval_us, ack_us);
  if (rs.interval_us < tcp_min_rtt(tp)) {
    rs.interval_us = -1;
    return;
  }
  const auto samples = static_cast<std::uint64_t>(rs.delivered);
  const bool faster = samples * tp.rate_interval_us >=
                      std::uint64_t{tp.rate_delivered} * static_cast<std::uint64_t>(rs.interval_us);
  if (!rs.is_app_limited || faster) {
    k.put(tp.rate_delivered, static_cast<std::uint32_t>(rs.delivered));
    k.put(tp.rate_interval_us, static_cast<std::uint32_t>(rs.interval_us));
    k.put(tp.rate_app_limited, static_cast<std::uint8_t>(rs.is_app_limited ? 1 : 0));
  }
}

void tcp_rate_check_app_limited(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  // Nothing to send, nothing waiting below, room in the window, and all losses repaired.
  if (tp.write_seq - tp.snd_nxt < tp.mss_cache && s.sk_wmem_alloc < 576 + 1 &&
      tcp_packets_in_flight(tp) < tp.snd_cwnd && tp.lost_out <= tp.retrans_out) {
    const std::uint32_t mark = tp.delivered + tcp_packets_in_flight(tp);
    k.put(tp.app_limited, mark != 0 ? mark : 1);
  }
}

}  // namespace ringside
