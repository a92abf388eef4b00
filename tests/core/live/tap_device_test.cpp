// Names and addresses as the helper checks them, the descriptor that is passed, and the helper itself, in a
// namespace of its own.
#include "core/live/tap_device.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "core/live/tap_helper.h"

namespace ringside::live {
namespace {

TEST(TapDevice, NamesAreThoseThatEveryToolTakes) {
  for (const char* name : {"tap0", "ringside0", "a", "a-b_c.d", "fifteen-letters"})
    EXPECT_TRUE(is_device_name(name)) << name;
  for (const char* name :
       {"", "sixteen-letters!", "sixteen-lettersx", "a/b", "a b", "-x", ".", "..", "tap%d", "\xc3\xa4"})
    EXPECT_FALSE(is_device_name(name)) << name;
}

TEST(TapDevice, AddressesHaveTheirPrefix) {
  const auto v4 = parse_tap_address("10.66.0.1/24");
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->addr, IpAddr::v4(10, 66, 0, 1));
  EXPECT_EQ(v4->prefix, 24);
  EXPECT_EQ(parse_tap_address("fd00:10:66::1/64")->prefix, 64);
  EXPECT_TRUE(parse_tap_address("10.66.0.1/32"));
  for (const char* text : {"", "/", "10.66.0.1", "10.66.0.1/", "10.66.0.1/33", "10.66.0.1/0", "10.66.0.1/+8",
                           "10.66.0.1/24 ", "10.66.0/24", "fd00::1/129", "127.0.0.1/8", "224.0.0.1/4",
                           "0.0.0.0/1", "255.255.255.255/32", "::/64", "::1/128", "ff02::1/64"})
    EXPECT_FALSE(parse_tap_address(text)) << text;
}

TEST(TapDevice, WhatIsNoTapIsNotAdopted) {
  const int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  const auto tap = TapDevice::adopt(fd);
  ASSERT_FALSE(tap);
  EXPECT_EQ(tap.error().id, "tap.not_tap");
  close(fd);
}

TEST(TapHelper, ADescriptorPassesThroughASocketAndAnEndWithoutOneIsSeen) {
  int pair[2], pipe_ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
  ASSERT_EQ(pipe2(pipe_ends, O_CLOEXEC), 0);
  ASSERT_TRUE(pass_descriptor(pair[0], pipe_ends[1]));
  const int passed = receive_descriptor(pair[1]);
  ASSERT_GE(passed, 0);
  EXPECT_EQ(write(passed, "x", 1), 1);
  char byte = 0;
  EXPECT_EQ(read(pipe_ends[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'x');
  close(pair[0]);
  EXPECT_EQ(receive_descriptor(pair[1]), -1);
  for (const int fd : {pair[1], pipe_ends[0], pipe_ends[1], passed}) close(fd);
}

/// In a child of its own: "" if all went well, else what did not; "no namespaces" where the system forbids
/// them.
std::string through_the_helper() {
  const uid_t uid = getuid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return "no namespaces";
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << "0 " << uid << " 1";
  if (access("/dev/net/tun", R_OK | W_OK) != 0) return "no namespaces";
  const auto tap = open_by_helper("ringside0", {"10.66.0.1/24", "fd00:10:66::1/64"});
  if (!tap) return tap.error().id + " " + tap.error().args[0].second;
  if ((*tap)->name() != "ringside0") return "its name is " + (*tap)->name();
  if (!is_configured("ringside0", IpAddr::v4(10, 66, 0, 1))) return "it has not its address";
  const auto wrong = open_by_helper("eth0", {"10.66.0.1/24"});
  if (wrong || wrong.error().id != "tap.helper") return "it made eth0";
  return "";
}

TEST(TapHelper, MakesTheDevicePassesItAndEnds) {
  if (find_helper().empty()) GTEST_SKIP() << "ringside-tap-helper was not built";
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::string wrong = through_the_helper();
    _exit(write(ends[1], wrong.data(), wrong.size()) < 0 ? 1 : 0);
  }
  close(ends[1]);
  std::string wrong(256, 0);
  wrong.resize(static_cast<std::size_t>(std::max<ssize_t>(read(ends[0], wrong.data(), wrong.size()), 0)));
  close(ends[0]);
  waitpid(child, nullptr, 0);
  if (wrong == "no namespaces") GTEST_SKIP() << "users may not make namespaces here";
  EXPECT_EQ(wrong, "");
}

}  // namespace
}  // namespace ringside::live
