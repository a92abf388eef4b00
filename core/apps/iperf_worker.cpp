// The server's side of iperf3, as its client talks to it (one test at a time, TCP): a control connection on
// which single bytes say what comes next, and data connections that begin with the same cookie.
#include <sys/socket.h>

#include <nlohmann/json.hpp>

#include "core/apps/live_worker.h"
#include "core/kernel/net/tcp_follow.h"

namespace ringside {

namespace {

enum State : std::uint8_t {  // of iperf_api.h
  TEST_START = 1,
  TEST_RUNNING = 2,
  TEST_END = 4,
  PARAM_EXCHANGE = 9,
  CREATE_STREAMS = 10,
  EXCHANGE_RESULTS = 13,
  DISPLAY_RESULTS = 14,
};
constexpr std::int64_t kCookie = 37, kLongestJson = 1 << 20;

/// Words of the control process, and of a data stream's.
enum ControlWord : std::size_t { kStreams = kFirstOwn, kReverse, kJoined, kEnded };
enum StreamWord : std::size_t { kBytes = kFirstOwn, kControl, kOrder, kStarted };

class IperfWorker : public Worker {
 public:
  using Worker::Worker;

 protected:
  /// Exactly so many bytes, if the peer sends them.
  static void receive(Kernel& k, const Process& p, std::int64_t phase, std::int64_t n) {
    go(k, p, phase, call_of(Sys::recvfrom, p.app[kFd], {n, MSG_WAITALL}));
  }
  /// What the last receive() brought.
  static std::string taken(Kernel& k, const Process& p) {
    const Sock& s = k[sock_of(p)];
    std::string text;
    while (s.todo_head) {
      const auto bytes = k.bytes(captured_todo_take(k, s));
      text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    return text;
  }
};

std::int64_t number_of(const std::string& four_bytes) {
  return four_bytes.size() == 4 ? wire::load32(reinterpret_cast<const std::uint8_t*>(four_bytes.data())) : 0;
}

class IperfControl : public IperfWorker {
 public:
  IperfControl(const AppOptions& options, std::uint32_t stream_program)
      : IperfWorker(options), stream_program_(stream_program) {}

  void got(Kernel& k, ProcessId self, const DataRef& bytes) const override {
    captured_todo_add(k, k[sock_of(k[self])], bytes);
  }

  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    const std::int64_t phase = p.app[kWorkerPhase];
    if (phase == kClosed) return k.exit_process(self);
    if (phase != kStart && phase != kWaits && p.call.result <= 0) return end(k, p);
    switch (phase) {
      case kStart:
        return receive(k, p, kHasCookie, kCookie);
      case kHasCookie:
        taken(k, p);
        return say(k, p, kAskedParameters, PARAM_EXCHANGE);
      case kAskedParameters:
        return receive(k, p, kHasParametersLength, 4);
      case kHasParametersLength:
        return receive_json(k, p, kHasParameters);
      case kHasParameters:
        return take_parameters(k, p);
      case kAskedStreams:
      case kWaits:
        return wait_for_streams(k, p);
      case kTestStarted:
        return say(k, p, kRunning, TEST_RUNNING);
      case kRunning:
        return receive(k, p, kHasOrder, 1);
      default:
        return finish(k, p);
    }
  }

 private:
  enum ControlPhase : std::int64_t {
    kHasCookie = kPhaseOfOwn,
    kAskedParameters,
    kHasParametersLength,
    kHasParameters,
    kAskedStreams,
    kWaits,
    kTestStarted,
    kRunning,
    kHasOrder,
    kAskedResults,
    kHasResultsLength,
    kHasResults,
    kGaveResults,
    kShown,
  };

  /// The part after TEST_RUNNING.
  void finish(Kernel& k, const Process& p) const {
    switch (p.app[kWorkerPhase]) {
      case kHasOrder: {
        const std::string order = taken(k, p);
        k.put(p.app[kEnded], std::int64_t{1});
        if (order[0] != TEST_END) return end(k, p);
        return say(k, p, kAskedResults, EXCHANGE_RESULTS);
      }
      case kAskedResults:
        return receive(k, p, kHasResultsLength, 4);
      case kHasResultsLength:
        return receive_json(k, p, kHasResults);
      case kHasResults:
        return give_results(k, p);
      case kGaveResults:
        return say(k, p, kShown, DISPLAY_RESULTS);
      default:
        return end(k, p);
    }
  }

  static void say(Kernel& k, const Process& p, std::int64_t phase, State state) {
    write(k, p, phase, k.store({state}));
  }

  static void end(Kernel& k, const Process& p) {
    k.put(p.app[kEnded], std::int64_t{1});
    close(k, p);
  }

  static void receive_json(Kernel& k, const Process& p, std::int64_t phase) {
    const std::int64_t length = number_of(taken(k, p));
    if (length <= 0 || length > kLongestJson) return end(k, p);
    receive(k, p, phase, length);
  }

  void take_parameters(Kernel& k, const Process& p) const {
    const auto json = nlohmann::json::parse(taken(k, p), nullptr, false);
    if (!json.is_object()) return end(k, p);
    const auto number = [&](const char* name, std::int64_t otherwise) {
      const auto at = json.find(name);
      return at != json.end() && at->is_number_integer() ? at->get<std::int64_t>() : otherwise;
    };
    const auto reverse = json.find("reverse");
    const std::int64_t streams = number("parallel", 1);
    if (streams < 1 || streams > 128 || !json.contains("tcp")) return end(k, p);
    k.put(p.app[kStreams], streams);
    k.put(p.app[kReverse], std::int64_t{reverse != json.end() && *reverse == true});
    k.put(p.app[kJoined], std::int64_t{0});
    say(k, p, kAskedStreams, CREATE_STREAMS);
  }

