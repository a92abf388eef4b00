#include "tests/core/scenario/packetdrill/samples.h"

namespace ringside::packetdrill::testing {
namespace {

constexpr std::string_view handshake_and_read = R"(//@ title: Two segments change places
//@ summary: 7 and 8 come first,
//@+ so the queue for what is out of order fills.
//@ kernel: linux-4.13
//@ set cpu.cost_percent=200
//@ app reader delay=2ms chunk=1000
--tolerance_usecs=12000
--ip_version=ipv4
--define=CHUNK=1000

`sysctl -qw net.ipv4.tcp_rmem="4096 87380 6291456"
sysctl -qw net.ipv4.tcp_sack=1`

   0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3 // the listener
  +0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
  +0 bind(3, ..., ...) = 0
  +0 listen(3, 1) = 0
+0.1 < S 0:0(0) win 32792 <mss 1460,nop,nop,sackOK,nop,wscale 7>
  +0 > S. 0:0(0) ack 1 win 29200 <mss 1460,nop,nop,sackOK,nop,wscale 7>
 +.1 < . 1:1(0) ack 1 win 257
+.02 accept(3, ..., ...) = 4
//@ note when tcp_data_queue_ofo seq=2001 #2: here it is parked
+0...0.2 read(4, ..., CHUNK) = 1000
+.01 < P. 1:1001(1000) ack 1 win 257 /* in order */
  +0 > . 1:1(0) ack 1001 <nop,nop,sack 3001:4001 5001:6001>
+0 read(4, ..., 10) = -1 EAGAIN (Resource temporarily unavailable)
//@ note: the end
`true`
)";

constexpr std::string_view packets = R"(
0.000 < [ect0] SEW 0:0(0) win 65535 <mss 1000,sackOK,TS val 100 ecr 0,nop,wscale 8>
0.1~0.2 > [tos 0x3] S. 0:0(0) ack 1 <...>
+0.1~+0.25 > 8080>4000 FP.5 1:11(10) ack 1 win 5 urg 3
* > [ect01] . 1:1(0) ack 1
+0 < - 1:1(0) win 0
+0 < [ect1, flowlabel 0xabcde] RU. 1:1(0) ack 2 win 1 <eol,nop,nop,nop>
+0 < (ttl 3) udp 1>2 (100)
+0 > udp (65535)
+0 < icmp unreachable frag_needed mtu 1400 [1:1001(1000)]
+0 < icmp echo_request id 7
+0 < icmp time_exceeded exceeded_hop_limit [udp (12)]
+0 < icmp type_42 code_7 [raw (64)]
+0 < . 1:1(0) ack 1 win 1 <FO 0011,nop,nop,FOEXP,md5 00112233445566778899aabbccddeeff>
+0 < . 1:1(0) ack 1 win 1 <ECN e1b 1 ceb 2 e0b 3,nop>
+0 > ipv4 1.2.3.4 > 5.6.7.8: ipv6 [noecn] fd::1 > ::ffff:1.2.3.4: . 1:1(0) ack 1
+0 > gre flags [none], sum 0, off 0, key=1, seq 2: . 1:1(0) ack 1
+0 < mpls (label 1, tc 0, [S], ttl 64): . 1:1(0) ack 1 win 4
+0 > encap psp spi 23 P. 501:1001(500) ack 501
)";

constexpr std::string_view calls = R"(#!/usr/bin/env packetdrill
0 connect(3, {sa_family = AF_INET, sin_port = htons(8080), sin_addr = inet_addr("192.0.2.1")}, ...) = 0
+0 fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)
+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0
+0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0
+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLOUT}, {fd=5, events=0}], 2, 100) = 1
+0 epoll_ctl(3, EPOLL_CTL_ADD, 4, {events=EPOLLIN|EPOLLET, fd=4}) = 0
+0 epoll_wait(3, {events=EPOLLIN, u64=0xffff}, 1, 0) = 1
+0 sendmsg(4, {msg_name(...)=..., msg_iov(2)=[{..., 10}, {..., 20}], msg_flags=0}, MSG_MORE) = 30
+0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{...,0}], msg_flags=MSG_ERRQUEUE|MSG_TRUNC,
               msg_control=[{cmsg_level=SOL_SOCKET, cmsg_type=SCM_TIMESTAMPING,
                             cmsg_data={scm_sec=0,scm_nsec=20000000}},
                            {cmsg_level=SOL_IP, cmsg_type=IP_RECVERR,
                             cmsg_data={ee_errno=ENOMSG, ee_origin=4, ee_type=0, ee_code=0, ee_info=2,
                                        ee_data=1}}]}, MSG_ERRQUEUE) = 0
+0 setsockopt(3, SOL_TCP, TCP_CONGESTION, "cu" "bic\n", 5) = 0
+0 getsockopt(3, SOL_TCP, TCP_CONGESTION, "cubic"..., [5]) = 0
+0 write(4, "", 0) = -1 EPIPE (Broken pipe) (again)
+0 bind(3, inet6_addr("fd::1"), NAME = A | B) = -1
+0 set(3, {}, {(label 1, tc 2, ttl 3)}, {flags [none], sum 1}, [], [[1], {2}]) = 0
+0 `ip tcp_metrics flush all > /dev/null 2>&1`
)";

constexpr std::string_view code = R"(
0 %{ assert tcpi_rcv_mss == 1000, tcpi_rcv_mss }%
+0 %{
print(tcpi_snd_cwnd); cwnd = 10  # a comment
cwnd += 1
assert (tcpi_options & TCPI_OPT_SACK) != 0 and not 0x10 <= tcpi_rtt < 5 * (cwnd - 1), \
       'srtt=%d us' % tcpi_rtt
for i in range(3):
  print(i)
assert min(1, 2) == -~0 << 1 | 7 ^ 2 // 1 % 3
pass
}%
+0 %{}%
)";

}  // namespace

const std::vector<Sample>& samples() {
  static const std::vector<Sample> all = {
      {"handshake_and_read", handshake_and_read}, {"packets", packets}, {"calls", calls}, {"code", code}};
  return all;
}

}  // namespace ringside::packetdrill::testing
