// Between a script's packets and real ones: relative numbers and live ones, ports, time stamps.
#pragma once
#include <map>
#include <optional>
#include <vector>

#include "core/machine/outgoing.h"
#include "core/scenario/packetdrill/ast.h"
#include "core/scenario/packetdrill/options.h"
#include "core/wire/address.h"
#include "core/wire/tcp.h"

namespace ringside::drill {

/// One connection of the script. "local" is the modelled host.
struct Connection {
  IpAddr local, remote;
  std::uint16_t local_port = 0, remote_port = 0;                ///< live
  std::uint16_t script_local_port = 0, script_remote_port = 0;  ///< 0: the script names none
  Seq live_local_isn = 0, script_local_isn = 0;
  Seq live_remote_isn = 0, script_remote_isn = 0;
  bool knows_local_isn = false, knows_remote_isn = false;
  std::map<std::uint32_t, std::uint32_t> ts_by_script;  ///< TS val as the script has it -> as it was sent
  std::optional<std::uint32_t> first_script_ts, first_live_ts;

  Seq to_live_local(Seq script) const { return script - script_local_isn + live_local_isn; }
  Seq to_script_local(Seq live) const { return live - live_local_isn + script_local_isn; }
};

/// A frame the host sent, read back: one segment, or part of one that segmentation offload would cut.
struct SentSegment {
  std::int64_t t_ns = 0;
  std::uint8_t ip_version = 4, protocol = 6, tos = 0, ttl = 64;
  IpAddr saddr, daddr;
  wire::TcpHeader tcp;  ///< protocol 6
  std::uint16_t payload_len = 0;
  std::uint16_t udp_source = 0, udp_dest = 0;
  std::uint8_t icmp_type = 0, icmp_code = 0;
};

/// The segments of an outgoing frame, cut at gso_size as the device's software segmentation would: PSH and
/// FIN on the last, CWR on the first.
std::vector<SentSegment> read_back(const Outgoing& frame);

/// What the script's inbound packet looks like on the wire, from the IP header on.
std::vector<std::uint8_t> build_inbound(const packetdrill::Packet& packet, const Connection& connection);
/// Sets the connection's numbers by a SYN or SYN-ACK in either direction.
void learn_inbound(const packetdrill::TcpSegment& tcp, Connection& connection);
void learn_outbound(const packetdrill::TcpSegment& script, const SentSegment& sent, Connection& connection);

/// A sent segment in the script's words (numbers, time stamps mapped back).
packetdrill::Packet in_script_terms(const SentSegment& sent, const Connection& connection);

/// The first thing in which a sent packet differs from the script's: "flags", "seq", "len", "ack", "win",
/// "urg", "options", "tos", "ttl", "protocol"; empty if none. `actual` is in_script_terms().
std::string difference(const packetdrill::Packet& expected, const packetdrill::Packet& actual,
                       const packetdrill::ScriptConfig& config, std::int64_t tolerance_ns);

}  // namespace ringside::drill
