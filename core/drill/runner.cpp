#include "core/drill/runner.h"

#include <algorithm>
#include <cstring>

#include "core/drill/tcp_info_names.h"
#include "core/scenario/packetdrill/print.h"
#include "core/scenario/packetdrill/shell_command.h"

namespace ringside::drill {

namespace pd = packetdrill;

namespace {
constexpr std::int64_t kMillisecond = 1000000;
constexpr std::int64_t kLateness = 100000;
constexpr std::int64_t kIntoTick =
    3 * kMillisecond;  ///< where in a tick a script begins: chance, on a real kernel
// packetdrill itself takes time, which round trips show: to get a packet off its socket and compare it, and
// to go from one call's return to the next event.
constexpr std::int64_t kReading = 20000, kCalling = 10000;
constexpr std::int64_t kForeverNs =
    3600ll * 1000 * kMillisecond;  ///< how long an any-time packet is waited for
constexpr std::uint16_t kSyn = 2, kAck = 16;

std::string seconds(std::int64_t ns) { return pd::print_seconds(ns); }
bool is_range(const pd::TimeStamp& stamp) {
  return stamp.kind == pd::TimeStamp::Kind::absolute_range ||
         stamp.kind == pd::TimeStamp::Kind::relative_range;
}
}  // namespace

Runner::Runner(const pd::Script& script, const std::string& file, CallContext context, Stage& stage,
               Outcome& outcome)
    : script_(script), file_(file), context_(std::move(context)), stage_(stage), outcome_(outcome) {
  origin_ = stage_.now() + kIntoTick;
  last_event_ns_ = origin_;
}

bool Runner::fail(const char* id, int line, std::vector<std::pair<std::string, std::string>> args) {
  Error error;
  error.id = id;
  error.file = file_;
  error.line = line;
  error.args = std::move(args);
  outcome_.problems.push_back(std::move(error));
  outcome_.verdict = Verdict::fail;
  return false;
}

std::int64_t Runner::due(const pd::Event& event, std::int64_t written) const {
  switch (event.time.kind) {
    case pd::TimeStamp::Kind::absolute:
    case pd::TimeStamp::Kind::absolute_range:
      return origin_ + written;
    case pd::TimeStamp::Kind::relative:
    case pd::TimeStamp::Kind::relative_range:
      // packetdrill sleeps until then and wakes a little late, as the recordings show.
      return last_event_ns_ + written + (written > 0 ? kLateness : 0);
    case pd::TimeStamp::Kind::any:
      break;
  }
  return stage_.now();
}

bool Runner::in_time(const pd::TimeStamp& stamp, std::int64_t from, std::int64_t to, std::int64_t happened,
                     int line, const std::string& what) {
  if (stamp.kind == pd::TimeStamp::Kind::any) return true;
  const auto& config = context_.config;
  const auto relative_part = static_cast<std::int64_t>(static_cast<double>(from - last_event_ns_) *
                                                       config.tolerance_percent / 100.0);
  const std::int64_t tolerance = std::max(config.tolerance, relative_part);
  if (happened >= from - tolerance && happened <= to + tolerance) return true;
  return fail(
      "drill.time", line,
      {{"what", what}, {"expected", seconds(from - origin_)}, {"actual", seconds(happened - origin_)}});
}

void Runner::run() {
  if (script_.init) run_command(*script_.init);
  for (std::size_t i = 0; i < script_.events.size(); ++i) {
    const auto& event = script_.events[i];
    outcome_.moments.push_back({static_cast<int>(i), event.where.line, -1});
    if (outcome_.verdict != Verdict::pass || !run_event(event) || stage_.has_strayed()) return;
    outcome_.moments.back().t_ns = last_event_ns_;
  }
  finish_blocking();
}

bool Runner::run_event(const pd::Event& event) {
  if (const auto* packet = std::get_if<pd::Packet>(&event.action)) return run_packet(event, *packet);
  if (const auto* call = std::get_if<pd::Syscall>(&event.action)) return run_call(event, *call);
  stage_.advance(std::max(stage_.now(), due(event, event.time.start)));
  last_event_ns_ = stage_.now();
  last_was_inbound_ = false;
  if (const auto* code = std::get_if<pd::Code>(&event.action)) return run_code(*code, event.where.line);
  run_command(std::get<pd::Command>(event.action));
  return true;
}

/// False: the model has not what the step asks for.
bool Runner::run_step(const pd::ShellStep& step) {
  switch (step.kind) {
    case pd::ShellStep::Kind::qdisc: {
      const bool fq = step.name == "fq";
      if (fq && !stage_.machine().kernel().profile.sender.departure_time) return false;
      stage_.set_qdisc(fq ? QdiscKind::fq : QdiscKind::pfifo,
                       step.value.empty() ? std::nullopt : std::optional(std::stoul(step.value)));
      return true;
    }
    case pd::ShellStep::Kind::zeros:
      context_.files[step.name] = std::stoll(step.value);
      return true;
    case pd::ShellStep::Kind::sysctl:
    case pd::ShellStep::Kind::defaults:
    case pd::ShellStep::Kind::harmless:
      return true;
    case pd::ShellStep::Kind::other:
      break;
  }
  return false;
}

void Runner::run_command(const pd::Command& command) {
  for (const auto& step : pd::shell_steps(command)) {
    if (run_step(step)) continue;
    Error error;
    error.id = "drill.command_not_run";
    error.file = file_;
    error.line = step.where.line;
    error.args = {{"command", step.text}};
    outcome_.unsupported.push_back(std::move(error));
  }
}

// --- packets
// -----------------------------------------------------------------------------------------------------

Connection& Runner::connection_for(const pd::Packet& packet) {
  const auto* tcp = std::get_if<pd::TcpSegment>(&packet.content);
  const bool inbound = packet.direction == pd::Direction::inbound;
  const auto ports = tcp != nullptr ? tcp->ports : std::optional<pd::Ports>{};
  if (ports) {
    const std::uint16_t remote = inbound ? ports->source : ports->destination;
    const std::uint16_t local = inbound ? ports->destination : ports->source;
    for (const auto& c : connections_)
      if (c->script_remote_port == remote && c->script_local_port == local) return *c;
  } else if (under_test_ != nullptr) {
    const bool new_syn = tcp != nullptr && inbound && (tcp->flags & (kSyn | kAck)) == kSyn &&
                         under_test_->knows_remote_isn && under_test_->knows_local_isn &&
                         tcp->sequence.start != under_test_->script_remote_isn;
    if (!new_syn) return *under_test_;
  }
  auto fresh = std::make_unique<Connection>();
  fresh->local = context_.local;
  fresh->remote = context_.remote;
  fresh->local_port = context_.config.bind_port;
  fresh->remote_port = static_cast<std::uint16_t>(50000 + connections_.size());
  if (ports) {
    // Ports that are written out are meant as they stand. Such packets go beside the connection under test.
    fresh->script_remote_port = inbound ? ports->source : ports->destination;
    fresh->script_local_port = inbound ? ports->destination : ports->source;
    fresh->remote_port = fresh->script_remote_port;
    fresh->local_port = fresh->script_local_port;
  }
  connections_.push_back(std::move(fresh));
  Connection& made = *connections_.back();
  if (!ports || under_test_ == nullptr) under_test_ = &made;
  return made;
}

Connection* Runner::connection_of(const SentSegment& sent, const pd::Packet& expected) {
  for (const auto& c : connections_)
    if (c->local_port == sent.tcp.source && c->remote_port == sent.tcp.dest) return c.get();
  // Our own SYN: the script's connect() waits for it.
  Connection& c = connection_for(expected);
  c.local_port = sent.tcp.source;
  c.remote_port = sent.tcp.dest;
  c.remote = sent.daddr;
  return &c;
}

bool Runner::run_packet(const pd::Event& event, const pd::Packet& packet) {
  return packet.direction == pd::Direction::inbound ? inject(event, packet) : expect(event, packet);
}

bool Runner::inject(const pd::Event& event, const pd::Packet& packet) {
  const std::int64_t at = due(event, event.time.start);
  Connection& c = connection_for(packet);
  if (const auto* tcp = std::get_if<pd::TcpSegment>(&packet.content)) learn_inbound(*tcp, c);
  const bool tcp_packet = std::holds_alternative<pd::TcpSegment>(packet.content);
  stage_.inject(at, build_inbound(packet, c), tcp_packet ? context_.config.mss.value_or(0) : 0);
  stage_.wait_for_call(Stage::kPackets, stage_.now());
  last_event_ns_ = at;  // its nominal time, also when it was late
  last_was_inbound_ = true;
  return true;
}

/// Answers to packets with written-out ports are not looked at, unless the script asks for them by port.
bool Runner::wait_for_own_segment(const pd::Packet& expected, std::int64_t limit_ns) {
  const auto* tcp = std::get_if<pd::TcpSegment>(&expected.content);
  const bool any = tcp == nullptr || tcp->ports.has_value();
  while (stage_.wait_for_segment(limit_ns)) {
    const wire::TcpHeader& sent = stage_.sent.segments.front().tcp;
    const bool foreign = std::any_of(connections_.begin(), connections_.end(), [&](const auto& c) {
      return c->script_remote_port != 0 && c.get() != under_test_ && c->remote_port == sent.dest &&
             c->local_port == sent.source;
    });
    if (any || !foreign) return true;
    stage_.sent.segments.pop_front();
  }
  return false;
}

/// The next segment sent. What the script shows as one packet may have left as several (packetdrill sees
/// frames before or after the device cuts them, as the device pleases): they are joined again, up to the
/// script's length.
SentSegment Runner::take_segment(const pd::Packet& expected) {
  auto& queue = stage_.sent.segments;
  SentSegment sent = queue.front();
  queue.pop_front();
  const auto* tcp = std::get_if<pd::TcpSegment>(&expected.content);
  while (tcp != nullptr && sent.payload_len != 0 && sent.payload_len < tcp->sequence.length &&
         !queue.empty()) {
    const SentSegment& more = queue.front();
    const bool follows = more.tcp.seq == sent.tcp.seq + sent.payload_len &&
                         more.tcp.source == sent.tcp.source && more.tcp.dest == sent.tcp.dest &&
                         more.tcp.ack_seq == sent.tcp.ack_seq &&
                         sent.payload_len + more.payload_len <= tcp->sequence.length;
    if (!follows) break;
    // As packetdrill's aggregate_packets(): the last one's header, but the first one's number and CWR.
    SentSegment joined = more;
    joined.tcp.seq = sent.tcp.seq;
    joined.tcp.flags =
        static_cast<std::uint8_t>((more.tcp.flags & ~wire::TCPHDR_CWR) | (sent.tcp.flags & wire::TCPHDR_CWR));
    joined.payload_len = static_cast<std::uint16_t>(sent.payload_len + more.payload_len);
    sent = joined;
    queue.pop_front();
  }
  return sent;
}

bool Runner::expect(const pd::Event& event, const pd::Packet& packet) {
  const std::int64_t from = due(event, event.time.start);
  const std::int64_t to = is_range(event.time) ? due(event, event.time.end) : from;
  const bool any = event.time.kind == pd::TimeStamp::Kind::any;
  const std::int64_t patience =
      any ? stage_.now() + kForeverNs : std::max(stage_.now(), to) + 2000 * kMillisecond;
  if (!wait_for_own_segment(packet, patience))
    return fail("drill.no_packet", event.where.line, {{"expected", pd::print(packet)}});
  const SentSegment sent = take_segment(packet);
  Connection* c = connection_of(sent, packet);
  if (const auto* tcp = std::get_if<pd::TcpSegment>(&packet.content)) learn_outbound(*tcp, sent, *c);
  const pd::Packet actual = in_script_terms(sent, *c);
  const std::string part = difference(packet, actual, context_.config, context_.config.tolerance);
  if (!part.empty())
    return fail("drill.packet", event.where.line,
                {{"part", part}, {"expected", pd::print(packet)}, {"actual", pd::print(actual)}});
  const bool timely = in_time(event.time, from, to, sent.t_ns, event.where.line, pd::print(packet));
  last_event_ns_ = std::max(stage_.now(), sent.t_ns) + kReading;
  last_was_inbound_ = false;
  stage_.capturer_reads();
  return timely;
}

// --- system calls
// --------------------------------------------------------------------------------------------------

bool Runner::run_call(const pd::Event& event, const pd::Syscall& call) {
  const bool blocks = call.end.has_value();
  const std::int64_t at = due(event, event.time.start);
  if (blocking_) stage_.advance(std::max(stage_.now(), at));
  const bool back = blocking_ && stage_.is_idle(Stage::kReader);  // its descriptor may be needed now
  if ((blocks || back) && !finish_blocking()) return false;
  auto model = translate(call, context_);
  if (!model) {
    outcome_.unsupported.push_back(model.error());
    outcome_.unsupported.back().file = file_;
    outcome_.verdict = Verdict::unsupported;
    return false;
  }
  const bool sends =
      model->call.nr == Sys::write || model->call.nr == Sys::sendto || model->call.nr == Sys::sendmsg;
  if (sends)
    model->call.data = {
        0, 0, static_cast<std::uint32_t>(std::clamp<std::int64_t>(model->call.arg[0], 0, INT32_MAX))};
  const std::uint16_t thread = blocks ? Stage::kReader : Stage::kPackets;
  stage_.start_call(thread, at, model->call, {});
  if (blocks) {
    blocking_ = Blocking{&call, *model, stage_.now(), due(event, *call.end)};
    stage_.advance(stage_.now());
    last_event_ns_ = stage_.now();
    last_was_inbound_ = false;
    return true;
  }
  if (!stage_.wait_for_call(thread, stage_.now() + stage_.patience(context_.config.tolerance)))
    return fail("drill.blocks", event.where.line, {{"call", pd::print(call)}});
  last_event_ns_ = stage_.now() + kCalling;
  last_was_inbound_ = false;
  return judge_call(call, *model, stage_.last_call(thread));
}

bool Runner::finish_blocking() {
  if (!blocking_) return true;
  const Blocking b = *blocking_;
  blocking_.reset();
  if (!stage_.wait_for_call(Stage::kReader, std::max(stage_.now(), b.end_ns) + 2000 * kMillisecond))
    return fail("drill.blocks", b.call->where.line, {{"call", pd::print(*b.call)}});
  const std::int64_t tolerance = context_.config.tolerance;
  const std::int64_t back = stage_.returned_at(Stage::kReader);
  if (back > b.end_ns + tolerance || back < b.end_ns - tolerance)
    return fail("drill.time", b.call->where.line,
                {{"what", pd::print(*b.call)},
                 {"expected", seconds(b.end_ns - origin_)},
                 {"actual", seconds(back - origin_)}});
  return judge_call(*b.call, b.model, stage_.last_call(Stage::kReader));
}

bool Runner::judge_call(const pd::Syscall& call, const ModelCall& model, const Syscall& done) {
  std::string actual;
  const std::string part = mismatch(call, model, done, actual);
  if (!part.empty())
    return fail("drill.result", call.where.line,
                {{"part", part}, {"expected", pd::print(call)}, {"actual", actual}});
  after_success(call, model, done);
  return true;
}

void Runner::after_success(const pd::Syscall&, const ModelCall& model, const Syscall& done) {
  if (model.new_fd >= 0 && done.result >= 0) {
    context_.live_fd[model.new_fd] = done.result;
    if (model.call.nr == Sys::socket || model.call.nr == Sys::accept4) last_fd_ = done.result;
  } else if (model.call.fd >= 0 && model.call.nr != Sys::epoll_wait && model.call.nr != Sys::epoll_ctl) {
    last_fd_ = model.call.fd;
  }
  for (std::size_t i = 0; i < model.pipe_fds.size() && i < 2; ++i)
    context_.live_fd[model.pipe_fds[i]] = done.out[i];
}

TcpInfo Runner::tcp_info() {
  TcpInfo info{};
  static_assert(sizeof info <= sizeof Syscall{}.out);
  if (!stage_.socket_of(last_fd_)) return info;
  Syscall call;
  call.nr = Sys::getsockopt;
  call.fd = static_cast<std::int32_t>(last_fd_);
  call.arg[0] = 6;   // SOL_TCP
  call.arg[1] = 11;  // TCP_INFO
  call.arg[2] = sizeof info;
  stage_.start_call(Stage::kPackets, stage_.now(), call, {});
  if (stage_.wait_for_call(Stage::kPackets, stage_.now() + stage_.patience(context_.config.tolerance)) &&
      stage_.last_call(Stage::kPackets).result == 0)
    std::memcpy(&info, stage_.last_call(Stage::kPackets).out, sizeof info);
  return info;
}

bool Runner::run_code(const pd::Code& code, int line) {
  const TcpInfo info = tcp_info();
  const auto report =
      pd::run_code(code, code_, [&](std::string_view name) { return tcp_info_value(info, name); });
  for (auto error : report.failures) {
    error.file = file_;
    if (error.line == 0) error.line = line;
    outcome_.problems.push_back(std::move(error));
    outcome_.verdict = Verdict::fail;
  }
  return report.failures.empty();
}

}  // namespace ringside::drill