  void wait_for_streams(Kernel& k, const Process& p) const {
    if (p.app[kJoined] < p.app[kStreams]) {
      k.put(p.app[kWorkerPhase], std::int64_t{kWaits});
      return k.sleep_process(p.self, 10'000'000);
    }
    each_stream(k, p, [&](const Process& stream) {
      k.put(stream.app[kStarted], std::int64_t{1});
      k.wake(stream.self);
    });
    say(k, p, kTestStarted, TEST_START);
  }

  template <class F>
  void each_stream(Kernel& k, const Process& p, F&& f) const {
    const auto& all = k.host().processes;
    for (std::uint32_t i = 1; i < all.header.used; ++i)
      if (all.is_live(i) && all[i].program == stream_program_ && all[i].app[kControl] == p.self.index)
        f(all[i]);
  }

  /// The client's streams by its own numbers, in the order in which they connected.
  void give_results(Kernel& k, const Process& p) const {
    const auto theirs = nlohmann::json::parse(taken(k, p), nullptr, false);
    if (!theirs.is_object() || !theirs.contains("streams") || !theirs["streams"].is_array()) return end(k, p);
    std::vector<std::int64_t> bytes(static_cast<std::size_t>(p.app[kStreams]));
    each_stream(k, p,
                [&](const Process& s) { bytes[static_cast<std::size_t>(s.app[kOrder])] = s.app[kBytes]; });
    nlohmann::ordered_json ours = {{"cpu_util_total", 0.0},
                                   {"cpu_util_user", 0.0},
                                   {"cpu_util_system", 0.0},
                                   {"sender_has_retransmits", p.app[kReverse]},
                                   {"streams", nlohmann::ordered_json::array()}};
    for (std::size_t i = 0; i < theirs["streams"].size() && i < bytes.size(); ++i) {
      const auto& stream = theirs["streams"][i];
      if (!stream.is_object()) return end(k, p);
      ours["streams"].push_back({{"id", stream.value("id", 1)},
                                 {"bytes", bytes[i]},
                                 {"retransmits", 0},
                                 {"jitter", 0},
                                 {"errors", 0},
                                 {"packets", 0},
                                 {"start_time", 0},
                                 {"end_time", stream.value("end_time", 0.0)}});
    }
    const std::string text = ours.dump();
    wire::Buffer message;
    wire::put32(message, static_cast<std::uint32_t>(text.size()));
    message.insert(message.end(), text.begin(), text.end());
    write(k, p, kGaveResults, k.store(std::move(message)));
  }

  std::uint32_t stream_program_;
};

/// One data connection: reads and counts, or (the client asked for the other direction) writes and counts.
class IperfStream : public IperfWorker {
 public:
  using IperfWorker::IperfWorker;

  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    const Process& control = k[ProcessId{static_cast<std::uint32_t>(p.app[kControl])}];
    switch (p.app[kWorkerPhase]) {
      case kStart:
        return receive(k, p, kHasCookie, kCookie);
      case kHasCookie:
        if (p.call.result != kCookie) return close(k, p);
        k.put(p.app[kOrder], control.app[kJoined]);
        k.put(control.app[kJoined], control.app[kJoined] + 1);
        if (k[control.self].call.nr == Sys::nanosleep) k.wake(control.self);
        [[fallthrough]];
      case kWaits:
        return start(k, p, control);
      case kHasRead:
        if (p.call.result <= 0) return stay(k, p);
        k.put(p.app[kBytes], p.app[kBytes] + p.call.result);
        return read(k, p);
      case kWriting:
        if (p.call.result <= 0 || control.app[kEnded] != 0) return stay(k, p);
        k.put(p.app[kBytes], p.app[kBytes] + p.call.result);
        return write(k, p, kWriting, pattern_piece(p, p.app[kBytes], INT64_MAX));
      case kStays:
        return stay(k, p);
      default:
        return k.exit_process(self);
    }
  }

 private:
  enum StreamPhase : std::int64_t { kHasCookie = kPhaseOfOwn, kWaits, kStays };

  void start(Kernel& k, const Process& p, const Process& control) const {
    if (control.app[kReverse] == 0) return read(k, p);
    if (p.app[kStarted] != 0) return write(k, p, kWriting, pattern_piece(p, 0, INT64_MAX));
    k.put(p.app[kWorkerPhase], std::int64_t{kWaits});
    k.sleep_process(p.self, -1);
  }

  /// Until the control connection has told what was counted here.
  static void stay(Kernel& k, const Process& p) {
    const ProcessId control{static_cast<std::uint32_t>(p.app[kControl])};
    if (!k.host().processes.is_live(control.index) || k[control].state == ProcState::exited)
      return close(k, p);
    k.put(p.app[kWorkerPhase], std::int64_t{kStays});
    k.sleep_process(p.self, 50'000'000);
  }
};

}  // namespace

std::shared_ptr<const Program> iperf_control(const AppOptions& options, std::uint32_t stream_program) {
  return std::make_shared<IperfControl>(options, stream_program);
}
std::shared_ptr<const Program> iperf_stream(const AppOptions& options) {
  return std::make_shared<IperfStream>(options);
}

ProcessId iperf_control_of_test(Kernel& k, std::uint32_t control_program) {
  const auto& all = k.host().processes;
  for (std::uint32_t i = 1; i < all.header.used; ++i)
    if (all.is_live(i) && all[i].program == control_program && all[i].state != ProcState::exited &&
        all[i].app[kStreams] > all[i].app[kJoined])
      return all[i].self;
  return {};
}

void join_iperf_test(Kernel& k, ProcessId stream, ProcessId control) {
  k.put(k[stream].app[kControl], std::int64_t{control.index});
}

}  // namespace ringside
