// Runs a packetdrill script on the modelled kernel, as packetdrill itself runs it on a real one: two threads
// (one that writes packets and makes the calls that return at once, one for calls that block), a TUN device,
// and a comparison of every packet sent and every result with what the script says. Simulated time is exact.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/scenario/packetdrill/parse.h"
#include "core/scenario/scenario.h"

namespace ringside::drill {

enum class Verdict : std::uint8_t {
  pass,
  fail,         ///< the model did something else: `problems`
  unsupported,  ///< the script needs what the model has not: neither pass nor fail
  unreadable,   ///< the script has errors
};
const char* name_of(Verdict verdict);

/// When each event of the script happened, ns of the run; -1: it did not come to that.
struct EventMoment {
  int event = 0;
  int line = 0;
  std::int64_t t_ns = -1;
};

struct Outcome {
  Verdict verdict = Verdict::pass;
  std::string kernel;
  /// Why it is no pass, the first difference first. Ids: drill.packet (args part, expected, actual),
  /// drill.no_packet (expected), drill.unexpected_time (what, expected_s, actual_s), drill.result (part,
  /// expected, actual), drill.blocks (call), drill.assert..., and packetdrill.*
  std::vector<Error> problems;
  std::vector<Error> unsupported;
  std::vector<EventMoment> moments;
  /// The same run as a scenario: its frames and calls with their exact times (see Run).
  Scenario scenario;
};

class Stage;

struct DrillOptions {
  std::string kernel;  ///< "4.13", "6.18"; "": the script's //@ kernel, else 4.13
  std::vector<KnobSetting> knobs;
  std::uint64_t seed = 1;
  std::int64_t tolerance_us = 0;      ///< --tolerance_usecs; it wins over the script's own; 0: the script's
  bool packetdrill_defaults = false;  ///< begin with the sysctls of packetdrill's defaults.sh
};

/// What may watch a run; all calls come from run().
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void before(Stage& stage) = 0;
  virtual void after(Stage& stage) = 0;
};

/// Runs a script that parsed.
Outcome run(const packetdrill::ParseOutcome& parsed, const std::string& file_name,
            const DrillOptions& options, Watcher* watcher = nullptr);
/// The text of a script's file. Error: file.unreadable.
Result<std::string> read_script(const std::string& path);
/// Parses a script as packetdrill's run_all.py would have it.
packetdrill::ParseOutcome parse_script(const std::string& text, const std::string& file_name);
/// Reads the file, parses and runs. Errors reading it are problems of an `unreadable` outcome.
Outcome run_file(const std::string& path, const DrillOptions& options, Watcher* watcher = nullptr);

/// By its name: packetdrill scripts end in ".pkt".
bool is_script(const std::string& path);
/// The scenario of a script, for Run: it is run once to find out when everything happens. A script that fails
/// is a scenario all the same; one that cannot be read, or needs what the model has not, is an error (the
/// first one).
Result<Scenario> open_script(const std::string& path, const DrillOptions& options);

}  // namespace ringside::drill
