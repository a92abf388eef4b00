// Packets as a script writes them, header field by header field.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/scenario/packetdrill/where.h"

namespace ringside::packetdrill {

enum class Direction : std::uint8_t {
  inbound,   ///< `<`: arrives at the host under test
  outbound,  ///< `>`: the host must send it
};

/// `[ect0]`, `(tos 0x3)`, `[ttl 4]`, `[flowlabel 0x5]`: what the IP header holds or must hold.
struct IpInfo {
  enum class Check : std::uint8_t {
    none,   ///< the traffic class was not named
    ecn,    ///< only the two ECN bits of `tos` (RFC 3168) count: noecn 0, ect1 1, ect0 2, ce 3
    ect01,  ///< either ECT will do; only for outbound packets
    tos,    ///< all eight bits of `tos` count
  };
  Check check = Check::none;
  std::uint8_t tos = 0;
  std::optional<std::uint32_t> flow_label;  ///< 20 bits, IPv6
  std::optional<std::uint8_t> ttl;          ///< IPv4 TTL, IPv6 hop limit

  friend bool operator==(const IpInfo&, const IpInfo&) = default;
};

/// `ipv4 1.2.3.4 > 5.6.7.8:`, a header around the packet (IP in IP).
struct OuterIp {
  bool ipv6 = false;
  IpInfo info;
  std::string source;
  std::string destination;

  friend bool operator==(const OuterIp&, const OuterIp&) = default;
};

/// `1000>2000`, both in host order.
struct Ports {
  std::uint16_t source = 0;
  std::uint16_t destination = 0;

  friend bool operator==(const Ports&, const Ports&) = default;
};

/// The flag bits of a TCP header, numbered as on the wire (RFC 9293 3.1; AE: RFC 9768).
namespace tcp_flag {
inline constexpr std::uint16_t fin = 0x001;
inline constexpr std::uint16_t syn = 0x002;
inline constexpr std::uint16_t rst = 0x004;
inline constexpr std::uint16_t psh = 0x008;
inline constexpr std::uint16_t ack = 0x010;
inline constexpr std::uint16_t urg = 0x020;
inline constexpr std::uint16_t ece = 0x040;
inline constexpr std::uint16_t cwr = 0x080;
inline constexpr std::uint16_t ae = 0x100;
}  // namespace tcp_flag

/// `1001:2001(1000)`. Numbers are relative to the initial sequence number, as everywhere in a script.
struct SequenceRange {
  std::uint32_t start = 0;
  std::uint16_t length = 0;  ///< payload bytes; the written end is start + length

  friend bool operator==(const SequenceRange&, const SequenceRange&) = default;
};

struct SackBlock {
  std::uint32_t left = 0;
  std::uint32_t right = 0;

  friend bool operator==(const SackBlock&, const SackBlock&) = default;
};

struct NopOption {
  friend bool operator==(const NopOption&, const NopOption&) = default;
};
struct EndOption {
  friend bool operator==(const EndOption&, const EndOption&) = default;
};
struct SackPermittedOption {
  friend bool operator==(const SackPermittedOption&, const SackPermittedOption&) = default;
};
struct MssOption {
  std::uint16_t mss = 0;
  friend bool operator==(const MssOption&, const MssOption&) = default;
};
struct WindowScaleOption {
  std::uint8_t shift = 0;
  friend bool operator==(const WindowScaleOption&, const WindowScaleOption&) = default;
};
struct SackOption {
  std::vector<SackBlock> blocks;  ///< at least one; four fill the header
  friend bool operator==(const SackOption&, const SackOption&) = default;
};
struct TimestampOption {
  std::uint32_t val = 0;
  std::uint32_t ecr = 0;
  friend bool operator==(const TimestampOption&, const TimestampOption&) = default;
};
/// FO (RFC 7413) and FOEXP; reported as unsupported.
struct FastOpenOption {
  bool experimental = false;
  std::string cookie;  ///< hex digits, or a name that nobody defined
  friend bool operator==(const FastOpenOption&, const FastOpenOption&) = default;
};
/// RFC 2385; reported as unsupported.
struct Md5Option {
  std::string digest;  ///< hex digits
  friend bool operator==(const Md5Option&, const Md5Option&) = default;
};
/// `ECN e0b 1 ceb 2 e1b 3` (RFC 9768); reported as unsupported.
struct AccEcnOption {
  bool e1b_first = false;
  std::vector<std::uint32_t> counters;  ///< one to three of 24 bits, in the option's own order
  friend bool operator==(const AccEcnOption&, const AccEcnOption&) = default;
};

using TcpOption = std::variant<NopOption, EndOption, SackPermittedOption, MssOption, WindowScaleOption,
                               SackOption, TimestampOption, FastOpenOption, Md5Option, AccEcnOption>;

/// Bytes the option takes in the header; -1 if it holds a name that nobody defined.
int wire_length(const TcpOption& option);

struct TcpSegment {
  std::optional<Ports> ports;       ///< not written: those of the connection
  std::uint16_t flags = 0;          ///< tcp_flag bits; with `ace` the bits ece, cwr, ae are its value
  std::optional<std::uint8_t> ace;  ///< the digit 0..7 that AccECN puts in place of ECE, CWR and AE
  SequenceRange sequence;
  std::optional<std::uint32_t> ack;     ///< not written: 0
  std::optional<std::uint16_t> window;  ///< unscaled header field; not written (outbound only): not compared
  std::optional<std::uint16_t> urgent;  ///< not written: 0
  bool any_options = false;             ///< `<...>`, outbound only: options are not compared
  std::vector<TcpOption> options;       ///< in order; with padding as written

  friend bool operator==(const TcpSegment&, const TcpSegment&) = default;
};

struct UdpDatagram {
  std::optional<Ports> ports;
  std::uint16_t length = 0;  ///< payload bytes

  friend bool operator==(const UdpDatagram&, const UdpDatagram&) = default;
};

/// What an ICMP message quotes of the packet it is about.
struct IcmpEcho {
  enum class Kind : std::uint8_t { tcp, udp, raw };
  Kind kind = Kind::tcp;
  SequenceRange sequence;    ///< only for tcp
  std::uint32_t length = 0;  ///< payload bytes, for udp and raw

  friend bool operator==(const IcmpEcho&, const IcmpEcho&) = default;
};

/// `icmp unreachable frag_needed mtu 1400 [1:1001(1000)]`; for IPv6 the same word means ICMPv6.
/// icmp_names.h turns the names into numbers.
struct IcmpMessage {
  std::string type;
  std::string code;  ///< empty: 0
  std::optional<std::uint32_t> mtu;
  std::optional<std::uint16_t> echo_id;
  std::optional<IcmpEcho> quoted;  ///< not written: a TCP header with sequence number 0

  friend bool operator==(const IcmpMessage&, const IcmpMessage&) = default;
};

/// A packet under GRE, MPLS or PSP headers, kept as written; reported as unsupported.
struct OpaquePacket {
  std::string text;

  friend bool operator==(const OpaquePacket&, const OpaquePacket&) = default;
};

struct Packet {
  Direction direction = Direction::inbound;
  std::vector<OuterIp> outer;  ///< outermost first; reported as unsupported
  IpInfo ip;
  std::variant<TcpSegment, UdpDatagram, IcmpMessage, OpaquePacket> content;
  Where where;

  friend bool operator==(const Packet&, const Packet&) = default;
};

}  // namespace ringside::packetdrill
