// The whole input of a run as one value: the same scenario always gives the same trace. Whoever edits
// anything makes a new one.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/model/enums.h"
#include "core/model/process.h"
#include "core/nic/frame_source.h"

namespace ringside {

/// Frames from a capture file.
struct CaptureInput {
  std::string path;
  std::string filter;  ///< libpcap's language, "" takes every frame
  std::string local;   ///< our host's address; "": chosen, see nic/local_host.h
};

/// A frame that a script wrote or a TAP brought.
struct ScriptedFrame {
  std::int64_t t_ns = 0;
  std::vector<std::uint8_t> bytes;  ///< from the link header on; for NicKind::tun from the IP header on
};

/// A host whose wire is a TAP device, or was when this was saved.
struct LiveHost {
  std::string mac;                           ///< the card's
  std::string peer;                          ///< where its applications connect to
  std::shared_ptr<nic::FrameSource> frames;  ///< what came to it; grows while it lives
  std::int64_t end_ns = INT64_MAX;           ///< the run ends here: when the saved one did
};

/// Frames and system calls in order of time, every time being exact.
struct ScriptInput {
  std::vector<ScriptedFrame> frames;
  /// Our addresses. The first one of each family is also the one that sockets bound to nothing use.
  std::vector<std::string> local;
  std::optional<LiveHost> live;  ///< `frames` is empty then
};

/// A system call at a given time (or as soon as its process is free after it).
struct ScriptedCall {
  std::int64_t t_ns = 0;
  std::uint16_t process = 0;  ///< threads of a script are numbered from 0
  Syscall call;
  std::vector<std::uint8_t> data;  ///< what a write sends
};

/// An application of the modelled host: name and parameters as in `--app NAME:k=v,k=v`.
struct AppChoice {
  std::string name;
  std::vector<std::pair<std::string, std::string>> parameters;
};

/// `--set NAME=VALUE`. Names, ranges and defaults: core/profiles/knobs.h.
struct KnobSetting {
  std::string name;
  std::string value;
};

/// The wire as the user edited it. Applied in order. As text and as JSON: core/scenario/wire_edits.h.
struct WireEdit {
  enum class Kind : std::uint8_t { drop, duplicate, delay, corrupt, reorder } kind = Kind::drop;
  std::uint32_t packet = 0;      ///< frame number
  std::int64_t delay_ns = 0;     ///< delay, duplicate: relative to its own time; may be negative
  std::uint32_t behind = 0;      ///< reorder: it arrives at the time of this frame, just behind it; 0: first
  std::uint32_t offset = 0;      ///< corrupt: this byte of the frame ...
  std::uint8_t xor_mask = 0xff;  ///< ... gets these bits turned over
};

struct Scenario {
  std::string kernel = "4.13";  ///< "4.13" or "6.18"
  std::variant<CaptureInput, std::shared_ptr<const ScriptInput>> input;
  NicKind nic = NicKind::ixgb;
  std::vector<AppChoice> apps;  ///< none: the default, a blocking reader that keeps up
  std::vector<KnobSetting> knobs;
  std::vector<ScriptedCall> calls;  ///< in order of time; if there are any, `apps` are not started by default
  std::vector<WireEdit> edits;
  std::uint64_t seed = 1;
};

/// Null if the host is not (was not) live.
inline const LiveHost* live_host_of(const Scenario& scenario) {
  const auto* script = std::get_if<std::shared_ptr<const ScriptInput>>(&scenario.input);
  return script != nullptr && (*script)->live ? &*(*script)->live : nullptr;
}

}  // namespace ringside
