// Where the model's answers differ from those of the host that was captured.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "core/base/seq.h"
#include "core/engine/engine.h"
#include "core/nic/host_record.h"

namespace ringside {

/// One acknowledgment number and how often each host sent it, with the window it announced first.
struct AckDifference {
  enum class Kind : std::uint8_t {
    only_captured,  ///< the model acknowledged further data at once, or never got there
    only_model,
    window,   ///< both sent it, with different windows
    repeats,  ///< both sent it, not equally often
  };
  Kind kind = Kind::window;
  Seq ack = 0;
  std::int64_t captured_ns = -1, model_ns = -1;  ///< first time; -1: never
  std::uint32_t captured_frame = 0;
  std::uint32_t captured_window = 0, model_window = 0;
  std::uint32_t captured_count = 0, model_count = 0;
};
const char* name_of(AckDifference::Kind kind);

struct AckComparison {
  std::uint32_t flow = 0;
  std::uint32_t captured_segments = 0, model_segments = 0;
  std::uint32_t same = 0;  ///< acknowledgment numbers that both sent equally often with the same window
  std::vector<AckDifference> differences;  ///< in the order of acknowledgment numbers
};

/// Gives, per connection that is in both, how they compare; needs a finished run of a capture, and reads its
/// file once more.
void compare_acks(const Run& run, const std::function<void(const AckComparison&)>& take);

}  // namespace ringside
