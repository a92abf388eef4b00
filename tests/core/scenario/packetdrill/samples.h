// Scripts that use every corner of the language; the property tests and the fuzzer's seeds share them.
#pragma once
#include <string_view>
#include <vector>

namespace ringside::packetdrill::testing {

struct Sample {
  std::string_view name;
  std::string_view text;
};

const std::vector<Sample>& samples();

}  // namespace ringside::packetdrill::testing
