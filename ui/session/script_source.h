// A packetdrill script as the input of a run.
#pragma once
#include <QString>
#include <memory>

#include "core/base/result.h"
#include "core/drill/drill.h"
#include "core/scenario/scenario.h"

namespace ringside::ui {

/// A script that is open: what stands in it, and when each of its events happened on this kernel.
struct OpenScript {
  QString path, text;
  packetdrill::ParseOutcome parsed;
  drill::Verdict verdict = drill::Verdict::pass;
  std::vector<Error> problems;  ///< why it is no pass, the first difference first
  std::vector<drill::EventMoment> moments;
};

struct ScriptSource {
  Scenario scenario;
  std::shared_ptr<const OpenScript> script;
};

/// Is that the name of a script (and not of a capture)?
bool is_script(const QString& path);

/// The script as a scenario. Its packets come in through the modelled network card instead of the script's
/// TUN device, so that ring, interrupt and NAPI are seen too. Errors: those of core/drill/drill.h.
Result<ScriptSource> source_of_script(const QString& path, const std::string& kernel);

}  // namespace ringside::ui
