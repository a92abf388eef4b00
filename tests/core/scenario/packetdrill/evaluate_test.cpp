// What expressions are worth, what `%{ }%` finds, what backticks ask for.
#include "core/scenario/packetdrill/evaluate.h"

#include <gtest/gtest.h>

#include "core/scenario/packetdrill/evaluate_code.h"
#include "core/scenario/packetdrill/icmp_names.h"
#include "core/scenario/packetdrill/parse.h"
#include "core/scenario/packetdrill/shell_command.h"
#include "core/scenario/packetdrill/symbols.h"

namespace ringside::packetdrill {
namespace {

Expression expression(const std::string& text) {
  const ParseOutcome outcome = parse("0 f(" + text + ") = 0", "x");
  EXPECT_TRUE(outcome.errors.empty()) << text;
  return std::get<Syscall>(outcome.script.events.at(0).action).arguments.at(0);
}

TEST(PacketdrillEvaluate, NumbersSymbolsAndTheirUnion) {
  EXPECT_EQ(*evaluate(expression("-12")), -12);
  EXPECT_EQ(*evaluate(expression("0x1F")), 31);
  EXPECT_EQ(*evaluate(expression("O_RDWR|O_NONBLOCK")), 04002);
  EXPECT_EQ(*evaluate(expression("MSG_PEEK | MSG_DONTWAIT | 1")), 0x43);
  EXPECT_EQ(*evaluate(expression("htons(8080)")), 0x901f);
  EXPECT_EQ(*evaluate(expression("inet_addr(\"1.2.3.4\")")), 0x04030201);
  EXPECT_EQ(*evaluate_pointee(expression("[SO_RCVBUF]")), 8);
}

TEST(PacketdrillEvaluate, WhatIsNoNumber) {
  EXPECT_EQ(evaluate(expression("...")).error().id, "packetdrill.not_a_number");
  EXPECT_EQ(evaluate(expression("[1]")).error().id, "packetdrill.not_a_number");
  EXPECT_EQ(evaluate(expression("1|SO_WHAT")).error().id, "packetdrill.unknown_symbol");
}

TEST(PacketdrillEvaluate, Strings) {
  EXPECT_EQ(*unescape(expression(R"("a\n\x41\\" "b")")), "a\nA\\b");
  EXPECT_EQ(unescape(expression(R"("\q")")).error().id, "packetdrill.bad_escape");
  EXPECT_EQ(unescape(expression(R"("\x4")")).error().id, "packetdrill.bad_escape");
}

TEST(PacketdrillEvaluate, FieldsOfStructs) {
  const Expression record = expression("{fd=4, events=POLLIN|POLLOUT, revents=POLLIN}");
  ASSERT_NE(field(record, "events"), nullptr);
  EXPECT_EQ(*evaluate(*field(record, "events")), 5);
  EXPECT_EQ(field(record, "u32"), nullptr);
}

TEST(PacketdrillSymbols, OfLinux) {
  EXPECT_EQ(symbol_value("SOL_SOCKET"), 1);
  EXPECT_EQ(symbol_value("SO_RCVLOWAT"), 18);
  EXPECT_EQ(symbol_value("TCP_INQ"), 36);
  EXPECT_EQ(symbol_value("SIOCINQ"), 0x541b);
  EXPECT_EQ(symbol_value("EPOLLET"), 0x80000000);
  EXPECT_EQ(symbol_value("MSG_WAITALL"), 0x100);
  EXPECT_EQ(symbol_value("EWOULDBLOCK"), 11);
  EXPECT_FALSE(symbol_value("SO_RECVBUF"));
  EXPECT_EQ(errno_name(110), "ETIMEDOUT");
  EXPECT_EQ(errno_text(11), "Resource temporarily unavailable");
  EXPECT_FALSE(errno_value("SOL_SOCKET"));
}

TEST(PacketdrillSymbols, OfIcmp) {
  IcmpMessage message;
  message.type = "unreachable";
  message.code = "port_unreachable";
  EXPECT_EQ(icmp_numbers(message, false), (IcmpNumbers{3, 3}));
  EXPECT_EQ(icmp_numbers(message, true), (IcmpNumbers{1, 4}));
  message.code = "frag_needed";
  EXPECT_FALSE(icmp_numbers(message, true));
  message.type = "type_200";
  message.code = "code_256";
  EXPECT_FALSE(icmp_numbers(message, false));
}

/// Runs `text` with tcpi_snd_cwnd 10 and tcpi_options 3 and says how it went.
std::string run(const std::string& text) {
  const ParseOutcome outcome = parse("0 %{ " + text + " }%", "x");
  EXPECT_TRUE(outcome.errors.empty()) << text;
  CodeState state;
  const CodeLookup lookup = [](std::string_view name) -> std::optional<std::int64_t> {
    if (name == "tcpi_snd_cwnd") return 10;
    if (name == "tcpi_options") return 3;
    return std::nullopt;
  };
  const CodeReport report = run_code(std::get<Code>(outcome.script.events.at(0).action), state, lookup);
  std::string told;
  for (const std::string& line : report.printed) told += "printed " + line + ";";
  for (const Error& failure : report.failures) {
    told += failure.id;
    for (const auto& [name, value] : failure.args) told += " " + name + "=[" + value + "]";
    told += ";";
  }
  for (const Unsupported& item : outcome.unsupported) told += "refused " + item.what + ";";
  return told;
}

TEST(PacketdrillCode, WhatHoldsIsSilent) {
  EXPECT_EQ(run("assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd"), "");
  EXPECT_EQ(run("assert 5 <= tcpi_snd_cwnd <= 20, 'cwnd=%d' % tcpi_snd_cwnd"), "");
  EXPECT_EQ(run("assert (tcpi_options & TCPI_OPT_SACK) != 0 and not tcpi_options & 4"), "");
  EXPECT_EQ(run("assert -7 // 2 == -4 and -7 % 3 == 2 and 6 / 3 == 2 and 1 << 4 == 16 and ~0 == -1"), "");
  EXPECT_EQ(run("assert 1 + 2 * 3 - 4 == 3 and 1 | 2 ^ 3 & 1 == 3"), "");
  EXPECT_EQ(run("assert min(3, 1, 2) == 1 and max(1, 2) == 2 and abs(-3) == 3"), "");
  EXPECT_EQ(run("assert 1 or nobody"), "");
  EXPECT_EQ(run("cwnd = 9; cwnd += 1\nassert tcpi_snd_cwnd == cwnd  # comment"), "");
}

TEST(PacketdrillCode, WhatFailsSaysWithWhichValues) {
  EXPECT_EQ(run("assert tcpi_snd_cwnd == 11, tcpi_snd_cwnd"),
            "packetdrill.assert_failed check=[assert tcpi_snd_cwnd == 11, tcpi_snd_cwnd] "
            "values=[tcpi_snd_cwnd=10];");
  EXPECT_EQ(run("print('cwnd', tcpi_snd_cwnd); assert 0"),
            "printed cwnd 10;packetdrill.assert_failed check=[assert 0] values=[];");
}

TEST(PacketdrillCode, WhatCannotBeComputed) {
  EXPECT_EQ(run("assert tcpi_nothing"), "packetdrill.code_unknown_name name=[tcpi_nothing];");
  EXPECT_EQ(run("assert 1 // 0"), "packetdrill.code_division_by_zero;");
  EXPECT_EQ(run("assert 1 / 2"), "packetdrill.code_fraction;");
  EXPECT_EQ(run("assert 9223372036854775807 + 1"), "packetdrill.code_overflow operator=[+];");
  EXPECT_EQ(run("assert 1 << 63"), "packetdrill.code_overflow operator=[<<];");
  EXPECT_EQ(run("assert 'a' == 1"), "packetdrill.code_not_a_number found=['a'];");
}

TEST(PacketdrillCode, WhatIsRefusedIsNamed) {
  EXPECT_EQ(run("import os"), "refused import;");
  EXPECT_EQ(run("assert tcpi_snd_cwnd in range(3)"), "refused in;");
  EXPECT_EQ(run("assert sys.argv"), "refused .;");
  EXPECT_EQ(run("assert hex(3)"), "refused hex;");
  EXPECT_EQ(run("assert 1.5 > 1"), "refused 1.5;");
  EXPECT_EQ(run("for i in x:\n  assert 0\nassert tcpi_snd_cwnd == 10"), "refused for;");
}

std::string steps(const std::string& text) {
  std::string told;
  for (const ShellStep& step : shell_steps({text, {5, 1}})) {
    const char* const kinds[] = {"sysctl", "defaults", "qdisc", "zeros", "harmless", "other"};
    told += std::to_string(step.where.line) + " " + kinds[static_cast<int>(step.kind)];
    told += step.name.empty() ? " [" + step.text + "]" : " " + step.name + "=" + step.value;
    told += "\n";
  }
  return told;
}

TEST(PacketdrillShell, SettingsAreUnderstood) {
  EXPECT_EQ(
      steps("sysctl -qw net.ipv4.tcp_rmem=\"4096 87380 6291456\"\nsysctl -q net.ipv4.tcp_sack=1 a/b='2'"),
      "5 sysctl net.ipv4.tcp_rmem=4096 87380 6291456\n"
      "6 sysctl net.ipv4.tcp_sack=1\n"
      "6 sysctl a.b=2\n");
  EXPECT_EQ(steps("../../common/defaults.sh\n../set_sysctls.py /proc/sys/net/ipv4/tcp_timestamps=0 \\\n"
                  "   /proc/sys/net/ipv4/tcp_ecn=1"),
            "5 defaults [../../common/defaults.sh]\n"
            "6 sysctl net.ipv4.tcp_timestamps=0\n"
            "6 sysctl net.ipv4.tcp_ecn=1\n");
  EXPECT_EQ(steps("echo 1 > /proc/sys/net/ipv4/tcp_sack"), "5 sysctl net.ipv4.tcp_sack=1\n");
}

TEST(PacketdrillShell, TcAndDdAreUnderstoodInTheFormsThatScriptsUse) {
  EXPECT_EQ(steps("tc qdisc delete dev tun0 root 2>/dev/null ; tc qdisc add dev tun0 root pfifo limit 0"),
            "5 qdisc pfifo=\n"
            "5 qdisc pfifo=0\n");
  EXPECT_EQ(steps("tc qdisc replace dev tun0 root fq"), "5 qdisc fq=\n");
  EXPECT_EQ(steps("/bin/dd bs=2 count=5 if=/dev/zero of=some/file status=none"), "5 zeros some/file=10\n");
  EXPECT_EQ(steps("tc qdisc add dev tun0 root netem loss 1"),
            "5 other [tc qdisc add dev tun0 root netem loss 1]\n");
  EXPECT_EQ(steps("tc qdisc add dev tun0 root pfifo limit x"),
            "5 other [tc qdisc add dev tun0 root pfifo limit x]\n");
  EXPECT_EQ(steps("dd if=/dev/urandom of=f count=1"), "5 other [dd if=/dev/urandom of=f count=1]\n");
  EXPECT_EQ(steps("tc"), "5 other [tc]\n");
}

TEST(PacketdrillShell, TheRestIsReported) {
  EXPECT_EQ(steps("ip tcp_metrics flush all > /dev/null 2>&1; rm -rf x && nstat | grep Foo # why"),
            "5 harmless [ip tcp_metrics flush all > /dev/null 2>&1]\n"
            "5 other [rm -rf x]\n"
            "5 other [nstat]\n"
            "5 other [grep Foo]\n");
  EXPECT_EQ(steps("/any/sysctl_restore_${PPID}.sh"), "5 harmless [/any/sysctl_restore_${PPID}.sh]\n");
  EXPECT_EQ(steps("sysctl net.ipv4.tcp_sack"), "5 other [sysctl net.ipv4.tcp_sack]\n");
  EXPECT_EQ(steps(" \n # nothing\n"), "");
}

TEST(PacketdrillShell, DefaultsAreThoseOfPacketdrill) {
  const std::vector<ShellStep> defaults = defaults_sh();
  ASSERT_FALSE(defaults.empty());
  EXPECT_EQ(defaults[0].name, "net.ipv4.tcp_rmem");
  EXPECT_EQ(defaults[0].value, "4096 540000 15728640");
}

}  // namespace
}  // namespace ringside::packetdrill
