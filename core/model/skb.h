// sk_buff: one packet, or a part of the stream that several packets were merged into.
#pragma once
#include "core/base/seq.h"
#include "core/model/enums.h"
#include "core/model/ids.h"

namespace ringside {

/// Bytes that are not copied into the model: a range of a frame (`source` = frame number, from 1) or of the
/// byte store of the run (`source` = 0x80000000 | buffer). See machine/bytes.h.
struct DataRef {
  std::uint32_t source = 0;
  std::uint32_t offset = 0;
  std::uint32_t len = 0;
};

/// One more piece of an skb's data, after its head piece: what GRO, reassembly and coalescing append.
struct SkbFrag {
  static constexpr ObjectKind kind = ObjectKind::frag;
  DataRef data;
  FragId next;
};

/// Header bytes of a packet that is on its way out; layers below push theirs in front.
struct WireHeader {
  static constexpr ObjectKind kind = ObjectKind::wire_header;
  static constexpr std::uint8_t kSize = 160;
  std::uint8_t start = kSize;  ///< first used byte; the headers end at kSize
  std::uint8_t bytes[kSize] = {};
};

/// A doubly linked list of skbs through SkBuff::next and prev (struct sk_buff_head).
struct SkbQueue {
  SkbId head;
  SkbId tail;
  std::uint32_t qlen = 0;
};

/// A balanced search tree of skbs ordered by seq (struct rb_root), through SkBuff::tree.
struct SkbTree {
  SkbId root;
  std::uint32_t count = 0;
};

struct SkbTreeNode {
  SkbId parent, left, right;
  std::uint32_t red = 0;  ///< 0 or 1; as wide as an id, so that no byte of the node is padding
};

/// include/net/tcp.h struct tcp_skb_cb, plus what the kernel reads back from the header it still points to.
struct TcpCb {
  Seq seq = 0;
  Seq end_seq = 0;  ///< seq + SYN + FIN + payload bytes
  Seq ack_seq = 0;
  std::uint16_t tcp_flags =
      0;  ///< as in the header: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128, AE 256
  std::uint16_t window = 0;  ///< header field, unscaled
  std::uint16_t urg_ptr = 0;
  std::uint8_t doff = 0;  ///< header length in 32-bit words
  std::uint8_t ip_dsfield = 0;
  std::uint8_t sacked = 0;  ///< TCPCB_* bits on the send side
  std::uint8_t eor = 0;
  std::uint8_t has_rxtstamp = 0;
  std::uint8_t tcp_tw_isn_set = 0;
  Seq tcp_tw_isn = 0;
  // Send side: struct tcp_skb_cb.tx (rate sampling) and the GSO count.
  std::int64_t tx_first_tx_mstamp = 0;   ///< microseconds
  std::int64_t tx_delivered_mstamp = 0;  ///< microseconds
  std::uint32_t tx_delivered = 0;
  std::uint32_t tx_delivered_ce = 0;
  std::uint32_t tx_in_flight = 0;
  std::uint8_t tx_is_app_limited = 0;
  std::uint16_t tcp_gso_segs =
      0;  ///< segments it counts for (tcp_skb_pcount); send side, and what GRO merged
  std::uint16_t tcp_gso_size = 0;  ///< their size, 0 for a single one (tcp_skb_mss)
};

/// The skb's destructor: what gives its truesize back to its socket when it is freed.
enum class SkbOwner : std::uint8_t { none, sock_rfree, sock_wfree, tcp_wfree };

struct SkBuff {
  static constexpr ObjectKind kind = ObjectKind::skb;

  SkbId next, prev;
  SkbId tsorted_next, tsorted_prev;  ///< 6.18: tcp_tsorted_anchor, tcp_sock.tsorted_sent_queue
  SkbId fclone;  ///< send side: the original's clone on its way down, and the other way round
  SkbTreeNode tree;
  Place place = Place::none;
  std::uint8_t family = 0;  ///< 4 or 6 once the network header is known
  PacketType pkt_type = PacketType::host;
  IpSummed ip_summed = IpSummed::none;
  std::uint8_t csum_valid = 0;  ///< the full checksum has been verified
  std::uint8_t cloned = 0;
  std::uint8_t head_frag = 0;  ///< the linear part lives in a page fragment and can be stolen
  std::uint8_t l4_proto = 0;
  std::uint8_t truncated = 0;  ///< the capture holds fewer bytes than the wire carried
  std::uint16_t protocol = 0;  ///< ethertype, host order
  std::uint16_t vlan_tci = 0;
  std::uint8_t vlan_present = 0;
  std::uint8_t dst_valid = 0;               ///< routing decided
  std::uint8_t early_demuxed = 0;           ///< `sk` was set by tcp_v4_early_demux
  SkbOwner owner_charged = SkbOwner::none;  ///< how truesize is charged to `sk`
  std::uint32_t packet = 0;                 ///< number of the frame it came with, from 1; 0 if made here
  std::uint32_t ifindex = 0;
  std::uint32_t hash = 0;
  std::int64_t tstamp_ns = 0;      ///< arrival at the host, ns since the run's start
  std::int64_t skb_mstamp_us = 0;  ///< send side: last transmission, microseconds

  DataRef frame;               ///< the head piece: all its bytes from the link header on
  std::uint32_t data_off = 0;  ///< skb->data, as an offset into `frame`
  std::uint32_t mac_off = 0, network_off = 0, transport_off = 0;
  std::uint32_t len = 0;            ///< bytes from skb->data to the end, all pieces
  std::uint32_t data_len = 0;       ///< of these, bytes in fragments (not linear)
  std::uint32_t headroom_size = 0;  ///< size of the linear data area (skb_end_offset)
  std::uint32_t tail = 0;           ///< used bytes of the linear data area (skb->tail - skb->head)
  std::uint32_t truesize = 0;       ///< bytes of memory charged for it
  FragId frags;                     ///< further pieces, in stream order
  FragId last_frag;
  std::uint16_t nr_frags = 0;  ///< as the kernel counts them (shinfo->nr_frags)
  std::uint16_t gso_size = 0, gso_segs = 0, gso_type = 0;
  SkbId frag_list;  ///< shinfo->frag_list
  HeaderId header;  ///< on the way out: the headers pushed so far

  SockId sk;      ///< owner or early-demuxed socket
  NodeRef demux;  ///< early demux may also find a mini-socket
  TcpCb cb;
};

}  // namespace ringside
