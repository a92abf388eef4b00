// A kernel of a few lines: frames go through a ring and a softirq to one process that sleeps until there are
// some. It has all that a trace must cope with: nesting, a softirq in slices, a sleeper, timers, drops, two
// CPUs.
#pragma once
#include "core/engine/host_setup.h"
#include "core/scenario/scenario.h"

namespace ringside::test {

/// One frame in seven is dropped.
HostModel fake_model();

/// `count` frames of 100 bytes, `gap_ns` apart.
Scenario fake_scenario(std::uint32_t count, std::int64_t gap_ns = 2000);

}  // namespace ringside::test
