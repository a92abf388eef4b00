#include "core/live/ways.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/if_tun.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/live/sandbox.h"
#include "core/live/tap_device.h"
#include "core/live/tap_helper.h"

namespace ringside::live {

namespace {

std::string first_word(const std::string& path) {
  std::ifstream in(path);
  std::string word;
  in >> word;
  return word;
}

PreparedTap prepared(const std::string& dev) {
  if (!is_device_name(dev)) return PreparedTap::none;
  const std::string folder = "/sys/class/net/" + dev;
  std::error_code code;
  if (!std::filesystem::exists(folder, code)) return PreparedTap::none;
  const std::string flags = first_word(folder + "/tun_flags");  // hexadecimal
  if (flags.empty() || (std::strtoul(flags.c_str(), nullptr, 0) & IFF_TAP) == 0)
    return PreparedTap::not_a_tap;
  const std::string owner = first_word(folder + "/owner");
  return owner == "-1" || owner == std::to_string(geteuid()) ? PreparedTap::yours : PreparedTap::others;
}

HelperState helper(const std::string& path) {
  if (path.empty()) return HelperState::missing;
  struct stat status {};
  const bool set_uid =
      stat(path.c_str(), &status) == 0 && status.st_uid == 0 && (status.st_mode & S_ISUID) != 0;
  const bool has_capability = getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
  return set_uid || has_capability ? HelperState::ready : HelperState::powerless;
}

std::optional<Error> no_tun() {
  const int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (fd >= 0) {
    close(fd);
    return std::nullopt;
  }
  Error error;
  error.id = "tap.none";
  error.args.emplace_back("detail", std::strerror(errno));
  return error;
}

}  // namespace

bool may_make_devices() {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.rfind("CapEff:", 0) == 0)
      return (std::strtoull(line.c_str() + 7, nullptr, 16) >> CAP_NET_ADMIN & 1) != 0;
  return false;
}

Ways find_ways(const std::string& dev) {
  Ways ways;
  ways.no_tun = no_tun();
  ways.privileged = may_make_devices();
  ways.prepared = prepared(dev);
  ways.helper_path = find_helper();
  ways.helper = helper(ways.helper_path);
  ways.no_sandbox = try_sandbox();
  return ways;
}

}  // namespace ringside::live
