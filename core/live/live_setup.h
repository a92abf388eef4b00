// A live host as its user describes it, made into a scenario; and back from a saved session.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/nic/live_frames.h"

namespace ringside::live {

struct LiveSetup {
  std::string kernel = "6.18";
  std::vector<AppChoice> apps;
  std::vector<KnobSetting> knobs;
  std::uint64_t seed = 1;
  std::vector<std::string> addresses = {"10.66.0.2", "fd00:10:66::2"};  ///< the host's
  std::string peer = "10.66.0.1";                                       ///< where `connect` connects to
  std::string mac = "02:00:0a:42:00:02";                                ///< the host's
};

/// What the machine's own end of the cable is called, unless the user says otherwise.
inline constexpr const char* kPeerAddresses[] = {"10.66.0.1/24", "fd00:10:66::1/64"};

/// The frames come through `frames`, now or later. Real peers answer ARP and send real checksums: the knobs
/// nic.neigh_resolve and nic.rx_checksum begin so. Errors: scenario.local (args value: an address that is
/// none).
Result<Scenario> make_scenario(const LiveSetup& setup, const nic::LiveFrames& frames);

/// Where the frames of a session are, and how the host stood at its end.
struct SavedLive {
  std::string capture;        ///< pcapng of both directions
  std::int64_t first_ns = 0;  ///< the host's time of its first frame
  RunEnd end;
};

/// As the window writes its sessions (JSON), with a member "live". Error: session.write (args detail).
std::optional<Error> write_session(const std::string& path, const LiveSetup& setup, const SavedLive& saved);

struct LoadedSession {
  Scenario scenario;
  SavedLive saved;
};
/// A session whose host was live. The capture is looked for where it was, then beside the session. Errors:
/// session.read, session.syntax (args detail), session.no_input (args path), session.not_live, and those of
/// nic::CaptureFile.
Result<LoadedSession> read_session(const std::string& path);

}  // namespace ringside::live
