// A modelled host with hand-made frames and no application: for stories of the receive path below the
// sockets.
#pragma once
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "core/kernel/entry.h"
#include "core/machine/machine.h"
#include "core/wire/ethernet.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"

namespace ringside {

inline const IpAddr kOurs = IpAddr::v4(10, 0, 0, 1), kPeer = IpAddr::v4(10, 0, 0, 2);
IpAddr ours6();
IpAddr peer6();

struct HostSetup {
  const char* kernel = "4.13";
  NicKind driver = NicKind::ixgb;
  std::uint8_t cpus = 1;
  const char* costs = "none";
};

/// One host: frames are added, what shall differ is set, then it runs.
class TestHost : Arrivals, FrameBytes, OutgoingSink {
 public:
  explicit TestHost(const HostSetup& setup = {}, std::vector<std::shared_ptr<const Program>> programs = {});

  Kernel& k() { return machine_.kernel(); }
  const Host& host() const { return machine_.host(); }
  const Nic& nic() const { return *host().nic; }
  Machine& machine() { return machine_; }

  /// A frame reaches the NIC at `t_ns` (in time order); returns its number. `wire_len` 0: all of it is there.
  std::uint32_t frame(std::int64_t t_ns, wire::Buffer bytes, std::uint32_t wire_len = 0);
  /// Boots (once) and runs until nothing is left to do before `until_ns`.
  void run(std::int64_t until_ns = 1000000000ll);
  /// A process writes the frame to /dev/net/tun, now.
  void tun_write(wire::Buffer bytes);
  /// A UDP socket bound to that port of any address.
  SockId udp_socket(std::uint16_t port);

  std::uint64_t count(Counter counter) const { return host().net->mib[static_cast<std::size_t>(counter)]; }
  std::uint64_t dropped(Drop reason) const { return host().net->drops[static_cast<std::size_t>(reason)]; }
  const std::vector<Outgoing>& sent() const { return sent_; }
  /// What left, headers and payload joined.
  std::vector<wire::Buffer> sent_bytes();

  /// Names of the functions called, in order; of one packet if given, of one context if given.
  std::vector<std::string> calls(std::uint32_t packet = 0, std::optional<Context> context = {}) const;
  /// How often a function was called.
  int calls_of(Fn fn) const;
  /// Times of its calls.
  std::vector<std::int64_t> times_of(Fn fn) const;
  /// The places a packet went through, "wire" first.
  std::vector<std::string> way(std::uint32_t packet) const;
  /// The whole run as text, for failures.
  std::string story() const;

 private:
  bool at(std::uint64_t index, Arrival& out) override;
  std::span<const std::uint8_t> frame(std::uint32_t number) override;
  void transmitted(const Outgoing& frame) override { sent_.push_back(frame); }
  MachineConfig config(const HostSetup& setup, std::vector<std::shared_ptr<const Program>> programs);

  std::vector<Arrival> arrivals_;
  std::vector<wire::Buffer> frames_;
  std::vector<Outgoing> sent_;
  ByteStore store_;
  Journal journal_;
  bool booted_ = false;
  Machine machine_;
};

// Packets. Ethernet from the peer to us unless said otherwise.
wire::Buffer ethernet(std::uint16_t protocol, const wire::Buffer& payload,
                      std::vector<wire::VlanTag> tags = {});
wire::Buffer ipv4(wire::Ipv4Header header, const wire::Buffer& payload);
wire::Buffer ipv6(wire::Ipv6Header header, const wire::Buffer& payload);
wire::Ipv4Header ipv4_to_us(std::uint8_t protocol);
wire::Ipv6Header ipv6_to_us(std::uint8_t protocol);
wire::Buffer udp(std::uint16_t dport, std::size_t payload_len, std::uint16_t sport = 4000);
/// An Ethernet frame with a UDP datagram to us.
wire::Buffer udp_frame(std::uint16_t dport, std::size_t payload_len = 10, std::uint16_t sport = 4000);
/// Cuts an IPv4 packet's payload; one packet for each (offset, length).
std::vector<wire::Buffer> ipv4_fragments(const wire::Buffer& payload, std::uint8_t protocol,
                                         const std::vector<std::pair<std::size_t, std::size_t>>& cuts,
                                         std::uint16_t id = 7);
wire::Buffer payload_bytes(std::size_t len, std::uint8_t start = 0);

}  // namespace ringside
