#include "app/cli/tap_ways.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "app/cli/sandbox.h"
#include "core/live/tap_helper.h"

namespace ringside::cli {

namespace {

/// Duplicate address detection would keep the address from being used for a second; nobody else is on this
/// cable.
void skip_address_detection(const std::string& dev) {
  const std::string path = "/proc/sys/net/ipv6/conf/" + dev + "/accept_dad";
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (write(fd, "0", 1) != 1) std::fprintf(stderr, "ringside-cli: %s stays as it is\n", path.c_str());
  close(fd);
}

std::optional<Error> give_addresses(const std::string& dev, const std::vector<live::TapAddress>& addresses) {
  bool missing = false;
  for (const auto& address : addresses) missing = missing || !live::is_configured(dev, address.addr);
  if (!missing) return std::nullopt;
  skip_address_detection(dev);
  for (const auto& address : addresses)
    if (auto error = live::configure(dev, address)) return error;
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<live::TapDevice>> open_tap(const TapWish& wish) {
  std::vector<live::TapAddress> addresses;
  for (const std::string& text : wish.addresses) {
    auto address = live::parse_tap_address(text);
    if (!address) return address.error();
    addresses.push_back(*address);
  }
  if (wish.sandbox) {
    if (auto error = enter_sandbox()) return *error;
    if (auto error = live::set_up("lo")) return *error;
  }
  auto tap = live::TapDevice::open(wish.dev);
  if (!tap) {
    if (tap.error().id != "tap.permission" || live::find_helper().empty()) return tap.error();
    return live::open_by_helper(wish.dev, wish.addresses);
  }
  if (auto error = give_addresses(wish.dev, addresses)) {
    // Somebody else's device (made for us beforehand) is as they have set it up, if it is up at all.
    if (addresses.empty() || !live::is_configured(wish.dev, addresses.front().addr)) return *error;
  }
  return tap;
}

void explain_ways(const std::string& dev, const std::vector<std::string>& addresses) {
  std::string lines;
  for (const std::string& address : addresses)
    lines += "    sudo ip addr add " + address + " dev " + dev + "\n";
  std::fprintf(stderr,
               "\n"
               "There are three ways to a TAP device without being root:\n"
               "\n"
               "  1. Everything in a namespace of its own, with the client in there (needs nothing):\n"
               "    ringside-cli tap --sandbox -- curl http://10.66.0.2/\n"
               "\n"
               "  2. A device made for you once:\n"
               "    sudo ip tuntap add dev %s mode tap user $USER\n%s"
               "    sudo ip link set %s up\n"
               "\n"
               "  3. The helper that alone may make devices (%s):\n"
               "    sudo setcap cap_net_admin+ep %s\n\n",
               dev.c_str(), lines.c_str(), dev.c_str(),
               live::find_helper().empty() ? "not found beside this program" : "it is there",
               live::find_helper().empty() ? "ringside-tap-helper" : live::find_helper().c_str());
}

}  // namespace ringside::cli
