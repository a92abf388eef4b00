#include "core/live/live_setup.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/nic/capture_file.h"
#include "core/scenario/choices.h"
#include "core/wire/ethernet.h"

namespace ringside::live {

namespace {

using Json = nlohmann::ordered_json;

Error session_error(const char* id, const std::string& path, const char* name, const std::string& value) {
  Error error;
  error.id = id;
  error.file = path;
  error.args.emplace_back(name, value);
  return error;
}

/// JSON's numbers end at 2^53.
std::string text_of_number(std::uint64_t n) { return std::to_string(n); }

Json live_of(const LiveSetup& setup, const SavedLive& saved) {
  return {{"addresses", setup.addresses},
          {"peer", setup.peer},
          {"mac", setup.mac},
          {"seed", text_of_number(setup.seed)},
          {"first_ns", std::to_string(saved.first_ns)},
          {"end_ns", std::to_string(saved.end.t_ns)},
          {"steps", text_of_number(saved.end.steps)},
          {"state_hash", text_of_number(saved.end.state_hash)}};
}

std::uint64_t number_of(const Json& object, const char* name) {
  return std::stoull(object.at(name).get<std::string>());
}

/// A time of the host; one further than 73 years away is nonsense (and sums of it would overflow).
std::int64_t time_of(const Json& object, const char* name) {
  constexpr std::int64_t kFarthest = std::int64_t{1} << 61;
  const std::int64_t t_ns = std::stoll(object.at(name).get<std::string>());
  if (t_ns < -kFarthest || t_ns > kFarthest) throw std::out_of_range(name);
  return t_ns;
}

/// Throws what nlohmann::json and std::stoll throw at nonsense.
void take(const Json& root, LiveSetup& setup, SavedLive& saved) {
  setup.kernel = root.at("kernel").get<std::string>();
  for (const Json& text : root.at("apps"))
    if (auto app = app_choice(text.get<std::string>())) setup.apps.push_back(*app);
  for (const Json& text : root.at("knobs"))
    if (auto knob = knob_setting(text.get<std::string>())) setup.knobs.push_back(*knob);
  const Json& live = root.at("live");
  setup.addresses = live.at("addresses").get<std::vector<std::string>>();
  setup.peer = live.at("peer").get<std::string>();
  setup.mac = live.at("mac").get<std::string>();
  setup.seed = number_of(live, "seed");
  saved.capture = root.at("file").get<std::string>();
  saved.first_ns = time_of(live, "first_ns");
  saved.end.t_ns = time_of(live, "end_ns");
  saved.end.steps = number_of(live, "steps");
  saved.end.state_hash = number_of(live, "state_hash");
}

std::string found_capture(const std::string& session, const Json& root, const std::string& named) {
  std::error_code code;
  const auto beside = std::filesystem::path(session).parent_path() / root.value("beside", "");
  if (std::filesystem::is_regular_file(beside, code)) return beside.string();
  return std::filesystem::is_regular_file(named, code) ? named : "";
}

/// What came to the host: all frames that it has not sent itself.
Result<std::unique_ptr<nic::LiveFrames>> load_frames(const SavedLive& saved, const std::string& mac) {
  auto file = nic::CaptureFile::open(saved.capture);
  if (!file) return file.error();
  auto frames = nic::LiveFrames::create();
  if (!frames) return frames.error();
  const auto own = MacAddr::parse(mac);
  const auto reader = (*file)->reader();
  for (std::uint64_t i = 0; const auto frame = reader->at(i); ++i) {
    const auto link = wire::EthernetView::parse(frame->bytes);
    if (link && own && link->source() == *own) continue;
    (*frames)->append(saved.first_ns + frame->t_ns, frame->bytes);
  }
  (*frames)->finish();
  return frames;
}

}  // namespace

Result<Scenario> make_scenario(const LiveSetup& setup, const nic::LiveFrames& frames) {
  auto input = std::make_shared<ScriptInput>();
  input->local = setup.addresses;
  input->live = LiveHost{setup.mac, setup.peer, frames.clone(), INT64_MAX};
  for (const std::string& text : setup.addresses)
    if (!IpAddr::parse(text)) return session_error("scenario.local", "", "value", text);
  Scenario scenario;
  scenario.kernel = setup.kernel;
  scenario.input = std::shared_ptr<const ScriptInput>(std::move(input));
  scenario.apps = setup.apps;
  scenario.knobs = {{"nic.neigh_resolve", "1"}, {"nic.rx_checksum", "0"}};
  scenario.knobs.insert(scenario.knobs.end(), setup.knobs.begin(), setup.knobs.end());
  scenario.seed = setup.seed;
  return scenario;
}

std::optional<Error> write_session(const std::string& path, const LiveSetup& setup, const SavedLive& saved) {
  namespace fs = std::filesystem;
  std::error_code code;
  const fs::path capture = fs::absolute(saved.capture, code);
  Json apps = Json::array(), knobs = Json::array();
  for (const AppChoice& app : setup.apps) apps.push_back(text_of(app));
  for (const KnobSetting& knob : setup.knobs) knobs.push_back(knob.name + '=' + knob.value);
  const Json root = {{"ringside", 1},
                     {"file", capture.string()},
                     {"beside", capture.lexically_relative(fs::absolute(path, code).parent_path()).string()},
                     {"title", capture.filename().string()},
                     {"kernel", setup.kernel},
                     {"filter", ""},
                     {"local", ""},
                     {"apps", apps},
                     {"knobs", knobs},
                     {"position", "0"},
                     {"level", "function"},
                     {"breakpoints", Json::array()},
                     {"bookmarks", Json::array()},
                     {"live", live_of(setup, saved)}};
  const std::string partial = path + ".part";  // what was there stays until the new one is whole
  std::ofstream out(partial);
  out << root.dump(2) << '\n';
  out.close();
  if (out && std::rename(partial.c_str(), path.c_str()) == 0) return std::nullopt;
  const int problem = errno;
  std::remove(partial.c_str());
  return session_error("session.write", path, "detail", std::strerror(problem));
}

Result<LoadedSession> read_session(const std::string& path) {
  std::error_code unknown;
  if (std::filesystem::is_fifo(path, unknown))  // opening it would wait for a writer
    return session_error("session.read", path, "detail", std::strerror(EINVAL));
  std::ifstream in(path);
  if (!in) return session_error("session.read", path, "detail", std::strerror(errno));
  LiveSetup setup;
  LoadedSession loaded;
  try {
    const Json root = Json::parse(in);
    if (!root.contains("live")) return session_error("session.not_live", path, "path", path);
    take(root, setup, loaded.saved);
    const std::string named = loaded.saved.capture;
    loaded.saved.capture = found_capture(path, root, named);
    if (loaded.saved.capture.empty()) return session_error("session.no_input", path, "path", named);
  } catch (const std::exception& problem) {
    return session_error("session.syntax", path, "detail", problem.what());
  }
  auto frames = load_frames(loaded.saved, setup.mac);
  if (!frames) return frames.error();
  auto scenario = make_scenario(setup, **frames);
  if (!scenario) return scenario.error();
  loaded.scenario = std::move(*scenario);
  auto input =
      std::make_shared<ScriptInput>(*std::get<std::shared_ptr<const ScriptInput>>(loaded.scenario.input));
  input->live->end_ns = loaded.saved.end.t_ns;
  loaded.scenario.input = std::shared_ptr<const ScriptInput>(std::move(input));
  return loaded;
}

}  // namespace ringside::live
