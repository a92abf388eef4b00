#include "core/scenario/choices.h"

namespace ringside {

namespace {
Error usage_error(const char* id, const std::string& value) {
  Error error;
  error.id = id;
  error.args.emplace_back("value", value);
  return error;
}
}  // namespace

Result<AppChoice> app_choice(const std::string& text) {
  AppChoice choice;
  const std::size_t colon = text.find(':');
  choice.name = text.substr(0, colon);
  for (std::size_t at = colon; at != std::string::npos;) {
    const std::size_t comma = text.find(',', at + 1);
    const std::string pair = text.substr(at + 1, comma == std::string::npos ? comma : comma - at - 1);
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) return usage_error("usage.app", text);
    choice.parameters.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
    at = comma;
  }
  return choice;
}

std::string text_of(const AppChoice& choice) {
  std::string text = choice.name;
  char separator = ':';
  for (const auto& [key, value] : choice.parameters) {
    text += separator + key + '=' + value;
    separator = ',';
  }
  return text;
}

Result<KnobSetting> knob_setting(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return usage_error("usage.set", text);
  return KnobSetting{text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace ringside
