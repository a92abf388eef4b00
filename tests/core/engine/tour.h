// A tour of the receive path: one stop for each thing it can do, told to a whole machine, with what must be
// seen in the trace there.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "tests/core/engine/machine_story.h"

namespace ringside::test {

struct Stop {
  const char* name = "";
  std::function<void(MachineStory&)> tell;
  std::vector<Fn> enters = {};
  std::vector<std::string> asks = {};  ///< a question and its answer: "rx_descriptor_free=n"
  std::vector<Drop> drops = {};
  std::vector<Counter> counts = {};
  const char* only = "";  ///< one kernel's; "": both
  bool in(const std::string& kernel) const { return std::string(only).empty() || kernel == only; }
};

std::vector<Stop> nic_stops();
std::vector<Stop> ip_stops();
std::vector<Stop> ipv6_stops();
std::vector<Stop> tcp_stops();
std::vector<Stop> closing_stops();
std::vector<Stop> socket_stops();
std::vector<Stop> sender_stops();
/// All of them.
std::vector<Stop> tour();

}  // namespace ringside::test
