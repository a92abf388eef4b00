// What the stage shows of one position: a small value read off the host once a step, so that painting, the
// text twin and tests need no host.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/enums.h"
#include "core/model/function.h"
#include "core/model/ids.h"
#include "core/model/journal.h"
#include "core/model/timer.h"
#include "core/wire/address.h"

namespace ringside::ui {

/// One packet (or piece of the stream) as a chip.
struct ChipPicture {
  std::uint32_t packet = 0;  ///< frame number, 0: made by the host
  std::uint32_t skb = 0;     ///< SkbId::index
  std::uint32_t seq = 0, end_seq = 0;
  std::uint32_t len = 0;      ///< payload bytes
  std::uint16_t flags = 0;    ///< as TcpCb::tcp_flags
  std::uint8_t protocol = 6;  ///< IPPROTO_*; 0: not IP
  Place place = Place::none;
  bool edited = false;  ///< on the wire: the user has changed it there
};

struct QueuePicture {
  bool exists = true;       ///< this kernel has such a queue
  std::uint32_t count = 0;  ///< packets in it
  std::uint64_t bytes =
      0;                   ///< payload of those listed in `chips`, or truesize where that is the limit's unit
  std::int64_t limit = 0;  ///< 0: none worth showing
  std::vector<ChipPicture> chips;  ///< the first ones, in order
};

/// A stretch of sequence space and what holds it.
struct RulerRange {
  std::uint32_t begin = 0, end = 0;
  Place place = Place::none;
};

struct TimerPicture {
  TimerKind kind = TimerKind::none;
  std::int64_t left_ns = 0;
  std::uint8_t purpose = 0;  ///< of sk_write: ICSK_TIME_*, what it will do
};

/// A question that was answered about the moving packet on its way here.
struct DecisionPicture {
  Fn function = Fn::none;
  const char* question = nullptr;
  std::int64_t answer = 0;
  std::vector<NamedValue> values;
};

struct ProcessPicture {
  std::uint32_t index = 0;
  std::uint16_t pid = 0;
  std::uint8_t cpu = 0;
  ProcState state = ProcState::unused;
  bool script_idle = false;  ///< a script's thread between two of its calls
  std::string call;          ///< the code line: "n = read(4, buf, 65536)"; "" between two calls
  std::int64_t wanted = 0;   ///< bytes the call asks for; 0: it reads nothing
  std::int64_t copied = 0;   ///< of them already there
  std::vector<Fn> stack;     ///< outermost first
};

struct CpuPicture {
  bool idle = true;
  Context context = Context::process;
  std::uint16_t pid = 0;
  std::vector<Fn> stack;  ///< of the interrupt context that runs, if one does
};

struct SockPicture {
  std::uint32_t index = 0;
  std::uint32_t flow = 0;
  std::uint8_t protocol = 6, family = 4;
  TcpState state = TcpState::none;
  IpAddr local, remote;
  std::uint16_t local_port = 0, remote_port = 0;
  bool owned = false;  ///< the lock: a process is inside
  std::uint16_t owner_pid = 0;
  std::uint8_t slock = 0;  ///< 1 + CPU that holds the spinlock
  bool adopted = false;
  std::uint32_t copied_seq = 0, rcv_nxt = 0, window_edge = 0, rcv_wnd = 0;
  std::uint32_t snd_una = 0, snd_nxt = 0, write_seq = 0;
  std::uint32_t iss = 0;  ///< our own first sequence number, as far as the trace knows it
  std::int64_t rmem = 0, rcvbuf = 0;
  std::int32_t quick = 0, pingpong = 0;
  std::uint64_t delivered = 0;
  std::vector<RulerRange> ranges;
  std::vector<TimerPicture> timers;
};

/// One socket among many.
struct SockLine {
  std::uint32_t index = 0;
  std::uint8_t protocol = 6;
  TcpState state = TcpState::none;
  IpAddr remote;
  std::uint16_t remote_port = 0, local_port = 0;
  std::uint32_t queued = 0;  ///< skbs that wait for its reader
};

/// A listener, as the queues of connection establishment.
struct ListenerPicture {
  std::uint32_t index = 0;
  std::uint16_t port = 0;
  std::uint32_t syn = 0, accept = 0, limit = 0;
  std::int64_t synack_left_ns = -1;  ///< the next SYN-ACK's retransmission; -1: none waits
};

struct NicPicture {
  NicKind driver = NicKind::ixgb;
  std::uint32_t size = 0, used = 0, next_to_use = 0, next_to_clean = 0;
  std::vector<std::uint8_t> descriptors;  ///< per descriptor: 0 no buffer, 1 empty buffer, 2 filled by DMA
  std::vector<std::uint32_t> filled;      ///< descriptor of each chip of Place::rx_ring
  bool irq_masked = false, irq_pending = false;
  bool polling = false;
  std::int32_t budget_left = 0, budget = 0, work = 0;
  std::uint64_t dropped = 0;
  std::uint32_t tx_size = 0;
};

/// What is at a live host's card now, while the stage shows what was before, or the host is held. Frames that
/// come while it is held lie in the slots of the ring at the moment when it goes on, as far as there are any.
struct NowPicture {
  bool held = false;
  bool past = false;               ///< the stage does not show the newest step
  std::int64_t t_ns = 0;           ///< of the newest step
  std::uint32_t size = 0;          ///< slots; 0: the card has no ring
  std::uint32_t used = 0;          ///< of them filled, at the newest step
  std::uint32_t room = 0;          ///< so many more the card may fill
  std::uint32_t next = 0;          ///< the slot it fills next
  std::uint64_t waiting = 0;       ///< frames that have come since it is held
  std::uint64_t missed = 0;        ///< found no slot, before
  std::vector<ChipPicture> chips;  ///< the first of those that wait

