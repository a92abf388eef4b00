// What the captured host itself did, per connection: what the model has to adopt to stand in its place (its
// ISN, window scale, MSS, timestamps), and every segment it sent, to lay beside what the model sends.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <vector>

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
};

/// One segment our host sent. 40 bytes, its SACK blocks apart: a long capture has millions of them.
struct HostSegment {
  std::int64_t t_ns = 0;
  std::uint32_t number = 0;  ///< of the frame in the file
  Seq seq = 0;
  Seq ack = 0;               ///< meaningless without TCPHDR_ACK
  std::uint32_t window = 0;  ///< bytes, scaled when both sides' SYNs were seen to agree on it
  std::uint32_t payload_len = 0;
  std::uint32_t sack_at = 0;  ///< of its first block in HostConnection::sack_blocks
  std::uint8_t sack_count = 0;
  std::uint8_t flags = 0;  ///< TCPHDR_*
};

/// One acknowledgment our host sent: the little that comparing them with the model's needs.
struct HostAck {
  std::uint32_t number = 0;  ///< of the frame in the file
  Seq ack = 0;
  std::uint32_t window = 0;  ///< bytes, scaled as HostSegment::window is
};

/// What one side's SYN or SYN-ACK said.
struct SynFacts {
  std::uint32_t number = 0;  ///< frame it was first seen in
  std::int64_t t_ns = 0;
  Seq isn = 0;
  std::uint16_t window = 0;  ///< never scaled
  std::optional<std::uint16_t> mss;
  std::optional<std::uint8_t> wscale;
  bool sack_permitted = false;
  std::optional<std::uint32_t> ts_val;
};

struct HostConnection {
  std::uint32_t first_frame = 0;
  std::optional<SynFacts> ours;    ///< absent if the capture begins later
  std::optional<SynFacts> theirs;  ///< absent if the capture begins later
  bool active_open = false;        ///< we connected; false also when no SYN was seen
  /// The first timestamp we sent and when: the base of our clock. And the last one, to tell its rate.
  std::optional<std::uint32_t> first_ts_val, last_ts_val;
  std::int64_t first_ts_t_ns = 0, last_ts_t_ns = 0;
  std::uint32_t segments_sent = 0;      ///< by us
  std::uint32_t segments_received = 0;  ///< by us
  std::uint32_t max_payload_sent = 0;   ///< an estimate of the MSS when there is no SYN
  std::uint32_t max_payload_received = 0;
  std::vector<HostSegment> sent;  ///< in order of the file; empty without Detail::kSegments
  std::vector<wire::SackBlock> sack_blocks;
  std::optional<std::int64_t> first_sent_ns;  ///< our first segment
  std::vector<HostAck> acks;                  ///< in order of the file; only with Detail::kAcks

  /// Of our windows and of theirs; 0 unless both SYNs offered scaling (RFC 7323 section 2.2), at most 14.
  std::uint8_t our_wscale() const;
  std::uint8_t their_wscale() const;
  /// True if the SYNs tell that both sides use it.
  bool uses_sack() const { return ours && theirs && ours->sack_permitted && theirs->sack_permitted; }
  bool uses_timestamps() const { return ours && theirs && ours->ts_val && theirs->ts_val; }
};

class HostRecord {
 public:
  enum class Detail {
    kConnections,  ///< what to adopt
    kAcks,         ///< and every acknowledgment sent, but with SYNs and RSTs
    kSegments,     ///< what to adopt, and every segment sent
  };
  explicit HostRecord(LocalHost local, Detail detail = Detail::kSegments)
      : local_(std::move(local)), detail_(detail) {}
  HostRecord(HostRecord&&) = default;  // no copies: latest_ points to elements of connections_
  HostRecord& operator=(HostRecord&&) = default;

  /// Takes note of a frame; frames are to come in the order of the file. Others than TCP are passed over.
  void add(const Frame& frame);
  void add(const Frame& frame, const Layers& layers, FrameClass frame_class);

  const LocalHost& local() const { return local_; }
  /// In the order of their keys. A connection that takes up the ports of an earlier one (a new SYN with
  /// another ISN) is a further element of the same vector.
  const std::map<ConnectionKey, std::vector<HostConnection>>& connections() const { return connections_; }
  /// The connection that `frame_number` belongs to; nullptr if there is none.
  const HostConnection* find(const ConnectionKey& key, std::uint32_t frame_number) const;

 private:
  HostConnection& connection(const ConnectionKey& key, std::uint32_t number, const wire::TcpView& tcp,
                             bool ours);

  using Connections = std::map<ConnectionKey, std::vector<HostConnection>>;
  std::vector<HostConnection>& all_with(const ConnectionKey& key);

  LocalHost local_;
  Detail detail_;
  Connections connections_;
  std::array<Connections::value_type*, 1024> latest_{};  ///< by ports: what was looked up last
};

/// Reads all of `source` into a record.
HostRecord record_host(FrameSource& source, LocalHost local,
                       HostRecord::Detail detail = HostRecord::Detail::kSegments);

}  // namespace ringside::nic
