#include <sys/socket.h>

#include <cstring>
#include <sstream>

#include "core/kernel/drivers/net/nic.h"
#include "core/kernel/entry.h"
#include "core/kernel/fs/file.h"
#include "core/kernel/net/tcp.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"
#include "tests/core/kernel/net/ipv4/tcp_host.h"

namespace ringside::test {

namespace {

const IpAddr kHost = IpAddr::v4(192, 168, 0, 1);
const IpAddr kPeer = IpAddr::v4(192, 0, 2, 1);
constexpr std::int64_t kMs = 1'000'000;

class Frames : public FrameBytes {
 public:
  std::uint32_t add(std::vector<std::uint8_t> bytes) {
    frames_.push_back(std::move(bytes));
    return static_cast<std::uint32_t>(frames_.size());
  }
  std::span<const std::uint8_t> frame(std::uint32_t number) override {
    if (number == 0 || number > frames_.size()) return {};
    return frames_[number - 1];
  }

 private:
  std::vector<std::vector<std::uint8_t>> frames_;
};

class NoArrivals : public Arrivals {
 public:
  bool at(std::uint64_t, Arrival&) override { return false; }
};

struct SentSegment {
  std::int64_t t_ns = 0;
  std::string text;
};

std::string describe(const Outgoing& frame) {
  const auto ip = wire::Ipv4View::parse({frame.header.data(), frame.header_len});
  if (!ip) return "not IPv4";
  const auto tcp =
      wire::TcpView::parse({frame.header.data() + ip->header_len(), frame.header_len - ip->header_len()});
  if (!tcp) return "not TCP";
  std::ostringstream out;
  if (tcp->syn()) out << 'S';
  if (tcp->fin()) out << 'F';
  if (tcp->rst()) out << 'R';
  if (tcp->psh()) out << 'P';
  if (tcp->ack()) out << '.';
  out << ' ' << tcp->seq() << ':' << tcp->seq() + frame.payload_len << '(' << frame.payload_len << ')';
  if (tcp->ack()) out << " ack " << tcp->ack_seq();
  return out.str();
}

class Sent : public OutgoingSink {
 public:
  void transmitted(const Outgoing& frame) override { segments.push_back({frame.t_ns, describe(frame)}); }
  std::vector<SentSegment> segments;
};

/// Does what the test tells it, one call at a time.
class Puppet : public Program {
 public:
  struct Strings {
    bool has_call = false, in_call = false;
    Syscall call;
    std::int64_t result = 0;
  };
  mutable std::map<std::uint32_t, Strings> strings;

  void next(Kernel& k, ProcessId self) const override {
    Strings& s = strings[self.index];
    if (s.in_call) {
      s.in_call = false;
      s.result = k[self].call.result;
    }
    if (s.has_call) {
      s.has_call = false;
      s.in_call = true;
      k.begin_syscall(self, s.call);
    } else {
      k.sleep_process(self, -1);
    }
  }
};

std::uint8_t flag_bits(const std::string& flags) {
  std::uint8_t bits = 0;
  for (const char c : flags)
    bits |= c == 'S' ? 2 : c == 'F' ? 1 : c == 'R' ? 4 : c == 'P' ? 8 : c == '.' ? 16 : 0;
  return bits;
}

}  // namespace

struct TcpHost::Impl {
  Frames frames;
  NoArrivals arrivals;
  Sent sent;
  ByteStore store;
  FixedIsn isn{0};
  std::shared_ptr<Puppet> puppet = std::make_shared<Puppet>();
  std::unique_ptr<Machine> machine;
  std::vector<ProcessId> processes;
  ProcessId wire;
  std::int64_t times_from = 0;

