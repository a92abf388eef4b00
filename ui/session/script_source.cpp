#include "ui/session/script_source.h"

#include <array>

#include "core/drill/drill.h"

namespace ringside::ui {

namespace {

/// Link headers for frames that have none. Locally administered addresses; the last byte is the host's.
void put_on_ethernet(ScriptInput& input) {
  constexpr std::array<std::uint8_t, 12> kAddresses{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
  for (ScriptedFrame& frame : input.frames) {
    const bool v6 = !frame.bytes.empty() && frame.bytes[0] >> 4 == 6;
    const std::array<std::uint8_t, 2> type =
        v6 ? std::array<std::uint8_t, 2>{0x86, 0xdd} : std::array<std::uint8_t, 2>{0x08, 0x00};
    frame.bytes.insert(frame.bytes.begin(), type.begin(), type.end());
    frame.bytes.insert(frame.bytes.begin(), kAddresses.begin(), kAddresses.end());
  }
}

}  // namespace

bool is_script(const QString& path) { return path.endsWith(QLatin1String(".pkt"), Qt::CaseInsensitive); }

Result<Scenario> scenario_of_script(const QString& path, const std::string& kernel) {
  drill::DrillOptions options;
  options.kernel = kernel;
  drill::Outcome outcome = drill::run_file(path.toStdString(), options);
  if (outcome.verdict == drill::Verdict::unreadable && !outcome.problems.empty())
    return outcome.problems.front();
  if (outcome.verdict == drill::Verdict::unsupported && !outcome.unsupported.empty())
    return outcome.unsupported.front();
  Scenario scenario = std::move(outcome.scenario);
  scenario.kernel = kernel;
  if (const auto* script = std::get_if<std::shared_ptr<const ScriptInput>>(&scenario.input);
      script != nullptr && *script != nullptr && scenario.nic == NicKind::tun) {
    auto copy = std::make_shared<ScriptInput>(**script);
    put_on_ethernet(*copy);
    scenario.input = std::shared_ptr<const ScriptInput>(std::move(copy));
    scenario.nic = NicKind::ixgb;
  }
  return scenario;
}

}  // namespace ringside::ui
