// Two runs of the same input laid side by side: where the first packet takes another way, or the host answers
// otherwise.
#pragma once
#include <atomic>
#include <optional>

#include "core/trace/trace.h"

namespace ringside::query {

struct Difference {
  enum class Kind : std::uint8_t { way, answer };
  Kind kind = Kind::way;
  std::uint32_t packet = 0;  ///< way: which frame
  Place a = Place::none,
        b = Place::none;     ///< way: where it goes in the one run and in the other; none: nowhere
  std::uint32_t number = 0;  ///< answer: how many were sent before it
  std::optional<SentRow> sent_a, sent_b;  ///< answer: none: that run sends no more
  StepIndex step_a = 0, step_b = 0;
  std::int64_t t_ns = 0;  ///< in the first run
};

/// Ways through queues only (a packet on its way counts as nowhere). nullopt: there is no difference, or
/// `cancel`. To be called outside of the window's thread.
std::optional<Difference> first_difference(const Trace& a, const Trace& b,
                                           const std::atomic<bool>* cancel = nullptr);

}  // namespace ringside::query
