#include "core/apps/options.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/nearest.h"

namespace ringside {

namespace {

constexpr std::array<AppInfo, 5> kApps{{{"reader", ReaderKind::reader},
                                        {"sleeper", ReaderKind::sleeper},
                                        {"poller", ReaderKind::poller},
                                        {"epoll", ReaderKind::epoll},
                                        {"never", ReaderKind::never}}};

constexpr std::int64_t kHourUs = 3600ll * 1000000;
constexpr std::array<AppParameter, 11> kParameters{{{"size", 1, 1 << 30},
                                                    {"delay_us", 0, kHourUs},
                                                    {"start_delay_us", 0, kHourUs},
                                                    {"lowat", 0, 1 << 30},
                                                    {"rcvbuf", 0, 1 << 30},
                                                    {"backlog", 0, 65535},
                                                    {"accept_delay_us", 0, kHourUs},
                                                    {"waitall", 0, 1},
                                                    {"edge", 0, 1},
                                                    {"cpu", 0, 1},
                                                    {"port", 1, 65535}}};

void store(AppOptions& options, std::string_view name, std::int64_t value) {
  if (name == "size")
    options.size = value;
  else if (name == "delay_us")
    options.delay_us = value;
  else if (name == "start_delay_us")
    options.start_delay_us = value;
  else if (name == "lowat")
    options.lowat = value;
  else if (name == "rcvbuf")
    options.rcvbuf = value;
  else if (name == "backlog")
    options.backlog = value;
  else if (name == "accept_delay_us")
    options.accept_delay_us = value;
  else if (name == "waitall")
    options.waitall = value != 0;
  else if (name == "edge")
    options.edge = value != 0;
  else if (name == "cpu")
    options.cpu = static_cast<std::uint8_t>(value);
  else if (name == "port")
    options.port = value;
}

Error bad_parameter(const AppChoice& choice, const std::pair<std::string, std::string>& given,
                    const AppParameter* known) {
  Error error;
  error.id = "scenario.app_parameter";
  error.args = {{"app", choice.name}, {"name", given.first}, {"value", given.second}};
  if (known != nullptr) {
    error.args.emplace_back("low", std::to_string(known->low));
    error.args.emplace_back("high", std::to_string(known->high));
  } else {
    error.args.emplace_back("nearest",
                            nearest(given.first, kParameters, [](const auto& p) { return p.name; }));
  }
  return error;
}

}  // namespace

std::span<const AppInfo> applications() { return kApps; }
std::span<const AppParameter> app_parameters() { return kParameters; }

Result<AppOptions> app_options(const AppChoice& choice) {
  AppOptions options;
  const AppInfo* app = nullptr;
  for (const auto& info : kApps)
    if (choice.name == info.name) app = &info;
  if (app == nullptr) {
    Error error;
    error.id = "scenario.app";
    error.args = {{"value", choice.name},
                  {"nearest", nearest(choice.name, kApps, [](const auto& a) { return a.name; })}};
    return error;
  }
  options.kind = app->kind;
  if (app->kind == ReaderKind::sleeper) options.delay_us = 10000;
  if (app->kind == ReaderKind::poller) options.delay_us = 1000;
  for (const auto& given : choice.parameters) {
    const AppParameter* known = nullptr;
    for (const auto& parameter : kParameters)
      if (given.first == parameter.name) known = &parameter;
    std::int64_t value = 0;
    const char* end = given.second.data() + given.second.size();
    const auto parsed = std::from_chars(given.second.data(), end, value);
    const bool number = parsed.ec == std::errc{} && parsed.ptr == end && !given.second.empty();
    if (known == nullptr || !number || value < known->low || value > known->high)
      return bad_parameter(choice, given, known);
    store(options, known->name, value);
  }
  return options;
}

Result<AppPlan> AppPlan::make(const std::vector<AppChoice>& choices) {
  AppPlan plan;
  plan.apps_.push_back(*app_options({"reader", {}}));
  bool has_default = false;
  for (const AppChoice& choice : choices) {
    const auto options = app_options(choice);
    if (!options) return options.error();
    const auto same = [&](const AppOptions& a) { return a.port == options->port; };
    const bool twice = options->port == 0 ? has_default : std::ranges::any_of(plan.apps_, same);
    if (twice) {
      Error error;
      error.id = "scenario.app_twice";
      error.args = {{"port", std::to_string(options->port)}};
      return error;
    }
    if (options->port == 0) {
      has_default = true;
      plan.apps_.front() = *options;
    } else {
      plan.apps_.push_back(*options);
    }
  }
  return plan;
}

const AppOptions& AppPlan::of(std::uint16_t our_port, std::uint16_t peers_port) const {
  for (const std::uint16_t port : {our_port, peers_port})
    for (const AppOptions& app : apps_)
      if (app.port != 0 && app.port == port) return app;
  return apps_.front();
}

}  // namespace ringside
