// The small program that may make devices (ringside-tap-helper, app/tap_helper.cpp), seen from the program
// that calls it: it passes the descriptor through a socket and ends.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/live/tap_device.h"

namespace ringside::live {

/// Descriptor through which the helper answers.
inline constexpr int kHelperSocket = 3;

/// Sends `fd` as SCM_RIGHTS over that socket; false and errno if it cannot.
bool pass_descriptor(int socket, int fd);
/// Waits for one; -1 if the other side ends without.
int receive_descriptor(int socket);

/// Beside the running program, or in PATH; "" if there is none.
std::string find_helper();

/// Runs the helper for a device of that name with these addresses. Errors: tap.helper_missing, tap.helper
/// (args detail: what it said), those of TapDevice::adopt().
Result<std::unique_ptr<TapDevice>> open_by_helper(const std::string& name,
                                                  const std::vector<std::string>& addresses);

}  // namespace ringside::live
