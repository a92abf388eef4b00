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

void socket_call(Arguments& a, ModelCall& m, const CallContext& c) {
  m.call.nr = Sys::socket;
  const bool v6 = c.config.ip_version == pd::ScriptConfig::IpVersion::ipv6;
  m.call.arg[0] = a.number(0, v6 ? AF_INET6 : AF_INET);
  if (c.config.ip_version == pd::ScriptConfig::IpVersion::ipv4_mapped_ipv6) m.call.arg[0] = AF_INET;
  m.call.arg[1] = a.number(1, SOCK_STREAM);
  m.call.arg[2] = a.number(2, 0);
}

void bind_call(Arguments& a, ModelCall& m, const CallContext& c) {
  m.call.nr = Sys::bind;
  m.call.fd = a.fd(0);
  m.call.port = c.config.bind_port;
  m.call.addr = c.local;
}

void listen_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::listen;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.number(1, 0);
}

void accept_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::accept4;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.number(3, 0);
}

void connect_call(Arguments& a, ModelCall& m, const CallContext& c) {
  m.call.nr = Sys::connect;
  m.call.fd = a.fd(0);
  m.call.addr = c.remote;
  m.call.port = c.config.connect_port;
}

void read_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::read;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.number(2, 0);
}

void readv_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::read;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.vector_length(1);
}

void recv_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::recvfrom;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.number(2, 0);
  m.call.arg[1] = a.number(3, 0);
}

void recvmsg_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::recvmsg;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.message_length(1);
  m.call.arg[1] = a.number(2, 0);
  m.expected_inq = a.control_number(1, "TCP_CM_INQ");
}

void write_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::write;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.number(2, 0);
}

void writev_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::write;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.vector_length(1);
}

void send_call(Arguments& a, ModelCall& m, const CallContext& c) {
  m.call.nr = Sys::sendto;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.number(2, 0);
  m.call.arg[1] = a.number(3, 0);
  if (a.count() > 4 && !a.is_ellipsis(4)) return;
  if (a.count() > 4) {
    m.call.addr = c.remote;
    m.call.port = c.config.connect_port;
  }
}

void sendmsg_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::sendmsg;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.message_length(1);
  m.call.arg[1] = a.number(2, 0);
}

void close_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::close;
  m.call.fd = a.fd(0);
  m.is_close = true;
}

void shutdown_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::shutdown;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.number(1, 0);
}

void fcntl_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::fcntl;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.number(1, 0);
  m.call.arg[1] = a.number(2, 0);
}

void ioctl_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::ioctl;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.number(1, 0);
  if (const auto value = a.pointee(2)) m.expected_out.emplace_back(0, static_cast<std::uint32_t>(*value));
}

void poll_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::poll;
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

void epoll_create_call(Arguments&, ModelCall& m, const CallContext&) { m.call.nr = Sys::epoll_create; }

void epoll_ctl_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::epoll_ctl;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.number(1, 0);
  m.call.arg[1] = a.fd(2);
  if (const auto* event = a.record(3)) {
    m.call.arg[2] = a.field_number(*event, "events", 0);
    for (const char* name : {"fd", "u32", "u64", "ptr"})
      if (pd::field(*event, name) != nullptr) m.call.arg[3] = a.field_number(*event, name, 0);
  }
}

void epoll_wait_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::epoll_wait;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.number(2, 1);
  m.call.arg[1] = a.number(3, 0);
  const auto records = a.records(1);
  for (std::size_t i = 0; i < records.size() && i < 21; ++i) {
    m.expected_out.emplace_back(3 * i, static_cast<std::uint32_t>(a.field_number(*records[i], "events", 0)));
    for (const char* name : {"fd", "u32", "u64", "ptr"})
      if (pd::field(*records[i], name) != nullptr)
        m.expected_out.emplace_back(3 * i + 1,
                                    static_cast<std::uint32_t>(a.field_number(*records[i], name, 0)));
  }
}

