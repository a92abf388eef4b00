// The applications a user can choose for the modelled host, and their parameters.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/scenario/scenario.h"

namespace ringside {

enum class ReaderKind : std::uint8_t {
  reader,   ///< a thread a connection that blocks in read()
  sleeper,  ///< the same, but it sleeps between reads
  poller,   ///< non-blocking reads, a pause after EAGAIN; after 1,000 of these in a row it waits in recv()
  epoll,    ///< one process, epoll_wait, level or edge triggered
  never,    ///< accepts and does not read
  // Of a live host only; each has a port of its own:
  echo,     ///< writes what it reads
  discard,  ///< reads and forgets; with a pause after each read: a slow reader
  chargen,  ///< writes for ever
  http,     ///< a small HTTP/1.1 server; see core/apps/http.h
  iperf3,   ///< what `iperf3 -c` talks to
  connect,  ///< connects to the peer, again and again, and echoes
};

struct AppOptions {
  ReaderKind kind = ReaderKind::reader;
  std::int64_t size = 65536;         ///< bytes asked for by each read
  std::int64_t delay_us = 0;         ///< pause after each read (sleeper) or after EAGAIN (poller)
  std::int64_t start_delay_us = 0;   ///< pause before the first read
  std::int64_t lowat = 0;            ///< SO_RCVLOWAT; 0: not set
  std::int64_t rcvbuf = 0;           ///< SO_RCVBUF; 0: not set
  std::int64_t backlog = 128;        ///< of listen()
  std::int64_t accept_delay_us = 0;  ///< pause before each accept()
  bool waitall = false;              ///< recv(MSG_WAITALL) instead of read()
  bool edge = false;                 ///< epoll: EPOLLET
  std::uint8_t cpu = 0;              ///< where its threads run
  std::int64_t port = 0;             ///< only connections (and datagrams) of this port; 0: all others
  std::uint32_t first_program = 0;   ///< where its programs stand in MachineConfig::programs
};

struct AppParameter {
  const char* name;
  std::int64_t low, high;  ///< allowed values
};

struct AppInfo {
  const char* name;
  ReaderKind kind;
};

std::span<const AppInfo> applications();
std::span<const AppParameter> app_parameters();

/// Errors: scenario.app (args value, nearest), scenario.app_parameter (args app, name, value, low, high,
/// nearest).
Result<AppOptions> app_options(const AppChoice& choice);

/// Those of a live host: each listens on a port of its own (connect: the port it connects to). None: echo,
/// discard, chargen and http. Errors: those of app_options(), scenario.app_twice (args port).
Result<std::vector<AppOptions>> live_app_options(const std::vector<AppChoice>& choices);

/// Several applications on one host: each has the port it names, one without a port has all others.
class AppPlan {
 public:
  /// None: a blocking reader. Errors: those of app_options(), scenario.app_twice (args port, 0 for "no
  /// port").
  static Result<AppPlan> make(const std::vector<AppChoice>& choices);

  /// Whose a connection is: the application of our port, else that of the peer's, else the one without a
  /// port.
  const AppOptions& of(std::uint16_t our_port, std::uint16_t peers_port = 0) const;
  const std::vector<AppOptions>& all() const { return apps_; }
  /// Each has `count` programs.
  void number_programs(std::uint32_t count) {
    for (std::size_t i = 0; i < apps_.size(); ++i)
      apps_[i].first_program = static_cast<std::uint32_t>(i) * count;
  }

 private:
  std::vector<AppOptions> apps_;  ///< the one without a port in front
};

}  // namespace ringside
