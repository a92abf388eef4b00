// How a user writes down what shall run: the texts of `--app` and `--set`, and of the window's fields.
#pragma once
#include "core/base/result.h"
#include "core/scenario/scenario.h"

namespace ringside {

/// "NAME[:KEY=VALUE,...]". Errors: usage.app (args value). Whether there is such an application is not asked.
Result<AppChoice> app_choice(const std::string& text);
/// The same text again.
std::string text_of(const AppChoice& choice);
/// "NAME=VALUE". Errors: usage.set (args value).
Result<KnobSetting> knob_setting(const std::string& text);

}  // namespace ringside