void setsockopt_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::setsockopt;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.number(1, 0);
  m.call.arg[1] = a.number(2, 0);
  m.call.arg[4] = a.number(4, 4);
  if (const auto* record = a.record(3)) {
    if (pd::field(*record, "onoff") != nullptr) {
      m.call.arg[2] = a.field_number(*record, "onoff", 0);
      m.call.arg[3] = a.field_number(*record, "linger", 0);
    } else {
      m.call.arg[2] = a.field_number(*record, "tv_sec", 0);
      m.call.arg[3] = a.field_number(*record, "tv_usec", 0);
    }
  } else if (const auto text = a.text(3)) {
    std::memcpy(m.call.out, text->data(), std::min<std::size_t>(text->size(), 15));
  } else {
    m.call.arg[2] = a.pointee(3).value_or(0);
  }
}

void getsockopt_call(Arguments& a, ModelCall& m, const CallContext&) {
  m.call.nr = Sys::getsockopt;
  m.call.fd = a.fd(0);
  m.call.arg[0] = a.number(1, 0);
  m.call.arg[1] = a.number(2, 0);
  m.call.arg[2] = a.pointee(4).value_or(4);
  if (const auto* record = a.record(3)) {
    if (pd::field(*record, "onoff") != nullptr) {
      m.call.arg[2] = 8;
      m.expected_out.emplace_back(0, static_cast<std::uint32_t>(a.field_number(*record, "onoff", 0)));
      m.expected_out.emplace_back(1, static_cast<std::uint32_t>(a.field_number(*record, "linger", 0)));
    }
  } else if (const auto text = a.text(3)) {
    m.expected_text = *text;
    m.call.arg[2] = std::max<std::int64_t>(m.call.arg[2], 16);
  } else if (const auto value = a.pointee(3)) {
    m.expected_out.emplace_back(0, static_cast<std::uint32_t>(*value));
  }
}

const std::map<std::string, Translator, std::less<>>& translators() {
  static const std::map<std::string, Translator, std::less<>> table{{"socket", socket_call},
                                                                    {"bind", bind_call},
                                                                    {"listen", listen_call},
                                                                    {"accept", accept_call},
                                                                    {"accept4", accept_call},
                                                                    {"connect", connect_call},
                                                                    {"read", read_call},
                                                                    {"readv", readv_call},
                                                                    {"recv", recv_call},
                                                                    {"recvfrom", recv_call},
                                                                    {"recvmsg", recvmsg_call},
                                                                    {"write", write_call},
                                                                    {"writev", writev_call},
                                                                    {"send", send_call},
                                                                    {"sendto", send_call},
                                                                    {"sendmsg", sendmsg_call},
                                                                    {"close", close_call},
                                                                    {"shutdown", shutdown_call},
                                                                    {"fcntl", fcntl_call},
                                                                    {"ioctl", ioctl_call},
                                                                    {"poll", poll_call},
                                                                    {"epoll_create", epoll_create_call},
                                                                    {"epoll_ctl", epoll_ctl_call},
                                                                    {"epoll_wait", epoll_wait_call},
                                                                    {"setsockopt", setsockopt_call},
                                                                    {"getsockopt", getsockopt_call}};
  return table;
}

bool makes_descriptor(Sys nr) { return nr == Sys::socket || nr == Sys::accept4 || nr == Sys::epoll_create; }

}  // namespace

Result<ModelCall> translate(const pd::Syscall& call, const CallContext& context) {
  const auto found = translators().find(call.name);
  if (found == translators().end()) {
    Error error;
    error.id = "drill.unsupported_call";
    error.line = call.where.line;
    error.args = {{"call", call.name}};
    return error;
  }
  ModelCall model;
  Arguments arguments(call, context);
  found->second(arguments, model, context);
  if (arguments.error()) return *arguments.error();
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
                     const CallContext& context, std::string& actual) {
  (void)context;
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
