// The ways to a TAP device for a program that is not root, tried in turn; and all that a live session is made
// of.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/live/live_setup.h"
#include "core/live/tap_device.h"
#include "core/live/tap_wire.h"
#include "core/nic/pcapng_writer.h"

namespace ringside::live {

/// Up, with these addresses (ADDRESS/PREFIX) at this machine's end. With the privilege the device is made;
/// one that was made for the user is attached to as it is; else the helper is asked, if there is one. Errors:
/// those of TapDevice and open_by_helper().
Result<std::unique_ptr<TapDevice>> open_tap(const std::string& dev,
                                            const std::vector<std::string>& addresses);

struct LiveSession {
  Scenario scenario;
  std::shared_ptr<TapWire> wire;            ///< for RunOptions::live
  std::shared_ptr<nic::PcapngWriter> save;  ///< null: nothing is saved
};

/// `capture`: where to write both directions (pcapng); "": nowhere. Errors: those of LiveFrames::create(),
/// make_scenario(), PcapngWriter::create().
Result<LiveSession> open_session(const LiveSetup& setup, std::unique_ptr<TapDevice> tap, double speed,
                                 const LinkFaults& faults, const std::string& capture);

}  // namespace ringside::live
