#include "core/drill/calls.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>
#include <functional>

#include "core/drill/call_arguments.h"
#include "core/scenario/packetdrill/evaluate.h"
#include "core/scenario/packetdrill/print.h"
#include "core/scenario/packetdrill/symbols.h"

namespace ringside::drill {

namespace pd = packetdrill;

namespace {

using Translator = void (*)(Arguments&, ModelCall&, const CallContext&);

void no_arguments(Arguments&, ModelCall&, const CallContext&) {}

/// The script's argument `First` is the model's arg[0], the next one given arg[1].
template <std::size_t First>
void number_at(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.arg[0] = a.number(First, 0);
}
template <std::size_t First, std::size_t Second>
void numbers_at(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.arg[0] = a.number(First, 0);
  m.call.arg[1] = a.number(Second, 0);
}

void socket_arguments(Arguments& a, ModelCall& m, const CallContext& c) {
  const bool v6 = c.config.ip_version == pd::ScriptConfig::IpVersion::ipv6;
  m.call.arg[0] = a.number(0, v6 ? AF_INET6 : AF_INET);
  if (c.config.ip_version == pd::ScriptConfig::IpVersion::ipv4_mapped_ipv6) m.call.arg[0] = AF_INET;
  m.call.arg[1] = a.number(1, SOCK_STREAM);
  m.call.arg[2] = a.number(2, 0);
}

void bind_arguments(Arguments&, ModelCall& m, const CallContext& c) {
  m.call.port = c.config.bind_port;
  m.call.addr = c.local;
}

void connect_arguments(Arguments&, ModelCall& m, const CallContext& c) {
  m.call.addr = c.remote;
  m.call.port = c.config.connect_port;
}

/// A buffer and its length, then flags.
void buffer_arguments(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.arg[0] = a.number(2, 0);
  m.call.arg[1] = a.number(3, 0);
  m.call.bad_buffer = a.is_null(1) && m.call.arg[0] != 0 ? 1 : 0;
}

void vector_arguments(Arguments& a, ModelCall& m, const CallContext&) { m.call.arg[0] = a.vector_length(1); }

void message_arguments(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.arg[0] = a.message_length(1);
  m.call.arg[1] = a.number(2, 0);
}

void recvmsg_arguments(Arguments& a, ModelCall& m, const CallContext& c) {
  message_arguments(a, m, c);
  m.expected_inq = a.control_number(1, "TCP_CM_INQ");
}

void sendto_arguments(Arguments& a, ModelCall& m, const CallContext& c) {
  buffer_arguments(a, m, c);
  if (a.count() > 4 && a.is_ellipsis(4)) connect_arguments(a, m, c);
}

void ioctl_arguments(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.arg[0] = a.number(1, 0);
  if (const auto value = a.pointee(2)) m.expected_out.emplace_back(0, static_cast<std::uint32_t>(*value));
}

void poll_arguments(Arguments& a, ModelCall& m, const CallContext&) {
  const auto records = a.records(0);
  m.call.arg[0] = static_cast<std::int64_t>(records.size());
  m.call.arg[1] = a.number(2, 0);
  for (std::size_t i = 0; i < records.size() && i < 21; ++i) {
    m.call.out[3 * i] = static_cast<std::uint32_t>(a.live(a.field_number(*records[i], "fd", -1)));
    m.call.out[3 * i + 1] = static_cast<std::uint32_t>(a.field_number(*records[i], "events", 0));
    if (pd::field(*records[i], "revents") != nullptr)
      m.expected_out.emplace_back(3 * i + 2,
                                  static_cast<std::uint32_t>(a.field_number(*records[i], "revents", 0)));
  }
}

/// epoll_data: whichever member the script names.
std::optional<std::int64_t> epoll_data(Arguments& a, const pd::Expression& event) {
  for (const char* name : {"ptr", "u64", "u32", "fd"})
    if (pd::field(event, name) != nullptr) return a.field_number(event, name, 0);
  return std::nullopt;
}

void epoll_ctl_arguments(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.arg[0] = a.number(1, 0);
  m.call.arg[1] = a.fd(2);
  if (const auto* event = a.record(3)) {
    m.call.arg[2] = a.field_number(*event, "events", 0);
    m.call.arg[3] = epoll_data(a, *event).value_or(0);
  }
}

void epoll_wait_arguments(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.arg[0] = a.number(2, 1);
  m.call.arg[1] = a.number(3, 0);
  const auto records = a.records(1);
  for (std::size_t i = 0; i < records.size() && i < 21; ++i) {
    m.expected_out.emplace_back(3 * i, static_cast<std::uint32_t>(a.field_number(*records[i], "events", 0)));
    if (const auto data = epoll_data(a, *records[i]))
      m.expected_out.emplace_back(3 * i + 1, static_cast<std::uint32_t>(*data));
  }
}

void setsockopt_arguments(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.arg[0] = a.number(1, 0);
  m.call.arg[1] = a.number(2, 0);
  m.call.arg[4] = a.number(4, 4);
  if (const auto* record = a.record(3)) {
    const bool linger = pd::field(*record, "onoff") != nullptr;
    m.call.arg[2] = a.field_number(*record, linger ? "onoff" : "tv_sec", 0);
    m.call.arg[3] = a.field_number(*record, linger ? "linger" : "tv_usec", 0);
  } else if (const auto text = a.text(3)) {
    std::memcpy(m.call.out, text->data(), std::min<std::size_t>(text->size(), 15));
  } else {
    m.call.arg[2] = a.pointee(3).value_or(0);
  }
}

void getsockopt_arguments(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.arg[0] = a.number(1, 0);
  m.call.arg[1] = a.number(2, 0);
  m.call.arg[2] = a.pointee(4).value_or(4);
  if (const auto* record = a.record(3)) {
    if (pd::field(*record, "onoff") == nullptr) return;
    m.call.arg[2] = 8;
    m.expected_out.emplace_back(0, static_cast<std::uint32_t>(a.field_number(*record, "onoff", 0)));
    m.expected_out.emplace_back(1, static_cast<std::uint32_t>(a.field_number(*record, "linger", 0)));
  } else if (const auto text = a.text(3)) {
    m.expected_text = *text;
    m.call.arg[2] = std::max<std::int64_t>(m.call.arg[2], 16);
  } else if (const auto value = a.pointee(3)) {
    m.expected_out.emplace_back(0, static_cast<std::uint32_t>(*value));
  }
}

void pipe_arguments(Arguments& a, ModelCall& m, const CallContext&) { m.pipe_fds = a.numbers(0); }

/// Only a file that the script's own commands have made is there.
void open_arguments(Arguments& a, ModelCall& m, const CallContext& c) {
  const auto found = c.files.find(a.text(0).value_or(""));
  m.call.arg[0] = found == c.files.end() ? -1 : found->second;
}

void splice_arguments(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.arg[0] = a.fd(2);
  m.call.arg[1] = a.number(4, 0);
  m.call.arg[2] = a.number(5, 0);
}

void sendfile_arguments(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.arg[0] = a.fd(1);
  m.call.arg[1] = a.pointee(2).value_or(0);
  m.call.arg[2] = a.number(3, 0);
}

struct CallKind {
  Sys nr = Sys::none;
  bool on_descriptor = true;  ///< its first argument is one
  Translator arguments = no_arguments;
};

const std::map<std::string, CallKind, std::less<>>& call_kinds() {
  static const std::map<std::string, CallKind, std::less<>> table{
      {"socket", {Sys::socket, false, socket_arguments}},
      {"bind", {Sys::bind, true, bind_arguments}},
      {"listen", {Sys::listen, true, number_at<1>}},
      {"accept", {Sys::accept4, true, no_arguments}},
      {"accept4", {Sys::accept4, true, number_at<3>}},
      {"connect", {Sys::connect, true, connect_arguments}},
      {"read", {Sys::read, true, buffer_arguments}},
      {"readv", {Sys::read, true, vector_arguments}},
      {"recv", {Sys::recvfrom, true, buffer_arguments}},
      {"recvfrom", {Sys::recvfrom, true, buffer_arguments}},
      {"recvmsg", {Sys::recvmsg, true, recvmsg_arguments}},
      {"write", {Sys::write, true, buffer_arguments}},
      {"writev", {Sys::write, true, vector_arguments}},
      {"send", {Sys::sendto, true, buffer_arguments}},
      {"sendto", {Sys::sendto, true, sendto_arguments}},
      {"sendmsg", {Sys::sendmsg, true, message_arguments}},
      {"sendfile", {Sys::sendfile, true, sendfile_arguments}},
      {"splice", {Sys::splice, true, splice_arguments}},
      {"pipe", {Sys::pipe, false, pipe_arguments}},
      {"open", {Sys::open, false, open_arguments}},
      {"close", {Sys::close, true, no_arguments}},
      {"shutdown", {Sys::shutdown, true, number_at<1>}},
      {"fcntl", {Sys::fcntl, true, numbers_at<1, 2>}},
      {"ioctl", {Sys::ioctl, true, ioctl_arguments}},
      {"poll", {Sys::poll, false, poll_arguments}},
      {"epoll_create", {Sys::epoll_create, false, no_arguments}},
      {"epoll_ctl", {Sys::epoll_ctl, true, epoll_ctl_arguments}},
      {"epoll_wait", {Sys::epoll_wait, true, epoll_wait_arguments}},
      {"setsockopt", {Sys::setsockopt, true, setsockopt_arguments}},
      {"getsockopt", {Sys::getsockopt, true, getsockopt_arguments}}};
  return table;
}

bool makes_descriptor(Sys nr) {
  return nr == Sys::socket || nr == Sys::accept4 || nr == Sys::epoll_create || nr == Sys::open;
}

Error call_error(const char* id, const pd::Syscall& call) {
  Error error;
  error.id = id;
  error.line = call.where.line;
  error.args = {{"call", pd::print(call)}};
  return error;
}

}  // namespace

Result<ModelCall> translate(const pd::Syscall& call, const CallContext& context) {
  const auto found = call_kinds().find(call.name);
  if (found == call_kinds().end()) return call_error("drill.unsupported_call", call);
  const CallKind& kind = found->second;
  ModelCall model;
  Arguments arguments(call, context);
  model.call.nr = kind.nr;
  if (kind.on_descriptor) model.call.fd = arguments.fd(0);
  kind.arguments(arguments, model, context);
  if (arguments.error()) return *arguments.error();
  if (kind.nr == Sys::open && model.call.arg[0] < 0) return call_error("drill.unknown_file", call);
  model.any_result = call.result.kind == pd::Expression::Kind::ellipsis;
  if (!model.any_result) {
    const auto result = pd::evaluate(call.result);
    if (!result) return result.error();
    model.result = *result;
    if (call.error) model.result = -pd::errno_value(call.error->name).value_or(0);
    if (makes_descriptor(model.call.nr) && model.result >= 0) model.new_fd = model.result;
  }
  return model;
}

std::string mismatch(const pd::Syscall& script, const ModelCall& wanted, const Syscall& done,
                     std::string& actual) {
  pd::Syscall shown = script;
  shown.result = pd::Expression{};
  shown.result.kind = pd::Expression::Kind::integer;
  shown.result.number = done.result < 0 ? -1 : done.result;
  shown.error.reset();
  if (done.result < 0) {
    const auto number = static_cast<int>(-done.result);
    shown.error = pd::ExpectedErrno{std::string(pd::errno_name(number)), std::string(pd::errno_text(number))};
  }
  actual = pd::print(shown);
  if (wanted.any_result) return {};
  const bool descriptor = wanted.new_fd >= 0 && done.result >= 0;
  if (!descriptor && wanted.result != done.result)
    return wanted.result < 0 && done.result < 0 ? "errno" : "result";
  if (done.result < 0) return {};
  for (const auto& [word, value] : wanted.expected_out) {
    if (done.out[word] == value) continue;
    actual += " [" + std::to_string(static_cast<std::int32_t>(done.out[word])) + "]";
    return "output";
  }
  if (!wanted.expected_text.empty() &&
      wanted.expected_text != std::string(reinterpret_cast<const char*>(done.out))) {
    actual += " [" + std::string(reinterpret_cast<const char*>(done.out)) + "]";
    return "output";
  }
  if (wanted.expected_inq && *wanted.expected_inq != static_cast<std::int64_t>(done.out[0])) {
    actual += " [" + std::to_string(done.out[0]) + "]";
    return "output";
  }
  return {};
}

}  // namespace ringside::drill
