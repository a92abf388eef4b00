#include "core/live/open_tap.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "core/live/tap_helper.h"
#include "core/live/wall_clock.h"

namespace ringside::live {

namespace {

/// Duplicate address detection would keep the address from being used for a second; nobody else is on this
/// cable. Where this may not be written, that second passes.
void skip_address_detection(const std::string& dev) {
  const std::string path = "/proc/sys/net/ipv6/conf/" + dev + "/accept_dad";
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  [[maybe_unused]] const auto n = write(fd, "0", 1);
  close(fd);
}

std::optional<Error> give_addresses(const std::string& dev, const std::vector<TapAddress>& addresses) {
  const auto there = [&](const TapAddress& address) { return is_configured(dev, address.addr); };
  if (std::ranges::all_of(addresses, there)) return std::nullopt;
  skip_address_detection(dev);
  for (const TapAddress& address : addresses) {
    auto error = configure(dev, address);
    // Somebody else's device (made for us beforehand) is as they have set it up, if it is up at all.
    if (error) return there(addresses.front()) ? std::nullopt : error;
  }
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<TapDevice>> open_tap(const std::string& dev,
                                            const std::vector<std::string>& addresses) {
  std::vector<TapAddress> parsed;
  for (const std::string& text : addresses) {
    auto address = parse_tap_address(text);
    if (!address) return address.error();
    parsed.push_back(*address);
  }
  auto tap = TapDevice::open(dev);
  if (!tap) {
    if (tap.error().id != "tap.permission" || find_helper().empty()) return tap.error();
    return open_by_helper(dev, addresses);
  }
  if (auto error = give_addresses(dev, parsed)) return *error;
  return tap;
}

Result<LiveSession> open_session(const LiveSetup& setup, std::unique_ptr<TapDevice> tap, double speed,
                                 const LinkFaults& faults, const std::string& capture) {
  auto frames = nic::LiveFrames::create();
  if (!frames) return frames.error();
  auto scenario = make_scenario(setup, **frames);
  if (!scenario) return scenario.error();
  LiveSession session;
  TapWireOptions options;
  options.mac = MacAddr::parse(setup.mac).value_or(MacAddr{});
  options.speed = speed;
  options.faults = faults;
  options.seed = setup.seed;
  if (!capture.empty()) {
    auto writer = nic::PcapngWriter::create(capture, tap->name(), epoch_ns());
    if (!writer) return writer.error();
    session.save = std::move(*writer);
    options.save = session.save;
  }
  session.scenario = std::move(*scenario);
  session.wire = std::make_shared<TapWire>(std::move(tap), std::move(*frames), std::move(options));
  return session;
}

}  // namespace ringside::live
