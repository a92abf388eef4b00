#include "core/live/tap_device.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/if_tun.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace ringside::live {

namespace {

Error tap_error(const char* id, const std::string& dev, int code = 0) {
  Error error;
  error.id = id;
  error.args.emplace_back("dev", dev);
  if (code != 0) error.args.emplace_back("detail", std::strerror(code));
  return error;
}

ifreq request_for(const std::string& dev) {
  ifreq request{};
  dev.copy(request.ifr_name, IFNAMSIZ - 1);
  return request;
}

/// A socket only to put ioctls through.
class Control {
 public:
  explicit Control(int family) : fd_(socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {}
  ~Control() {
    if (fd_ >= 0) close(fd_);
  }
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;
  template <class T>
  bool call(unsigned long request, T& argument) const {
    return fd_ >= 0 && ioctl(fd_, request, &argument) == 0;
  }

 private:
  int fd_;
};

bool set_v4(const std::string& dev, const TapAddress& address) {
  const Control control(AF_INET);
  ifreq request = request_for(dev);
  sockaddr_in in{};
  in.sin_family = AF_INET;
  std::memcpy(&in.sin_addr, address.addr.bytes().data(), 4);
  std::memcpy(&request.ifr_addr, &in, sizeof in);
  if (!control.call(SIOCSIFADDR, request)) return false;
  in.sin_addr.s_addr = address.prefix == 0 ? 0 : htonl(~0u << (32 - address.prefix));
  std::memcpy(&request.ifr_netmask, &in, sizeof in);
  return control.call(SIOCSIFNETMASK, request);
}

bool set_v6(const std::string& dev, const TapAddress& address) {
  const Control control(AF_INET6);
  in6_ifreq request{};
  std::memcpy(&request.ifr6_addr, address.addr.bytes().data(), 16);
  request.ifr6_prefixlen = static_cast<std::uint32_t>(address.prefix);
  request.ifr6_ifindex = static_cast<int>(if_nametoindex(dev.c_str()));
  return control.call(SIOCSIFADDR, request) || errno == EEXIST;
}

IpAddr address_of(const sockaddr* addr) {
  if (addr == nullptr) return {};
  if (addr->sa_family == AF_INET)
    return IpAddr::v4(
        reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in*>(addr)->sin_addr));
  if (addr->sa_family == AF_INET6)
    return IpAddr::v6(
        reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in6*>(addr)->sin6_addr));
  return {};
}

}  // namespace

Result<TapAddress> parse_tap_address(std::string_view text) {
  Error error;
  error.id = "tap.address";
  error.args.emplace_back("value", std::string(text));
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return error;
  const auto addr = IpAddr::parse(text.substr(0, slash));
  const std::string_view prefix = text.substr(slash + 1);
  int bits = 0;
  const auto parsed = std::from_chars(prefix.data(), prefix.data() + prefix.size(), bits);
  if (!addr || parsed.ec != std::errc{} || parsed.ptr != prefix.data() + prefix.size()) return error;
  if (bits < 1 || bits > static_cast<int>(addr->size()) * 8) return error;
  if (addr->is_multicast() || addr->is_unspecified() || addr->is_loopback() || addr->is_limited_broadcast())
    return error;
  return TapAddress{*addr, bits};
}

bool is_device_name(std::string_view name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !name.empty() && name.size() < IFNAMSIZ && name[0] != '-' && name[0] != '.' &&
         std::ranges::all_of(name, good);
}

Result<std::unique_ptr<TapDevice>> TapDevice::open(const std::string& name) {
  if (!is_device_name(name)) return tap_error("tap.name", name);
  const int fd = ::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    const bool denied = errno == EACCES || errno == EPERM;
    return tap_error(denied ? "tap.permission" : "tap.none", name, errno);
  }
  ifreq request = request_for(name);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (ioctl(fd, TUNSETIFF, &request) == 0) return std::unique_ptr<TapDevice>(new TapDevice(fd, name));
  const int code = errno;
  close(fd);
  if (code == EPERM || code == EACCES) return tap_error("tap.permission", name);
  if (code == EBUSY) return tap_error("tap.busy", name);
  if (code == EINVAL) return tap_error("tap.not_tap", name);
  return tap_error("tap.open", name, code);
}

Result<std::unique_ptr<TapDevice>> TapDevice::adopt(int fd) {
  ifreq request{};
  if (ioctl(fd, TUNGETIFF, &request) != 0 || (request.ifr_flags & IFF_TAP) == 0)
    return tap_error("tap.not_tap", std::to_string(fd));
  const int flags = fcntl(fd, F_GETFL);
  fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  request.ifr_name[IFNAMSIZ - 1] = 0;
  return std::unique_ptr<TapDevice>(new TapDevice(fd, request.ifr_name));
}

TapDevice::~TapDevice() {
  if (fd_ >= 0) close(fd_);
}

int TapDevice::release() { return std::exchange(fd_, -1); }

std::optional<Error> configure(const std::string& dev, const TapAddress& address) {
  if (!(address.addr.is_v6() ? set_v6(dev, address) : set_v4(dev, address)))
    return tap_error("tap.configure", dev, errno);
  return set_up(dev);
}

std::optional<Error> set_up(const std::string& dev) {
  const Control control(AF_INET);
  ifreq request = request_for(dev);
  if (!control.call(SIOCGIFFLAGS, request)) return tap_error("tap.configure", dev, errno);
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP | IFF_RUNNING);
  if (!control.call(SIOCSIFFLAGS, request)) return tap_error("tap.configure", dev, errno);
  return std::nullopt;
}

bool is_configured(const std::string& dev, const IpAddr& address) {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return false;
  bool found = false;
  for (const ifaddrs* at = all; at != nullptr; at = at->ifa_next)
    found = found ||
            (dev == at->ifa_name && (at->ifa_flags & IFF_UP) != 0 && address_of(at->ifa_addr) == address);
  freeifaddrs(all);
  return found;
}

}  // namespace ringside::live
