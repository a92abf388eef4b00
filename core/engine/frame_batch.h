// Frames of the input as the modelled NIC gets them, read some at a time.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/nic/host_record.h"
#include "core/nic/received_frame.h"
#include "core/scenario/scenario.h"

namespace ringside {

/// What the NIC makes of the link layer.
enum class FrameForm : std::uint8_t {
  ethernet,  ///< other link layers are given an Ethernet header
  ip,        ///< the link header is taken off (TUN)
};

/// kFrames frames that follow each other in the source; fewer at its (present) end.
struct FrameBatch {
  static constexpr std::uint64_t kFrames = 64;
  struct Entry {
    std::int64_t t_ns = 0;
    std::uint64_t connection = 0;  ///< of a TCP segment to or from our host: hash of its nic::ConnectionKey
    std::uint32_t number = 0;
    std::uint32_t len = 0, wire_len = 0;  ///< in the NIC's form
    std::uint32_t captured_len = 0;
    std::uint32_t offset = 0;        ///< of its bytes in FrameBatch::bytes
    std::uint32_t before_edits = 0;  ///< of the bytes before the user's edits; the same without edits
    nic::FrameClass frame_class = nic::FrameClass::kUnknown;
    bool tcp = false;        ///< a TCP segment to or from our host
    bool has_data = false;   ///< with payload
    std::uint8_t flags = 0;  ///< wire::TCPHDR_*
  };
  std::uint64_t number = UINT64_MAX;  ///< holds the frames from number * kFrames on
  std::vector<Entry> entries;
  std::vector<std::uint8_t> bytes;

  std::span<const std::uint8_t> frame(const Entry& entry) const {
    return std::span(bytes).subspan(entry.offset, entry.len);
  }
  std::span<const std::uint8_t> frame_before_edits(const Entry& entry) const {
    return std::span(bytes).subspan(entry.before_edits, entry.len);
  }
};

/// Reads frames of a source into batches. Belongs to one thread.
class FrameReader {
 public:
  /// `edits` may corrupt frames; they outlive this object, as `local` does.
  FrameReader(std::unique_ptr<nic::FrameSource> source, const nic::LocalHost& local, FrameForm form,
              const std::vector<WireEdit>& edits)
      : source_(std::move(source)), local_(local), form_(form), edits_(edits) {}
  /// Also finds out what each frame is to our host, and tells `record` (which may be null) of it.
  void classify(nic::HostRecord* record) {
    classifies_ = true;
    record_ = record;
  }

  /// Fills `batch` up as far as the source goes by now; its number is set. False if nothing was added.
  bool fill(FrameBatch& batch);
  const nic::FrameSource& source() const { return *source_; }

 private:
  static constexpr std::size_t kLongest = 300u << 10;  ///< libpcap reads no longer frames

  void append(FrameBatch& batch, nic::Frame frame);
  void look_at(const nic::Frame& frame, FrameBatch::Entry& entry);
  nic::ReceivedFrame as_the_nic_sees(const nic::Frame& frame);

  std::unique_ptr<nic::FrameSource> source_;
  const nic::LocalHost& local_;
  FrameForm form_;
  const std::vector<WireEdit>& edits_;
  nic::HostRecord* record_ = nullptr;
  bool classifies_ = false;
  wire::Buffer scratch_;
};

}  // namespace ringside
