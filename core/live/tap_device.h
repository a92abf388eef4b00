// A Linux TAP device: the other end of the modelled host's cable.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/wire/address.h"

namespace ringside::live {

/// An address of the machine's own end of the cable.
struct TapAddress {
  IpAddr addr;
  int prefix = 24;
};

/// "ADDRESS/PREFIX". Error: tap.address (args value).
Result<TapAddress> parse_tap_address(std::string_view text);
/// 1 to 15 letters, digits, '-', '_', '.', not beginning with '-' or '.': what every tool takes.
bool is_device_name(std::string_view name);

class TapDevice {
 public:
  /// Attaches to the TAP of that name, or makes it, which takes CAP_NET_ADMIN. Errors: tap.none (there is no
  /// /dev/net/tun), tap.permission (args dev), tap.busy (somebody else has it), tap.not_tap (it is something
  /// else), tap.name, tap.open (args dev, detail).
  static Result<std::unique_ptr<TapDevice>> open(const std::string& name);
  /// Takes a descriptor that somebody else has opened and attached. Error: tap.not_tap.
  static Result<std::unique_ptr<TapDevice>> adopt(int fd);
  ~TapDevice();
  TapDevice(const TapDevice&) = delete;
  TapDevice& operator=(const TapDevice&) = delete;

  int fd() const { return fd_; }
  /// Gives the descriptor away: this object closes nothing any more.
  int release();
  const std::string& name() const { return name_; }

 private:
  TapDevice(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}
  int fd_;
  std::string name_;
};

/// Gives the device an address and sets it up; needs CAP_NET_ADMIN. Error: tap.configure (args dev, detail).
std::optional<Error> configure(const std::string& dev, const TapAddress& address);
/// It is up and has that address already: somebody has prepared it.
bool is_configured(const std::string& dev, const IpAddr& address);
/// Sets a device (the loopback) up. Error: tap.configure.
std::optional<Error> set_up(const std::string& dev);

}  // namespace ringside::live
