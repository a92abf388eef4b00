// Which ways to a TAP device there are on this machine, for a program that is not root: looked at, nothing
// done.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/result.h"

namespace ringside::live {

enum class PreparedTap : std::uint8_t {
  none,      ///< there is no device of that name
  yours,     ///< root has made it for this user (or for anybody)
  others,    ///< it is somebody else's
  not_a_tap  ///< a device of another kind
};
enum class HelperState : std::uint8_t {
  missing,    ///< neither beside the program nor in PATH
  powerless,  ///< it is there, without its capability
  ready
};

struct Ways {
  std::optional<Error> no_tun;  ///< /dev/net/tun cannot be opened: no way at all
  bool privileged = false;      ///< this program may make devices itself
  PreparedTap prepared = PreparedTap::none;
  HelperState helper = HelperState::missing;
  std::string helper_path;          ///< "" if missing
  std::optional<Error> no_sandbox;  ///< why users may not make namespaces
  bool any() const {
    return !no_tun && (privileged || prepared == PreparedTap::yours || helper == HelperState::ready);
  }
};

/// For a device of that name. Tries a namespace in a process of its own.
Ways find_ways(const std::string& dev);
/// This process may make devices in its network namespace.
bool may_make_devices();

}  // namespace ringside::live
