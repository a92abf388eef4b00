// Which acknowledgments the captured host itself sent, per connection, to lay beside what the model sends.
#pragma once
#include <optional>

#include "core/base/chunked.h"
#include "core/base/hash_index.h"
#include "core/nic/local_host.h"

namespace ringside::nic {

/// A TCP connection of our host.
struct ConnectionKey {
  IpAddr local;
  IpAddr remote;
  std::uint16_t local_port = 0;
  std::uint16_t remote_port = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes <=> for a comparison with a pointer
  friend constexpr auto operator<=>(const ConnectionKey&, const ConnectionKey&) = default;
  std::uint64_t hash() const;  ///< the same on every machine and in every run
};

/// Of a TCP segment. `ours`: our host sent it.
ConnectionKey connection_key(const Layers& layers, bool ours);

/// One acknowledgment our host sent, with data or without, but no SYN and no RST.
struct alignas(8) HostAck {
  std::uint32_t number = 0;  ///< of the frame in the file
  Seq ack = 0;
  std::uint32_t window = 0;  ///< bytes, scaled when both sides' SYNs were seen to agree on it
  std::uint32_t before = 0;  ///< the one before it on the connection, counted from 1; 0: none
};

/// What one side's SYN or SYN-ACK said; of the first one seen.
struct alignas(8) HostSyn {
  Seq isn = 0;
  std::uint8_t wscale = kNoScale;  ///< as sent
  bool seen = false;               ///< false if the capture begins later
  static constexpr std::uint8_t kNoScale = 0xff;
};

struct alignas(8) HostConnection {
  static constexpr std::int64_t kNever = INT64_MAX;
  ConnectionKey key;
  std::uint32_t first_frame = 0;
  std::uint32_t earlier = 0;   ///< the connection that had these ports before it, counted from 1; 0: none
  std::uint32_t latest = 0;    ///< of the first with these ports: the last of them
  std::uint32_t last_ack = 0;  ///< counted from 1; 0: none
  HostSyn ours, theirs;
  std::int64_t first_sent_ns = kNever;  ///< our first segment

  /// Of our windows; 0 unless both SYNs offered scaling (RFC 7323 section 2.2), at most 14.
  std::uint8_t our_wscale() const;
};

/// Memory holds 11 to 21 bytes a connection; the rest lies in files once it is long.
class HostRecord {
 public:
  explicit HostRecord(LocalHost local) : local_(std::move(local)) {}

  /// Takes note of a frame; frames are to come in the order of the file. Others than TCP are passed over.
  void add(const Frame& frame);
  /// The same of a TCP segment that is known to be ours or for us, whose key has that hash.
  void add(const Frame& frame, const Layers& layers, bool ours, std::uint64_t hash);

  const LocalHost& local() const { return local_; }
  /// In the order in which they began; a connection that takes up the ports of an earlier one (a new SYN with
  /// another ISN) is one more. `index` < size().
  std::uint32_t size() const { return static_cast<std::uint32_t>(connections_.size()); }
  HostConnection connection(std::uint32_t index) const { return connections_.get(index); }
  /// Of those with that key the last on which our host had sent something by `t_ns`, else the first.
  std::optional<HostConnection> find(const ConnectionKey& key, std::int64_t t_ns) const;
  /// The last one first.
  template <class Take>
  void each_ack(const HostConnection& connection, Take&& take) const {
    for (std::uint32_t number = connection.last_ack; number != 0;) {
      const HostAck ack = acks_.get(number - 1);
      take(ack);
      number = ack.before;
    }
  }
  /// What lies in files leaves the memory; it is fetched again when it is asked for.
  void leave_to_files() const;

 private:
  std::uint32_t first_with(const ConnectionKey& key, std::uint64_t hash) const;
  std::uint32_t connection_of(const Frame& frame, const Layers& layers, bool ours, std::uint64_t hash);
  std::uint32_t begin(const ConnectionKey& key, std::uint32_t frame);

  LocalHost local_;
  Chunked<HostConnection> connections_;
  Chunked<HostAck> acks_;
  HashIndex first_by_key_;
};

/// Reads all of `source` into `record`.
void record_host(FrameSource& source, HostRecord& record);

}  // namespace ringside::nic
