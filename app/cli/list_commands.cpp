#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/cli/program.h"
#include "core/profiles/knobs.h"

namespace ringside::cli {

namespace {

const char* profiles_of(InProfile profiles) {
  switch (profiles) {
    case InProfile::both:
      return "4.13 6.18";
    case InProfile::p413:
      return "4.13";
    case InProfile::p618:
      return "6.18";
    case InProfile::none:
      break;
  }
  return "";
}

void print_function(const char* name, const char* file, InProfile profiles) {
  std::printf("%-36s %-48s %s\n", name, file, profiles_of(profiles));
}

void list_functions() {
  for (std::size_t i = 1; i < static_cast<std::size_t>(Fn::count_); ++i) {
    const FunctionInfo& info = info_of(static_cast<Fn>(i));
    const bool moved = info.file_413 != nullptr;
    if (moved) print_function(info.name, info.file_413, InProfile::p413);
    print_function(info.name, info.file, moved ? InProfile::p618 : info.profiles);
  }
}

std::string range_of(const KnobInfo& knob) {
  std::string text;
  for (const std::string& choice : knob.choices) text += (text.empty() ? "" : "|") + choice;
  if (knob.numbers != 0) text = std::to_string(knob.low) + ".." + std::to_string(knob.high);
  if (knob.numbers == 0 && knob.choices.empty()) text = "CHAIN [MATCH]... VERDICT; ...";
  if (knob.numbers > 1) text += " x" + std::to_string(int{knob.numbers});
  return text;
}

void list_knobs(const std::string& kernel, bool all) {
  const HostSettings defaults(*profile_named(kernel.c_str()));
  for (const KnobInfo& knob : knobs()) {
    const bool single = function_named(knob.name.starts_with("cost.") ? knob.name.substr(5) : "") != Fn::none;
    if (single && !all) continue;
    std::printf("%-40s %-24s %-28s %s\n", knob.name.c_str(), knob_value(defaults, knob.name).c_str(),
                range_of(knob).c_str(), knob.unit);
  }
  if (!all) std::printf("cost.FUNCTION: ns that a call of a modelled function takes (--all lists them)\n");
}

}  // namespace

void add_functions_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "functions", "list every modelled kernel function: name, file in the kernel tree, profiles");
  command->callback([&exit_code] {
    list_functions();
    exit_code = kOk;
  });
}

void add_knobs_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("knobs", "list what --set can set: name, default, range, unit");
  auto kernel = std::make_shared<std::string>("4.13");
  auto all = std::make_shared<bool>(false);
  command->add_option("--kernel", *kernel, "whose defaults")
      ->check(CLI::IsMember({"4.13", "6.18"}))
      ->capture_default_str();
  command->add_flag("--all", *all, "also the cost of every single function");
  command->callback([kernel, all, &exit_code] {
    list_knobs(*kernel, *all);
    exit_code = kOk;
  });
}

}  // namespace ringside::cli
