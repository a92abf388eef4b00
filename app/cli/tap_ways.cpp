#include "app/cli/tap_ways.h"

#include <cstdio>

#include "core/live/open_tap.h"
#include "core/live/sandbox.h"
#include "core/live/tap_helper.h"

namespace ringside::cli {

Result<std::unique_ptr<live::TapDevice>> open_tap(const TapWish& wish) {
  if (wish.sandbox) {
    for (const std::string& text : wish.addresses)
      if (auto address = live::parse_tap_address(text); !address) return address.error();
    if (auto error = live::enter_sandbox()) return *error;
  }
  return live::open_tap(wish.dev, wish.addresses);
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
