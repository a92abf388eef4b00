// A capture made up segment by segment, as a test needs it: one connection between a peer and the host that
// was captured. Numbers are relative, as in packetdrill: both sides begin at 0, their first byte is 1.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/wire/tcp.h"
#include "tests/core/nic/capture_bytes.h"

namespace ringside::test {

struct CapturedSegment {
  std::int64_t us = 0;  ///< when it was seen
  std::string flags;    ///< "S", "S.", ".", "P.", "F.", "R", "R."
  Seq seq = 0;
  Seq ack = 0;
  std::uint32_t len = 0;
  std::uint16_t win = 60000;
  std::vector<wire::SackBlock> sack = {};  ///< relative, too
};

class CaptureStory {
 public:
  static constexpr Seq kPeerIsn = 1'000'000, kOurIsn = 4'000'000'000;
  static constexpr std::uint16_t kPeerPort = 40000, kOurPort = 8080;

  explicit CaptureStory(std::uint32_t snaplen = 262144) : snaplen_(snaplen) {}
  CaptureStory& peer(const CapturedSegment& segment) { return add(segment, false); }
  CaptureStory& host(const CapturedSegment& segment) { return add(segment, true); }
  /// The peer connects: three segments, from 0 us to 20 us.
  CaptureStory& handshake();

  /// Runs it to its end; our host is the captured one.
  std::shared_ptr<Run> run(const std::string& kernel, std::vector<KnobSetting> knobs = {},
                           std::vector<AppChoice> apps = {}) const;
  /// Byte `offset` of what a side sends: the same however it is cut into segments.
  static std::uint8_t byte_at(std::uint32_t offset) { return static_cast<std::uint8_t>('a' + offset % 23); }
  static std::string text(std::uint32_t first, std::uint32_t end);
  const std::string& bytes() const { return file_.text; }

 private:
  CaptureStory& add(const CapturedSegment& segment, bool ours);
  nic::PcapBytes file_;
  std::uint32_t snaplen_;
};

/// What read() returned on a connection.
std::string stream_of(const Run& run, std::uint32_t flow = 1);
/// The drops of a run: "TCP_OLD_DATA 2, NO_SOCKET 1".
std::string drops_of(const Run& run);
/// Ids of the notes in a run's trace, in order, each once.
std::vector<std::string> notes_of(const Run& run);

}  // namespace ringside::test
