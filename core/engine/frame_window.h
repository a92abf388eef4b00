// The latest frames of the input, as the modelled NIC gets them. The model looks at a frame several times
// soon after it arrived, a file would have to be read again each time.
#pragma once
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/nic/received_frame.h"
#include "core/scenario/scenario.h"

namespace ringside {

/// What the NIC makes of the link layer.
enum class FrameForm : std::uint8_t {
  ethernet,  ///< other link layers are given an Ethernet header
  ip,        ///< the link header is taken off (TUN)
};

class FrameWindow {
 public:
  struct Entry {
    std::uint64_t index = UINT64_MAX;  ///< in the source
    std::uint64_t position = 0;        ///< of its bytes, counted from the window's beginning
    std::int64_t t_ns = 0;
    std::uint32_t number = 0;
    std::uint32_t len = 0, wire_len = 0;  ///< in the NIC's form
  };
  /// `edits` may corrupt frames; it outlives this object, as `local` does.
  FrameWindow(std::unique_ptr<nic::FrameSource> source, const nic::LocalHost& local, FrameForm form,
              const std::vector<WireEdit>& edits);

  /// Null behind the last frame. Valid until the next call.
  const Entry* load(std::uint64_t index);
  /// The same with the frame as it was captured; only right after a load() that read it anew.
  const nic::Frame& captured() const { return captured_; }
  /// Bytes of an entry that load() gave last.
  std::span<const std::uint8_t> bytes(const Entry& entry) const {
    return std::span(arena_).subspan(entry.position % kArena, entry.len);
  }
  nic::FrameSource& source() { return *source_; }

 private:
  static constexpr std::size_t kSlots = 2048;
  static constexpr std::size_t kArena = 4u << 20;
  static constexpr std::size_t kLongest = 300u << 10;  ///< libpcap reads no longer frames
  static constexpr std::size_t kLinkHeader = 64;

  const Entry* read(std::uint64_t index, Entry& slot);
  nic::ReceivedFrame as_the_nic_sees(const nic::Frame& frame);
  bool holds(const Entry& entry) const { return next_ - entry.position <= kArena; }

  std::unique_ptr<nic::FrameSource> source_;
  const nic::LocalHost& local_;
  FrameForm form_;
  const std::vector<WireEdit>& edits_;
  wire::Buffer scratch_;
  std::vector<std::uint8_t> arena_;
  std::uint64_t next_ = 0;  ///< where the next frame goes
  std::array<Entry, kSlots> slots_;
  nic::Frame captured_;
};

}  // namespace ringside
