// Two modelled hosts and the link between them, which loses, doubles, delays and reorders frames as a seeded
// number generator says. Nothing else moves time: whoever has the earliest event has the turn.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/base/dice.h"
#include "core/machine/machine.h"
#include "core/machine/observer.h"
#include "core/profiles/profile.h"

namespace ringside::test {

/// What happens to frames.
struct Weather {
  std::int64_t delay_ns = 1'000'000;  ///< at least
  std::int64_t jitter_ns = 0;         ///< at most so much more: overtaking
  std::int64_t loss = 0;              ///< of a thousand
  std::int64_t twice = 0;             ///< of a thousand
  std::int64_t hurt = 0;              ///< of a thousand: one bit of the segment arrives wrong
  std::int64_t clear_after_ns =
      10'000'000'000;  ///< then nothing is lost any more, so that every talk can end
};

/// How a host is set up and what its application does.
struct Part {
  std::string kernel = "6.18";
  std::int64_t bytes = 10000;      ///< to send
  std::int64_t write_size = 1000;  ///< at most, in one call
  std::int64_t read_size = 4096;
  std::int64_t read_pause_ns = 0;  ///< the reader sleeps so long after each read
  std::int64_t rmem = 0;           ///< tcp_rmem[1], [2]; 0: the kernel's own
  std::uint32_t mtu = 1500;
  bool sack = true, timestamps = true, window_scaling = true, gro = true, reno = false;
};

class Wire;

/// One host: its NIC's incoming frames, its bytes, what its application got.
class End : Arrivals, FrameBytes, OutgoingSink, DeliverySink, Observer {
 public:
  End(const Part& part, bool server, std::uint64_t seed, Wire& wire);
  Machine& machine() { return *machine_; }
  void put(std::int64_t t_ns, std::vector<std::uint8_t> frame);
  /// When the next frame is there; the machine looks ahead, so it gets none before its time: another may
  /// overtake it.
  std::int64_t next_frame_ns() const {
    return under_way_.empty() ? Machine::kForever : under_way_.begin()->first;
  }
  void bring_next_frame();
  /// What is wrong at the end; "" if nothing is.
  std::string verdict(const Part& peer, std::uint64_t seed) const;

 private:
  bool at(std::uint64_t index, Arrival& out) override;
  std::span<const std::uint8_t> frame(std::uint32_t number) override;
  void transmitted(const Outgoing& frame) override;
  void delivered(std::int64_t t_ns, SockId sock, std::uint32_t flow, const DataRef& bytes,
                 bool peeked) override;
  // Of Observer: what became of frames.
  void arrived(const Arrival&) override {}
  void moved(SkbId, SockId, Place, Place) override {}
  void moved_request(RequestId, Place, Place) override {}
  void dropped(SkbId, std::uint32_t packet, SockId, Drop) override { ended_.insert(packet); }
  void freed(SkbId skb) override { ended_.insert(machine_->host()[skb].packet); }
  void counted(Counter, std::uint32_t, SockId) override {}
  void locked(SockId, bool) override {}
  std::string unaccounted() const;

  bool server_;
  Wire& wire_;
  KernelProfile profile_;
  ByteStore store_;
  std::multimap<std::int64_t, Arrival> under_way_;
  std::vector<Arrival> arrivals_;
  std::vector<std::vector<std::uint8_t>> frames_;
  std::vector<std::uint8_t> got_;
  std::set<std::uint32_t> ended_;  ///< numbers of frames that were dropped or freed
  std::shared_ptr<const Program> talker_;
  std::unique_ptr<Machine> machine_;
};

/// The link, and the two at its ends.
class Wire {
 public:
  Wire(const Part& client, const Part& server, const Weather& weather, std::uint64_t seed);
  /// Until neither host has anything left to do; true if that came about in time.
  bool run(std::int64_t until_ns);
  /// "" if every byte arrived once and in order, both sides are closed and nothing is left over.
  std::string verdict() const;
  /// The last frames on the link, for failures.
  std::string story() const;

  /// An end sends this IP packet.
  void carry(std::int64_t t_ns, bool from_server, const std::vector<std::uint8_t>& packet);

 private:
  Part parts_[2];
  Weather weather_;
  std::uint64_t seed_;
  Dice dice_;
  std::deque<std::string> log_;
  std::unique_ptr<End> ends_[2];  ///< client, server
};

/// The byte at `position` of what a side sends.
std::uint8_t stream_byte(std::uint64_t seed, bool server, std::uint64_t position);
/// The process of either side (program 0) and its reader (program 1). Process::app[kFailed] is an errno.
std::shared_ptr<const Program> talker(const Part& part, bool server, std::uint32_t stored);
std::shared_ptr<const Program> listener_of_talk(const Part& part);
enum TalkWord : std::size_t { kPhase, kFd, kSent, kPartner, kFailed, kEof, kListener };

inline const IpAddr kClientAddress = IpAddr::v4(10, 0, 0, 1), kServerAddress = IpAddr::v4(10, 0, 0, 2);
inline constexpr std::uint16_t kTalkPort = 7;

}  // namespace ringside::test
