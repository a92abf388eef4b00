// A modelled host behind a TUN device, a test as its peer and its applications. What the peer sends and sees
// is told in packetdrill's short form, so that tests read as stories.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/machine/machine.h"

namespace ringside::test {

/// A segment from the peer. Numbers are relative: both ends begin at 0.
struct Peer {
  std::string flags;  ///< "S", "S.", ".", "P.", "F.", "R", "R."
  Seq seq = 0;
  std::uint32_t len = 0;
  Seq ack = 0;
  std::uint16_t port = 40000;
  std::uint16_t win = 32792;
  bool options = false;  ///< mss 1460, sackOK, wscale 7
};

class TcpHost {
 public:
  static constexpr std::uint16_t kPort = 8080;
  static constexpr std::int64_t kAsleep = INT64_MIN;

  explicit TcpHost(const KernelProfile& profile);
  ~TcpHost();

  // Before anything runs: the profile's sysctls of this host.
  Sysctls& sysctl();

  /// A further process; number 0 is there already.
  std::size_t process();
  /// Runs a system call to its end; kAsleep if it does not end by itself. `name` is for the story.
  std::int64_t call(Syscall call, std::size_t process = 0);
  /// The result of a call that slept, or kAsleep if it still does.
  std::int64_t result(std::size_t process = 0) const;

  std::int64_t socket(std::size_t process = 0);
  std::int64_t bind(std::int64_t fd, std::uint16_t port = kPort);
  std::int64_t listen(std::int64_t fd, std::int64_t backlog);
  /// socket, bind, listen
  std::int64_t listener(std::int64_t backlog, bool nonblock = false);
  std::int64_t accept(std::int64_t fd, std::size_t process = 0);
  /// The first connection of a new listener, from SYN to accept(); what it sent is forgotten.
  std::int64_t accepted();
  std::int64_t connect(std::int64_t fd, std::uint16_t port = 40000, std::size_t process = 0);
  std::int64_t shutdown(std::int64_t fd, int how);
  std::int64_t close(std::int64_t fd, std::size_t process = 0);
  std::int64_t read(std::int64_t fd, std::int64_t bytes, std::size_t process = 0);
  std::int64_t write(std::int64_t fd, std::int64_t bytes);
  std::int64_t setsockopt(std::int64_t fd, int level, int name, std::int64_t value, std::int64_t second = 0);
  std::int64_t set_nonblocking(std::int64_t fd);

  void peer(const Peer& segment);
  /// Lets time pass.
  void advance(std::int64_t ns);
  /// What the host has sent since the last question: "S. 0:0(0) ack 1; . 1:1(0) ack 5".
  std::string sent();
  /// The same with the time of each in whole seconds since the last question: far timers are up to an eighth
  /// late.
  std::string sent_with_times();

  std::uint64_t counter(Counter which) const;
  Kernel& kernel();
  const Host& host() const;
  /// The socket behind a descriptor of process 0.
  const Sock& sock(std::int64_t fd) const;
  /// What stands in the established hash for the peer's port: "", "NEW_SYN_RECV", "ESTABLISHED", "TIME_WAIT",
  /// "FIN_WAIT2 (mini)" ...
  std::string state(std::uint16_t port = 40000) const;
  /// Handshake from the peer's side.
  void handshake(std::uint16_t port = 40000);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringside::test
