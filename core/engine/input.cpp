#include "core/engine/input.h"

#include <algorithm>

#include "core/nic/memory_frames.h"

namespace ringside {

namespace {

Error not_an_address(const std::string& text) {
  Error error;
  error.id = "scenario.local";
  error.args.emplace_back("value", text);
  return error;
}

Result<nic::LocalHost> find_local(nic::FrameSource& source, const std::string& wanted) {
  if (wanted.empty()) return nic::choose_local_host(source);
  const auto address = IpAddr::parse(wanted);
  if (!address) return not_an_address(wanted);
  return nic::explicit_local_host(source, *address);
}

std::unique_ptr<nic::FrameSource> frames_of(const ScriptInput& script, NicKind nic) {
  auto frames = std::make_unique<nic::MemoryFrames>(nic == NicKind::tun ? nic::LinkType::kRaw
                                                                        : nic::LinkType::kEthernet);
  for (const ScriptedFrame& frame : script.frames) frames->append(frame.t_ns, frame.bytes);
  frames->finish();
  return frames;
}

}  // namespace

Result<std::shared_ptr<Input>> Input::open(const Scenario& scenario) {
  auto input = std::make_shared<Input>();
  input->edits_ = scenario.edits;
  if (const auto* capture = std::get_if<CaptureInput>(&scenario.input)) {
    auto file = nic::CaptureFile::open(capture->path, capture->filter);
    if (!file) return file.error();
    input->capture_ = *file;
    input->filtered_ = !capture->filter.empty();
    auto local = find_local(*input->capture_->reader(), capture->local);
    if (!local) {
      Error error = local.error();
      if (error.file.empty()) error.file = capture->path;
      return error;
    }
    input->local_ = std::move(*local);
    return input;
  }
  const auto& script = *std::get<std::shared_ptr<const ScriptInput>>(scenario.input);
  if (script.live) {
    input->script_ = script.live->frames->clone();
    input->local_.mac = MacAddr::parse(script.live->mac);
  } else {
    input->script_ = frames_of(script, scenario.nic);
  }
  input->paced_by_calls_ =
      std::any_of(scenario.calls.begin(), scenario.calls.end(),
                  [](const ScriptedCall& call) { return call.call.nr == Sys::tun_write; });
  for (const std::string& text : script.local) {
    const auto address = IpAddr::parse(text);
    if (!address) return not_an_address(text);
    if (input->local_.addresses.empty()) input->local_.address = *address;
    input->local_.addresses.insert(*address);
  }
  input->local_.reason = "local.script";
  input->local_.values.emplace_back("address", input->local_.address.to_string());
  return input;
}

std::unique_ptr<nic::FrameSource> Input::reader() const {
  return capture_ != nullptr ? capture_->reader() : script_->clone();
}

std::vector<Error> Input::problems() const {
  return capture_ != nullptr ? capture_->problems() : std::vector<Error>{};
}

}  // namespace ringside
