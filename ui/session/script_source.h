// A packetdrill script as the input of a run.
#pragma once
#include <QString>

#include "core/base/result.h"
#include "core/scenario/scenario.h"

namespace ringside::ui {

/// Is that the name of a script (and not of a capture)?
bool is_script(const QString& path);

/// The script as a scenario. Its packets come in through the modelled network card instead of the script's
/// TUN device, so that ring, interrupt and NAPI are seen too. Errors: those of core/drill/drill.h.
Result<Scenario> scenario_of_script(const QString& path, const std::string& kernel);

}  // namespace ringside::ui
