// The three ways to a TAP device for somebody who is not root, tried in turn.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/live/tap_device.h"

namespace ringside::cli {

struct TapWish {
  std::string dev;
  std::vector<std::string> addresses;  ///< of this machine's end, ADDRESS/PREFIX
  bool sandbox = false;                ///< in namespaces of our own
};

/// Configured and up. In a sandbox, or with the privilege, it is made; one prepared for the user is attached
/// to; else the helper is asked. Errors: those of live::TapDevice, live::open_by_helper() and
/// enter_sandbox().
Result<std::unique_ptr<live::TapDevice>> open_tap(const TapWish& wish);

/// On stderr: what one can do, in lines to paste.
void explain_ways(const std::string& dev, const std::vector<std::string>& addresses);

}  // namespace ringside::cli
