// The law of conservation: every frame of the input is accounted for, once.
#pragma once
#include <array>
#include <cstdint>
#include <map>

#include "core/trace/trace.h"

namespace ringside {

struct Conservation {
  std::uint64_t read = 0;                                      ///< frames of the input
  std::uint64_t outgoing = 0, other_host = 0, unreadable = 0;  ///< not injected, and why
  std::uint64_t edited_out =
      0;                       ///< the user's edits left them out (or the run was cancelled before they came)
  std::uint64_t injected = 0;  ///< reached the NIC; in exactly one of what follows
  std::uint64_t delivered = 0, consumed = 0, inside = 0, dropped = 0;
  std::map<Drop, std::uint64_t> dropped_by_reason;  ///< frames, by the reason of their last drop
  /// What the NIC itself has counted: frames it handed on, and frames that found the ring full.
  std::uint64_t nic_received = 0, nic_missed = 0;

  /// read = outgoing + other_host + unreadable + edited_out + injected;
  /// injected = delivered + consumed + inside + dropped; dropped is the sum of its reasons.
  bool frames_add_up() const;
};

/// Of a finished run.
Conservation account(const Trace& trace);

}  // namespace ringside
