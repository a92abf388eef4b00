// Every edge of Linux's TCP state diagram is walked, in both kernels, and no other.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <set>

#include "core/model/fields.h"
#include "tests/core/kernel/net/ipv4/tcp_host.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// Collects "from -> to" of all sockets and TIME_WAIT mini-sockets while stories are told.
class Walk {
 public:
  explicit Walk(const KernelProfile& profile) : profile_(profile) {}

  template <class F>
  void story(F&& tell) {
    TcpHost host(profile_);
    Journal journal;
    host.kernel().record_to(&journal);
    tell(host);
    host.kernel().record_to(nullptr);
    note(journal, ObjectKind::sock, "state", "");
    note(journal, ObjectKind::timewait, "substate", "mini ");
  }
  const std::set<std::string>& edges() const { return edges_; }

 private:
  void note(const Journal& journal, ObjectKind object, const char* field, const char* prefix) {
    const std::uint16_t id = field_named(object, field);
    for (const Event& e : journal.events)
      if (e.kind == EventKind::change && e.id == id)
        edges_.insert(prefix + std::string(name(e.old_value)) + " -> " + name(e.new_value));
  }
  static const char* name(std::int64_t state) {
    return name_of(static_cast<TcpState>(state)) + 4;
  }  // without TCP_

  const KernelProfile& profile_;
  std::set<std::string> edges_;
};

void closes_first(Walk& walk) {
  walk.story([](TcpHost& host) {  // FIN_WAIT2 with a descriptor, then the peer's FIN
    const auto fd = host.accepted();
    host.shutdown(fd, SHUT_WR);
    host.peer({.flags = ".", .seq = 1, .ack = 2});
    host.peer({.flags = "F.", .seq = 1, .ack = 2});
  });
  walk.story([](TcpHost& host) {  // as an orphan: FIN_WAIT2 is a mini-socket
    host.close(host.accepted());
    host.peer({.flags = ".", .seq = 1, .ack = 2});
    host.peer({.flags = "F.", .seq = 1, .ack = 2});
  });
  walk.story([](TcpHost& host) {  // both at once
    host.close(host.accepted());
    host.peer({.flags = "F.", .seq = 1, .ack = 1});
    host.peer({.flags = ".", .seq = 2, .ack = 2});
  });
  walk.story([](TcpHost& host) {  // a reset in FIN_WAIT1
    host.close(host.accepted());
    host.peer({.flags = "R", .seq = 1});
  });
}

void closed_by_peer(Walk& walk) {
  walk.story([](TcpHost& host) {
    const auto fd = host.accepted();
    host.peer({.flags = "F.", .seq = 1, .ack = 1});
    host.read(fd, 1);
    host.close(fd);
    host.peer({.flags = ".", .seq = 2, .ack = 2});
  });
  walk.story([](TcpHost& host) {  // a reset in CLOSE_WAIT
    host.accepted();
    host.peer({.flags = "F.", .seq = 1, .ack = 1});
    host.peer({.flags = "R", .seq = 2});
  });
  walk.story([](TcpHost& host) {  // a reset in ESTABLISHED, and a listener that is closed
    const auto listener = host.listener(5);
    host.handshake();
    host.peer({.flags = "R", .seq = 1});
    host.close(listener);
  });
}

void connects(Walk& walk) {
  walk.story([](TcpHost& host) {
    host.connect(host.socket());
    host.peer({.flags = "S.", .ack = 1, .options = true});
  });
  walk.story([](TcpHost& host) {  // refused
    host.connect(host.socket());
    host.peer({.flags = "R.", .ack = 1});
  });
  walk.story([](TcpHost& host) {  // crossed SYNs, then established
    host.connect(host.socket());
    host.peer({.flags = "S", .options = true});
    host.peer({.flags = ".", .seq = 1, .ack = 1});
  });
  walk.story([](TcpHost& host) {  // crossed SYNs, then reset
    host.connect(host.socket());
    host.peer({.flags = "S", .options = true});
    host.peer({.flags = "R", .seq = 1});
  });
  walk.story([](TcpHost& host) {  // crossed SYNs, closed before they meet
    const auto fd = host.socket();
    host.set_nonblocking(fd);
    host.connect(fd);
    host.peer({.flags = "S", .options = true});
    host.close(fd);
  });
  walk.story([](TcpHost& host) {  // nobody answers
    host.connect(host.socket());
    host.advance(150 * kSecond);
  });
}

class Transitions : public testing::TestWithParam<const KernelProfile*> {};

INSTANTIATE_TEST_SUITE_P(BothKernels, Transitions, testing::Values(&linux_4_13(), &linux_6_18()),
                         KernelName());

TEST_P(Transitions, EveryEdgeIsWalkedAndNoOther) {
  Walk walk(*GetParam());
  closes_first(walk);
  closed_by_peer(walk);
  connects(walk);
  const std::set<std::string> diagram{
      "CLOSE -> LISTEN",          "LISTEN -> CLOSE",           "CLOSE -> SYN_SENT",
      "SYN_SENT -> ESTABLISHED",  "SYN_SENT -> SYN_RECV",      "SYN_SENT -> CLOSE",
      "SYN_RECV -> ESTABLISHED",  "SYN_RECV -> FIN_WAIT1",     "SYN_RECV -> CLOSE",
      "ESTABLISHED -> FIN_WAIT1", "ESTABLISHED -> CLOSE_WAIT", "ESTABLISHED -> CLOSE",
      "FIN_WAIT1 -> FIN_WAIT2",   "FIN_WAIT1 -> CLOSING",      "FIN_WAIT1 -> CLOSE",
      "FIN_WAIT2 -> CLOSE",       "CLOSING -> CLOSE",          "CLOSE_WAIT -> LAST_ACK",
      "CLOSE_WAIT -> CLOSE",      "LAST_ACK -> CLOSE",         "mini FIN_WAIT2 -> TIME_WAIT",
  };
  EXPECT_EQ(walk.edges(), diagram);
}

}  // namespace
}  // namespace ringside::test
