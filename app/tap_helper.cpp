// ringside-tap-helper DEVICE ADDRESS/PREFIX [ADDRESS/PREFIX]: makes a TAP device, gives it its addresses,
// passes its descriptor over the socket it finds as descriptor 3, and ends. The only program of Ringside that
// needs a privilege (setcap cap_net_admin+ep), hence so small: it reads no file and no variable, and takes
// nothing else.
#include "core/live/tap_helper.h"

#include <sys/socket.h>

#include <cstdio>
#include <string>
#include <vector>

#include "core/live/tap_device.h"

namespace {

enum Exit : int { kDone = 0, kRefused = 1, kUsage = 2 };

int refuse(Exit code, const char* what, const std::string& value = {}) {
  std::fprintf(stderr, "ringside-tap-helper: %s%s%s\n", what, value.empty() ? "" : ": ", value.c_str());
  return code;
}

bool is_unix_socket(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  return getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0 && address.ss_family == AF_UNIX;
}

std::string detail_of(const ringside::Error& error) {
  for (const auto& [name, value] : error.args)
    if (name == "detail") return value;
  return error.id;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace ringside::live;
  if (argc < 3 || argc > 4)
    return refuse(kUsage, "usage: ringside-tap-helper DEVICE ADDRESS/PREFIX [ADDRESS/PREFIX]");
  const std::string name = argv[1];
  // What it may make is its own kind of device only: nobody's eth0 gets another address by it.
  if (!is_device_name(name) || name.rfind("ringside", 0) != 0)
    return refuse(kUsage, "a device's name is 'ringside' and up to seven of a-z A-Z 0-9 - _ .", name);
  std::vector<TapAddress> addresses;
  for (int i = 2; i < argc; ++i) {
    const auto address = parse_tap_address(argv[i]);
    if (!address) return refuse(kUsage, "no address with its prefix, as 10.66.0.1/24", argv[i]);
    addresses.push_back(*address);
  }
  if (!is_unix_socket(kHelperSocket))
    return refuse(kUsage, "descriptor 3 is no unix socket to pass the device to");
  const auto tap = TapDevice::open(name);
  if (!tap) return refuse(kRefused, "cannot make the device", detail_of(tap.error()));
  for (const TapAddress& address : addresses)
    if (const auto error = configure(name, address))
      return refuse(kRefused, "cannot give the device its address", detail_of(*error));
  if (!pass_descriptor(kHelperSocket, (*tap)->fd())) return refuse(kRefused, "nobody takes the device");
  return kDone;
}
