// Any bytes as a script: nothing crashes or hangs, and a script without errors comes back equal from its
// print.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "core/scenario/packetdrill/evaluate.h"
#include "core/scenario/packetdrill/evaluate_code.h"
#include "core/scenario/packetdrill/options.h"
#include "core/scenario/packetdrill/parse.h"
#include "core/scenario/packetdrill/print.h"
#include "core/scenario/packetdrill/shell_command.h"
#include "core/scenario/packetdrill/timeline.h"

namespace {

using namespace ringside;               // NOLINT(google-build-using-namespace)
using namespace ringside::packetdrill;  // NOLINT(google-build-using-namespace)

[[noreturn]] void give_up(const char* why, const std::string& printed) {
  std::fprintf(stderr, "%s:\n%s\n", why, printed.c_str());
  std::abort();
}

void use(const Expression& expression) {
  (void)evaluate(expression);
  (void)evaluate_pointee(expression);
  (void)unescape(expression);
  for (const Expression& child : expression.children) use(child);
  for (const Field& child : expression.fields) use(child.value);
}

/// What a runner does with a script, without running it.
void use(const Script& script) {
  std::vector<Error> errors;
  (void)read_options(script, errors);
  (void)sorted_timeline(script);
  if (script.init) (void)shell_steps(*script.init);
  CodeState state;
  const CodeLookup lookup = [](std::string_view name) { return static_cast<std::int64_t>(name.size()); };
  for (const Event& event : script.events) {
    if (const auto* call = std::get_if<Syscall>(&event.action)) {
      for (const Expression& argument : call->arguments) use(argument);
    }
    if (const auto* command = std::get_if<Command>(&event.action)) (void)shell_steps(*command);
    if (const auto* code = std::get_if<Code>(&event.action)) (void)run_code(*code, state, lookup);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ParseOutcome first = parse(text, "input");
  use(first.script);
  if (!first.errors.empty()) return 0;
  const std::string printed = print(first.script);
  const ParseOutcome second = parse(printed, "printed");
  if (!second.errors.empty()) give_up(second.errors.front().id.c_str(), printed);
  if (!(first.script == second.script)) give_up("reads differently once printed", printed);
  if (print(second.script) != printed) give_up("prints differently the second time", printed);
  return 0;
}
