#include "ui/session/script_source.h"

#include <QFileInfo>
#include <array>

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

bool is_script(const QString& path) { return drill::is_script(path.toStdString()); }

Result<ScriptSource> source_of_script(const QString& path, const std::string& kernel) {
  drill::DrillOptions options;
  options.kernel = kernel;
  const std::string file = path.toStdString();
  const QFileInfo info(path);
  if (info.exists() && !info.isFile()) {  // opening a pipe would wait for somebody who writes into it
    Error error;
    error.file = file;
    error.id = info.isDir() ? "capture.directory" : "capture.not_regular";
    return error;
  }
  const auto text = drill::read_script(file);
  if (!text) return text.error();
  auto script = std::make_shared<OpenScript>();
  script->path = path;
  script->text = QString::fromStdString(*text);
  script->parsed = drill::parse_script(*text, file);
  drill::Outcome outcome = drill::run(script->parsed, file, options);
  if (outcome.verdict == drill::Verdict::unreadable) return outcome.problems.front();
  if (outcome.verdict == drill::Verdict::unsupported) return outcome.unsupported.front();
  script->verdict = outcome.verdict;
  script->problems = std::move(outcome.problems);
  script->moments = std::move(outcome.moments);
  Scenario scenario = std::move(outcome.scenario);
  if (const auto* input = std::get_if<std::shared_ptr<const ScriptInput>>(&scenario.input);
      input != nullptr && *input != nullptr && scenario.nic == NicKind::tun) {
    auto copy = std::make_shared<ScriptInput>(**input);
    put_on_ethernet(*copy);
    scenario.input = std::shared_ptr<const ScriptInput>(std::move(copy));
    scenario.nic = NicKind::ixgb;
    // The script's own writes to its TUN device would bring the packets in a second time.
    std::erase_if(scenario.calls, [](const ScriptedCall& call) { return call.call.nr == Sys::tun_write; });
  }
  return ScriptSource{std::move(scenario), std::move(script)};
}

}  // namespace ringside::ui