  std::uint32_t fit() const { return waiting < room ? static_cast<std::uint32_t>(waiting) : room; }
  /// So many will find none.
  std::uint64_t beyond() const { return waiting - fit(); }
  friend bool operator==(const NowPicture& a, const NowPicture& b) {
    return a.held == b.held && a.past == b.past && a.t_ns == b.t_ns && a.used == b.used && a.room == b.room &&
           a.waiting == b.waiting && a.missed == b.missed && a.chips.size() == b.chips.size();
  }
};

inline constexpr std::size_t kStagePlaces = static_cast<std::size_t>(Place::count_);

struct StagePicture {
  std::string kernel;
  std::int64_t t_ns = 0;
  std::uint64_t position = 0;
  std::optional<Event> event;     ///< the last step
  std::vector<Fn> current_stack;  ///< of its context
  ChipPicture moving;             ///< the packet it is about; packet 0 and skb 0: none
  std::array<QueuePicture, kStagePlaces> queues;
  std::vector<ChipPicture> wire;  ///< coming, nearest first
  std::uint32_t wire_count = 0;
  std::vector<ChipPicture> sent;  ///< left the host, latest first
  NicPicture nic;
  std::array<CpuPicture, 2> cpus;
  std::uint8_t cpu_count = 1;
  std::optional<SockPicture> sock;
  std::optional<ListenerPicture> listener;
  std::vector<ProcessPicture> processes;  ///< of the socket shown; the one inside the socket first
  std::uint32_t process_count = 0;        ///< alive on the host
  bool ipv6 = false;
  /// Functions that the moving packet has been through since it came, up to here.
  std::vector<Fn> trail;
  /// What was decided about it, the latest first.
  std::vector<DecisionPicture> decisions;
  std::uint32_t arriving = 0;    ///< frame number that the very next step takes off the wire; 0: none
  std::uint32_t sock_count = 0;  ///< connections and UDP sockets of the host
  std::vector<SockLine> socks;   ///< the first of them
  std::optional<NowPicture> now;

  const QueuePicture& queue(Place place) const { return queues[static_cast<std::size_t>(place)]; }
  /// The answer to a question, if it was asked about the moving packet.
  const DecisionPicture* decision(std::string_view question) const {
    for (const DecisionPicture& d : decisions)
      if (d.question == question) return &d;
    return nullptr;
  }
  /// What a chip's numbers are shown relative to: the peer's first one (`isn`), or ours for what we send.
  std::uint32_t base_of(const ChipPicture& chip, std::uint32_t isn) const {
    return chip.packet == 0 && sock ? sock->iss : isn;
  }
  QueuePicture& queue(Place place) { return queues[static_cast<std::size_t>(place)]; }
};

}  // namespace ringside::ui