  void settle() { machine->run(machine->now_ns() + 2 * kMs); }
  ProcessId spawn() {
    ProcessId process;
    const auto make = [&](Kernel& k) {
      process = k.spawn(0, 0, static_cast<std::uint16_t>(100 + processes.size()));
    };
    if (processes.empty())
      make(machine->kernel());
    else
      machine->as_process(wire, machine->now_ns(), make);
    return process;
  }
};

TcpHost::TcpHost(const KernelProfile& profile) : impl_(std::make_unique<Impl>()) {
  MachineConfig c;
  c.profile = &profile;
  c.entry = kernel_entry();
  c.arrivals = &impl_->arrivals;
  c.frames = &impl_->frames;
  c.store = &impl_->store;
  c.outgoing = &impl_->sent;
  c.isn = &impl_->isn;
  c.programs = {impl_->puppet};
  impl_->machine = std::make_unique<Machine>(c);
  impl_->machine->boot(
      0,
      [](Kernel& k) {
        k.put(k.host().nic->driver, NicKind::tun);
        k.assign(k.net().local[0], kHost);
        k.put(k.net().local_count, 1u);
      },
      [&](Kernel& k) {
        impl_->wire = k.spawn(0, 0, 1);
        impl_->processes.push_back(k.spawn(0, 0, 100));
      });
  impl_->settle();
}

TcpHost::~TcpHost() = default;

Sysctls& TcpHost::sysctl() { return const_cast<Sysctls&>(impl_->machine->kernel().sysctl()); }
Kernel& TcpHost::kernel() { return impl_->machine->kernel(); }
const Host& TcpHost::host() const { return impl_->machine->host(); }
std::uint64_t TcpHost::counter(Counter which) const {
  return host().net->mib[static_cast<std::size_t>(which)];
}

std::size_t TcpHost::process() {
  impl_->processes.push_back(impl_->spawn());
  impl_->settle();
  return impl_->processes.size() - 1;
}

std::int64_t TcpHost::call(Syscall call, std::size_t process) {
  const ProcessId self = impl_->processes[process];
  Puppet::Strings& s = impl_->puppet->strings[self.index];
  s.call = call;
  s.has_call = true;
  Machine& m = *impl_->machine;
  m.as_process(impl_->wire, m.now_ns(), [&](Kernel& k) { k.wake(self); });
  impl_->settle();
  return result(process);
}

std::int64_t TcpHost::result(std::size_t process) const {
  const Puppet::Strings& s = impl_->puppet->strings[impl_->processes[process].index];
  return s.in_call || s.has_call ? kAsleep : s.result;
}

namespace {
Syscall make(Sys nr, std::int64_t fd, std::int64_t a = 0, std::int64_t b = 0) {
  Syscall call;
  call.nr = nr;
  call.fd = static_cast<std::int32_t>(fd);
  call.arg[0] = a;
  call.arg[1] = b;
  return call;
}
}  // namespace

std::int64_t TcpHost::socket(std::size_t process) {
  return call(make(Sys::socket, -1, AF_INET, SOCK_STREAM), process);
}
std::int64_t TcpHost::bind(std::int64_t fd, std::uint16_t port) {
  Syscall c = make(Sys::bind, fd);
  c.addr = IpAddr::v4(0u);
  c.port = port;
  return call(c);
}
std::int64_t TcpHost::listen(std::int64_t fd, std::int64_t backlog) {
  return call(make(Sys::listen, fd, backlog));
}
std::int64_t TcpHost::listener(std::int64_t backlog, bool nonblock) {
  const std::int64_t fd = call(make(Sys::socket, -1, AF_INET, SOCK_STREAM | (nonblock ? SOCK_NONBLOCK : 0)));
  bind(fd);
  listen(fd, backlog);
  return fd;
}
std::int64_t TcpHost::accept(std::int64_t fd, std::size_t process) {
  return call(make(Sys::accept4, fd), process);
}
std::int64_t TcpHost::accepted() {
  const auto fd = listener(5);
  handshake();
  const auto child = accept(fd);
  sent();
  return child;
}
std::int64_t TcpHost::connect(std::int64_t fd, std::uint16_t port, std::size_t process) {
  Syscall c = make(Sys::connect, fd);
  c.addr = kPeer;
  c.port = port;
  return call(c, process);
}
std::int64_t TcpHost::shutdown(std::int64_t fd, int how) { return call(make(Sys::shutdown, fd, how)); }
std::int64_t TcpHost::close(std::int64_t fd, std::size_t process) {
  return call(make(Sys::close, fd), process);
}
std::int64_t TcpHost::read(std::int64_t fd, std::int64_t bytes, std::size_t process) {
  return call(make(Sys::read, fd, bytes), process);
}
std::int64_t TcpHost::write(std::int64_t fd, std::int64_t bytes) {
  Syscall c = make(Sys::write, fd, bytes);
  c.data = {0, 0, static_cast<std::uint32_t>(bytes)};
  return call(c);
}
std::int64_t TcpHost::setsockopt(std::int64_t fd, int level, int name, std::int64_t value,
                                 std::int64_t second) {
  Syscall c = make(Sys::setsockopt, fd, level, name);
  c.arg[2] = value;
  c.arg[3] = second;
  c.arg[4] = name == SO_LINGER && level == SOL_SOCKET ? 8 : 4;
  return call(c);
}
std::int64_t TcpHost::set_nonblocking(std::int64_t fd) {
  return call(make(Sys::fcntl, fd, 4 /* F_SETFL */, 04000 /* O_NONBLOCK */));
}

void TcpHost::peer(const Peer& segment) {
  wire::TcpHeader tcp;
  tcp.source = segment.port;
  tcp.dest = kPort;
  // Towards a socket that connected by itself, our port is the one it chose.
  const Host& h = host();
  for (std::uint32_t i = 1; i < h.socks.header.used; ++i)
    if (h.socks.is_live(i) && h.socks[i].bound_by_connect != 0 && h.socks[i].dport == segment.port)
      tcp.dest = h.socks[i].sport;
  tcp.seq = segment.seq;
  tcp.ack_seq = segment.ack;
  tcp.flags = flag_bits(segment.flags);
  tcp.window = segment.win;
  if (segment.options) {
    tcp.options = {wire::TcpOption::mss(1460), wire::TcpOption::nop(),
                   wire::TcpOption::nop(),     wire::TcpOption::sack_permitted(),
                   wire::TcpOption::nop(),     wire::TcpOption::window_scale(7)};
  }
  const std::vector<std::uint8_t> payload(segment.len);
  wire::Buffer bytes;
  wire::Ipv4Header ip;
  ip.saddr = kPeer;
  ip.daddr = kHost;
  ip.append_to(bytes, tcp.size() + payload.size());
  tcp.append_to(bytes, kPeer, kHost, payload);
  Arrival arrival;
  arrival.len = arrival.wire_len = static_cast<std::uint32_t>(bytes.size());
  arrival.number = impl_->frames.add({bytes.begin(), bytes.end()});
  Machine& m = *impl_->machine;
  arrival.t_ns = m.now_ns();
  m.as_process(impl_->wire, m.now_ns(), [&](Kernel& k) { tun_chr_write_iter(k, arrival); });
  impl_->settle();
}

void TcpHost::advance(std::int64_t ns) {
  Machine& m = *impl_->machine;
  const std::int64_t until = m.now_ns() + ns;
  m.run(until);
  m.as_process(impl_->wire, until, [](Kernel&) {});
}

std::string TcpHost::sent() {
  std::string all;
  for (const SentSegment& s : impl_->sent.segments) all += (all.empty() ? "" : "; ") + s.text;
  impl_->sent.segments.clear();
  impl_->times_from = impl_->machine->now_ns();
  return all;
}

std::string TcpHost::sent_with_times() {
  std::string all;
  for (const SentSegment& s : impl_->sent.segments) {
    const std::int64_t seconds = (s.t_ns - impl_->times_from + 50 * kMs) / (1000 * kMs);
    all += (all.empty() ? "" : "; ") + std::to_string(seconds) + " " + s.text;
  }
  impl_->sent.segments.clear();
  impl_->times_from = impl_->machine->now_ns();
  return all;
}

const Sock& TcpHost::sock(std::int64_t fd) const {
  const FileId file = fget(host(), impl_->processes[0], static_cast<std::int32_t>(fd));
  return host()[host()[file].sk];
}

std::string TcpHost::state(std::uint16_t port) const {
  const Host& h = host();
  for (std::uint32_t i = 1; i < h.socks.header.used; ++i)
    if (h.socks.is_live(i) && h.socks[i].dport == port && h.socks[i].hashed != 0)
      return name_of(h.socks[i].state);
  for (std::uint32_t i = 1; i < h.requests.header.used; ++i)
    if (h.requests.is_live(i) && h.requests[i].dport == port && h.requests[i].hashed != 0)
      return "NEW_SYN_RECV";
  for (std::uint32_t i = 1; i < h.timewaits.header.used; ++i)
    if (h.timewaits.is_live(i) && h.timewaits[i].dport == port)
      return std::string(name_of(h.timewaits[i].substate)) + " (mini)";
  return "";
}

void TcpHost::handshake(std::uint16_t port) {
  peer({.flags = "S", .port = port, .options = true});
  peer({.flags = ".", .seq = 1, .ack = 1, .port = port, .win = 257});
}

}  // namespace ringside::test
