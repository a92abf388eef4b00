#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <sstream>

#include "core/apps/script_program.h"
#include "core/nic/received_frame.h"
#include "core/playback/player.h"
#include "tests/core/engine/machine_story.h"
#include "tests/core/engine/trace_laws.h"
#include "tests/core/kernel/host_fixture.h"

namespace ringside::test {

namespace {

constexpr std::int64_t kBefore = -2'000'000;  ///< the run's time 0
constexpr std::int64_t kUs = 1000;
constexpr std::int64_t kOriginUs = 2'000'000;  ///< the story's time 0

std::int64_t run_ns(std::int64_t t_us) { return (kOriginUs + t_us) * kUs; }
std::int64_t story_us(std::int64_t t_ns) { return t_ns / kUs - kOriginUs; }

std::uint8_t flag_bits(const std::string& flags) {
  static const std::string letters = "FSRP.UEC";
  std::uint8_t bits = 0;
  for (const char c : flags) bits = static_cast<std::uint8_t>(bits | 1u << letters.find(c));
  return bits;
}

std::string number_text(const Event& e) { return e.packet != 0 ? " #" + std::to_string(e.packet) : ""; }

}  // namespace

Syscall call_of(Sys nr, std::int32_t fd, std::initializer_list<std::int64_t> arguments) {
  Syscall call;
  call.nr = nr;
  call.fd = fd;
  std::copy(arguments.begin(), arguments.end(), call.arg);
  return call;
}

std::vector<std::uint8_t> tcp_frame(const Segment& s) {
  wire::TcpHeader tcp;
  tcp.source = s.port;
  tcp.dest = s.host_port;
  tcp.flags = flag_bits(s.flags);
  tcp.seq = s.seq;
  tcp.ack_seq = s.ack;
  tcp.window = s.win;
  tcp.options = s.options;
  tcp.urg_ptr = s.urg_ptr;
  wire::Buffer bytes;
  tcp.append_to(bytes, s.v6 ? peer6() : kPeer, s.v6 ? ours6() : kOurs, wire::Buffer(s.len, 'x'));
  wire::Ipv4Header ip = ipv4_to_us(wire::IPPROTO_NR_TCP);
  ip.dont_fragment = true;  // as hosts with path MTU discovery do; GRO wants it, or rising ids
  return to_model_nic(s.v6 ? ethernet(wire::ETH_P_IPV6, ipv6(ipv6_to_us(wire::IPPROTO_NR_TCP), bytes))
                           : ethernet(wire::ETH_P_IP, ipv4(ip, bytes)));
}

std::vector<std::uint8_t> to_model_nic(std::vector<std::uint8_t> frame) {
  const auto write = [&frame](std::size_t at, const MacAddr& mac) {
    std::copy(mac.bytes.begin(), mac.bytes.end(), frame.begin() + static_cast<std::ptrdiff_t>(at));
  };
  write(0, nic::kModelMac);
  write(6, nic::kModelPeerMac);
  return frame;
}

MachineStory::MachineStory(const std::string& kernel) {
  scenario_.kernel = kernel;
  scenario_.nic = NicKind::ixgb;
  scenario_.knobs = {{"cost.preset", "none"}, {"run.after_ms", "2000"}};
  input_->local = {kOurs.to_string(), ours6().to_string()};
}

MachineStory& MachineStory::set(const std::string& knob, const std::string& value) {
  scenario_.knobs.push_back({knob, value});
  return *this;
}

std::uint32_t MachineStory::frame(std::int64_t t_us, std::vector<std::uint8_t> bytes) {
  input_->frames.push_back({run_ns(t_us), std::move(bytes)});
  return static_cast<std::uint32_t>(input_->frames.size());
}

std::uint32_t MachineStory::peer(std::int64_t t_us, const Segment& segment) {
  return frame(t_us, tcp_frame(segment));
}

std::vector<std::uint32_t> MachineStory::burst(std::int64_t t_us, int count, Seq seq, std::uint32_t len,
                                               std::int64_t gap_us) {
  std::vector<std::uint32_t> numbers;
  for (int i = 0; i < count; ++i)
    numbers.push_back(
        peer(t_us + i * gap_us,
             {.flags = "P.", .seq = seq + static_cast<std::uint32_t>(i) * len, .len = len, .ack = 1}));
  return numbers;
}

void MachineStory::call(std::int64_t t_us, int thread, Syscall call, std::vector<std::uint8_t> data) {
  scenario_.calls.push_back({run_ns(t_us), static_cast<std::uint16_t>(thread), call, std::move(data)});
}

void MachineStory::listen(std::int64_t backlog, bool v6) {
  call(kBefore, 0, call_of(Sys::socket, -1, {v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0}));
  Syscall bind = call_of(Sys::bind, kListener);
  bind.port = kPort;
  call(kBefore, 0, bind);
  call(kBefore, 0, call_of(Sys::listen, kListener, {backlog}));
}

void MachineStory::connect(const Connection& c) {
  listen(16, c.v6);
  if (c.rcvbuf != 0)
    call(kBefore, 0, call_of(Sys::setsockopt, kListener, {SOL_SOCKET, SO_RCVBUF, c.rcvbuf, 0, 4}));
  if (c.accept) call(kBefore, 0, call_of(Sys::accept4, kListener, {0}));
  Segment syn{.flags = "S", .win = 32792, .v6 = c.v6};
  syn.options = {wire::TcpOption::mss(1460), wire::TcpOption::nop(), wire::TcpOption::nop(),
                 wire::TcpOption::sack_permitted()};
  syn.options.insert(syn.options.end(), c.options.begin(), c.options.end());
  peer(-1'500'000, syn);
  peer(-1'499'800, {.flags = ".", .seq = 1, .ack = 1, .win = 32792, .v6 = c.v6});
}

void MachineStory::read(std::int64_t t_us, int thread, std::int64_t bytes, std::int64_t flags) {
  call(t_us, thread, call_of(flags != 0 ? Sys::recvfrom : Sys::read, kConnection, {bytes, flags}));
}

void MachineStory::app(const std::string& name, std::vector<std::pair<std::string, std::string>> parameters) {
  scenario_.apps.push_back({name, std::move(parameters)});
}

void MachineStory::run() {
  std::stable_sort(scenario_.calls.begin(), scenario_.calls.end(),
                   [](const ScriptedCall& a, const ScriptedCall& b) { return a.t_ns < b.t_ns; });
  scenario_.input = input_;
  auto run = Run::prepare(scenario_);
  ASSERT_TRUE(run) << run.error().id;
  run_ = *run;
  run_->run_here();
  collect_results();
}

/// A script thread's calls are done when the count in its process goes up.
void MachineStory::collect_results() {
  Player player(run_->trace());
  std::int64_t done[kScriptThreads] = {};
  while (player.forward()) {
    const Host& host = player.host();
    for (std::uint32_t p = 1; p < host.processes.header.used; ++p) {
      const Process& process = host[ProcessId{p}];
      const auto thread = static_cast<std::size_t>(process.app[ScriptProgram::kThread]);
      if (thread >= kScriptThreads || process.app[ScriptProgram::kDone] == done[thread]) continue;
      done[thread] = process.app[ScriptProgram::kDone];
      returned_.push_back(
          {process.script_call, process.app[ScriptProgram::kDoneAt], static_cast<int>(thread)});
    }
  }
}

template <class F>
void MachineStory::each_event(F&& f) const {
  for (std::uint32_t n = 0; n < trace().page_count(); ++n) {
    const auto page = trace().page(n);
    for (const Event& e : page->journal.events) f(e);
  }
}

std::string MachineStory::way(std::uint32_t packet) const {
  std::string places;
  const auto add = [&](const std::string& place) {  // a copy into the buffer may come with a move there
    if (!places.ends_with(place)) places += (places.empty() ? "" : " ") + place;
  };
  each_event([&](const Event& e) {
    if (e.packet != packet) return;
    if (e.kind == EventKind::move) add(name_of(e.to));
    if (e.kind == EventKind::copy && e.to == Place::user_buffer) add(name_of(e.to));
    if (e.kind == EventKind::drop) add(std::string("dropped:") + name_of(static_cast<Drop>(e.id)));
  });
  return places;
}

std::string MachineStory::context_of(Fn fn, std::uint32_t packet) const {
  std::string context;
  each_event([&](const Event& e) {
    const bool it = e.kind == EventKind::call && e.function == fn && (packet == 0 || e.packet == packet);
    if (it && context.empty()) context = name_of(e.context);
  });
  return context;
}

std::uint64_t MachineStory::times(Fn fn) const {
  std::uint64_t n = 0;
  each_event([&](const Event& e) { n += e.kind == EventKind::call && e.function == fn ? 1 : 0; });
  return n;
}

std::string MachineStory::answers(const std::string& question) const {
  std::string all;
  each_event([&](const Event& e) {
    if (e.kind == EventKind::decide && question == e.name) all += e.answer != 0 ? 'y' : 'n';
  });
  return all;
}

std::uint64_t MachineStory::counter(Counter counter) const {
  for (const auto& [which, n] : trace().counters())
    if (which == counter) return n;
  return 0;
}

std::uint64_t MachineStory::dropped(Drop reason) const {
  for (const auto& [which, n] : trace().drops())
    if (which == reason) return n;
  return 0;
}

std::optional<std::int64_t> MachineStory::result(Sys nr, int n) const {
  for (const Returned& one : returned_)
    if (one.call.nr == nr && n-- == 0) return one.call.result;
  return std::nullopt;
}

std::uint64_t MachineStory::delivered() const {
  std::uint64_t bytes = 0;
  for (std::uint32_t n = 1; n <= trace().flow_count(); ++n) bytes += trace().flow(n).delivered;
  return bytes;
}

std::string MachineStory::story() const {
  std::ostringstream out;
  each_event([&](const Event& e) {
    const bool counts = e.kind == EventKind::count;
    if (level_of(e.kind) != Level::packet && !counts) return;
    out << story_us(e.t_ns) << " us cpu" << int{e.cpu} << ' ' << name_of(e.context) << number_text(e) << "  "
        << name_of(e.function) << ": " << name_of(e.kind);
    if (counts) out << ' ' << name_of(static_cast<Counter>(e.id)) << " +" << e.answer;
    if (e.kind == EventKind::drop) out << ' ' << name_of(static_cast<Drop>(e.id));
    if (e.kind == EventKind::move || e.kind == EventKind::copy)
      out << ' ' << name_of(e.from) << " -> " << name_of(e.to);
    if (e.kind == EventKind::copy) out << ' ' << e.answer << " bytes";
    if (e.kind == EventKind::irq) out << ' ' << e.name;
    out << '\n';
  });
  for (const Returned& one : returned_)
    out << story_us(one.t_ns) << " us thread " << one.thread << ": call " << static_cast<int>(one.call.nr)
        << " returned " << one.call.result << '\n';
  return out.str();
}

void MachineStory::expect_same_both_ways() const {
  constexpr StepIndex kMostVisits = 2000;  // each hashes the whole host
  expect_same_state_both_ways(run_->trace(), 1 + run_->trace()->step_count() / kMostVisits);
}

}  // namespace ringside::test
