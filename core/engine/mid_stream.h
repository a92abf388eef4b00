// Finds connections whose beginning is not in the capture, while the first run reads ahead.
#pragma once
#include <array>
#include <map>
#include <vector>

#include "core/apps/take_over.h"
#include "core/base/chunked.h"
#include "core/base/hash_index.h"
#include "core/engine/captured_isn.h"
#include "core/nic/local_host.h"

namespace ringside {

class MidStream {
 public:
  MidStream(TakeOvers& plans, CapturedIsn& isn) : plans_(plans), isn_(isn) {}

  /// A TCP segment to or from our host, in the order of the file: its FrameBatch::Entry::connection and
  /// flags. True: it is the first of a connection that was there before, which is to be taken over in front
  /// of this frame.
  bool begins(std::uint64_t connection, std::uint8_t flags);
  /// Some connection is undecided: note() wants to see every segment.
  bool watches() const { return !watched_.empty(); }
  /// `first`: what begins() said of it.
  void note(const nic::Layers& layers, bool ours, std::uint32_t frame, std::int64_t t_ns, bool first);
  /// The time has come: what was seen by now decides. `t_ns`: when it is taken over.
  void decide(std::uint32_t frame, std::int64_t t_ns);

 private:
  struct Watched {
    std::uint64_t key = 0;
    Tuple tuple;
    std::vector<SeenSegment> segments;
  };
  static constexpr std::size_t kRecent = 4096;
  /// Enough to tell, even of a connection that fills the whole read-ahead.
  static constexpr std::size_t kMostSegments = 1024;

  bool is_known(std::uint64_t key);
  void watch(const nic::Layers& layers, bool ours, std::uint64_t key, std::int64_t t_ns);

  TakeOvers& plans_;
  CapturedIsn& isn_;
  /// Connections by a hash of both ends, which tells them apart (not surely).
  Chunked<std::uint64_t> known_;
  HashIndex by_key_;
  std::array<std::uint64_t, kRecent> recent_{};  ///< spares most look-ups in known_
  std::map<std::uint32_t, Watched> watched_;     ///< undecided, by first frame
  std::map<std::uint64_t, std::uint32_t> watched_by_key_;
};

}  // namespace ringside
