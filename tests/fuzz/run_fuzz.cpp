// A capture file of any bytes, through the whole run: the first byte says on which kernel and how the host is
// set up, the rest is the file. Every frame is accounted for, and the run can be played again.
#include "tests/fuzz/fuzz.h"

namespace {

using namespace ringside;  // NOLINT(google-build-using-namespace)

Scenario scenario_of(std::uint8_t how) {
  Scenario scenario;
  scenario.kernel = (how & 1) != 0 ? "6.18" : "4.13";
  static constexpr const char* kApps[] = {"never", "sleeper", "poller", "epoll"};
  if ((how & 6) != 0 || (how & 64) != 0) scenario.apps.push_back({kApps[how >> 1 & 3], {}});
  if ((how & 8) != 0) scenario.knobs.push_back({"cost.preset", "make_it_drop"});
  if ((how & 16) != 0) scenario.knobs.push_back({"nic.rx_checksum", "0"});
  if ((how & 32) != 0) {
    scenario.knobs.push_back({"cpu.count", "2"});
    scenario.knobs.push_back({"rps.cpus", "2"});
  }
  if ((how & 64) != 0) scenario.knobs.push_back({"nic.gro", "0"});
  if ((how & 128) != 0) scenario.knobs.push_back({"nic.neigh_resolve", "1"});
  return scenario;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Scenario scenario = scenario_of(data[0]);
  const std::string_view file(reinterpret_cast<const char*>(data) + 1, size - 1);
  scenario.input = CaptureInput{fuzz::scratch_file(file), "", ""};
  fuzz::run_lawfully(std::move(scenario), data[size - 1] % 4 == 0);
  return 0;
}
