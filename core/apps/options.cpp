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

/// An application of a live host, as it is unless parameters say otherwise.
struct LiveApp {
  const char* name;
  ReaderKind kind;
  std::int64_t port, size, delay_us, accept_delay_us;
};
constexpr std::array<LiveApp, 8> kLiveApps{{{"echo", ReaderKind::echo, 7, 16384, 0, 0},
                                            {"discard", ReaderKind::discard, 9, 65536, 0, 0},
                                            {"chargen", ReaderKind::chargen, 19, 16384, 0, 0},
                                            {"http", ReaderKind::http, 80, 16384, 0, 0},
                                            {"slow", ReaderKind::discard, 2000, 2048, 100000, 0},
                                            {"late", ReaderKind::echo, 3000, 16384, 0, 5000000},
                                            {"iperf3", ReaderKind::iperf3, 5201, 131072, 0, 0},
                                            {"connect", ReaderKind::connect, 4000, 16384, 2000000, 0}}};

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

namespace {

template <class Table>
Error no_such_app(const AppChoice& choice, const Table& known) {
  Error error;
  error.id = "scenario.app";
  error.args = {{"value", choice.name},
                {"nearest", nearest(choice.name, known, [](const auto& a) { return a.name; })}};
  return error;
}

std::optional<Error> store_parameters(AppOptions& options, const AppChoice& choice) {
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
  return std::nullopt;
}

Result<AppOptions> live_app(const AppChoice& choice) {
  const auto app = std::ranges::find_if(kLiveApps, [&](const LiveApp& a) { return choice.name == a.name; });
  if (app == kLiveApps.end()) return no_such_app(choice, kLiveApps);
  AppOptions options;
  options.kind = app->kind;
  options.port = app->port;
  options.size = app->size;
  options.delay_us = app->delay_us;
  options.accept_delay_us = app->accept_delay_us;
  if (auto error = store_parameters(options, choice)) return *error;
  return options;
}

}  // namespace

Result<AppOptions> app_options(const AppChoice& choice) {
  AppOptions options;
  const auto app = std::ranges::find_if(kApps, [&](const AppInfo& a) { return choice.name == a.name; });
  if (app == kApps.end()) return no_such_app(choice, kApps);
  options.kind = app->kind;
  if (app->kind == ReaderKind::sleeper) options.delay_us = 10000;
  if (app->kind == ReaderKind::poller) options.delay_us = 1000;
  if (auto error = store_parameters(options, choice)) return *error;
  return options;
}

Result<std::vector<AppOptions>> live_app_options(const std::vector<AppChoice>& choices) {
  static const std::vector<AppChoice> usual = {{"echo", {}}, {"discard", {}}, {"chargen", {}}, {"http", {}}};
  std::vector<AppOptions> apps;
  for (const AppChoice& choice : choices.empty() ? usual : choices) {
    const auto options = live_app(choice);
    if (!options) return options.error();
    const bool twice =
        std::ranges::any_of(apps, [&](const AppOptions& a) { return a.port == options->port; });
    if (twice) {
      Error error;
      error.id = "scenario.app_twice";
      error.args = {{"port", std::to_string(options->port)}};
      return error;
    }
    apps.push_back(*options);
  }
  return apps;
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
