// Lines of settings as a user writes them: "set NAME=VALUE", "app NAME:KEY=VALUE", "edit ...". What is
// refused has an id; what is taken reads back the same; and a capture runs to its end under all that was
// taken.
#include "core/apps/options.h"
#include "core/profiles/knobs.h"
#include "core/scenario/choices.h"
#include "core/scenario/wire_edits.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace ringside;  // NOLINT(google-build-using-namespace)
using fuzz::must;

void set(const std::string& text, HostSettings& settings, Scenario& scenario) {
  const auto setting = knob_setting(text);
  if (!setting) return must(!setting.error().id.empty());
  if (const auto error = set_knob(settings, setting->name, setting->value))
    return must(!error->id.empty() && !error->args.empty());
  const std::string now = knob_value(settings, setting->name);
  must(!set_knob(settings, setting->name, now));
  must(knob_value(settings, setting->name) == now);
  scenario.knobs.push_back(*setting);
}

void app(const std::string& text, Scenario& scenario) {
  const auto choice = app_choice(text);
  if (!choice) return must(!choice.error().id.empty());
  const auto again = app_choice(text_of(*choice));
  must(again && text_of(*again) == text_of(*choice));
  std::vector<AppChoice> all = scenario.apps;
  all.push_back(*choice);
  if (AppPlan::make(all)) scenario.apps = std::move(all);
}

void edit(const std::string& text, Scenario& scenario) {
  const auto parsed = parse_wire_edit(text);
  if (parsed) scenario.edits.push_back(*parsed);
  const auto again = wire_edits_from_json(wire_edits_to_json(scenario.edits));
  must(again && again->size() == scenario.edits.size());
  (void)wire_edits_from_json(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Scenario scenario;
  scenario.kernel = size % 2 == 0 ? "4.13" : "6.18";
  scenario.input = CaptureInput{RINGSIDE_SOURCE_DIR "/resources/captures/http-get.pcap", "", ""};
  HostSettings settings(*profile_named(scenario.kernel.c_str()));
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (!rest.empty()) {
    const std::string line(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.starts_with("set ")) set(line.substr(4), settings, scenario);
    if (line.starts_with("app ")) app(line.substr(4), scenario);
    if (line.starts_with("edit ")) edit(line.substr(5), scenario);
  }
  fuzz::run_lawfully(std::move(scenario), size % 4 == 0);
  return 0;
}
