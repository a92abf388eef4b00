// What is kept of every packet, connection and remarkable moment for the whole run: columns, read by lists
// and charts without running anything again.
#pragma once
#include <array>
#include <cstdint>

#include "core/model/counters.h"
#include "core/model/enums.h"
#include "core/trace/page.h"
#include "core/wire/address.h"

namespace ringside {

/// What became of a frame.
enum class Fate : std::uint8_t {
  coming,      ///< not yet arrived
  own,         ///< sent by our host in the capture: laid beside what the model sends, never injected
  other_host,  ///< between other hosts: not injected
  unreadable,  ///< cut inside its link header: not injected
  inside,      ///< in one of the places when the run ended (or so far)
  delivered,   ///< payload of it was given to an application
  consumed,    ///< carried no (new) payload, did its work and was freed
  dropped,     ///< freed with a reason
  count_,
};
const char* name_of(Fate fate);

/// One frame of the input, in the order of the input.
struct PacketRow {
  std::int64_t t_ns = 0;     ///< when it was on the wire, since the run's start
  std::uint32_t number = 0;  ///< its number in the file, from 1
  std::uint32_t wire_len = 0;
  StepIndex first_step = 0;         ///< its arrival; only if it arrived
  StepIndex last_step = 0;          ///< the last step that moved, dropped, freed or delivered it
  std::int64_t delivered_ns = -1;   ///< its last byte reached the application; -1: none did
  std::uint32_t delivered_len = 0;  ///< bytes of it that reached the application
  std::uint32_t flow = 0;           ///< connection number of the run, 0: none
  Fate fate = Fate::coming;
  Drop reason = Drop::none;
  Place place = Place::none;  ///< where it is (was last)
  std::uint32_t places = 0;   ///< bit mask of the places it has been in
  bool was_in(Place p) const { return (places >> static_cast<unsigned>(p) & 1u) != 0; }
};

/// One frame that the model's host sent.
struct SentRow {
  std::int64_t t_ns = 0;
  StepIndex step = 0;
  std::uint32_t flow = 0;
  std::uint32_t seq = 0, ack = 0;
  std::uint32_t win = 0;      ///< bytes, scaled
  std::uint32_t len = 0;      ///< payload bytes
  std::uint16_t flags = 0;    ///< as TcpCb::tcp_flags; 0 and protocol != 6: not TCP
  std::uint8_t protocol = 0;  ///< IPPROTO_*, 0: not IP
  std::uint8_t sack_count = 0;
  std::uint32_t before = 0;  ///< row of the one before it on the connection, counted from 1; 0: none
  std::array<std::array<std::uint32_t, 2>, 4> sack{};
};

enum class MarkerKind : std::uint8_t { drop, out_of_order, zero_window, prune, time_squeeze, reset, count_ };
const char* name_of(MarkerKind kind);

/// A moment worth a mark on the timeline.
struct Marker {
  std::int64_t t_ns = 0;
  StepIndex step = 0;
  std::uint32_t packet = 0;  ///< frame number
  std::uint32_t flow = 0;
  MarkerKind kind = MarkerKind::drop;
  Drop reason = Drop::none;
  std::uint16_t unused[3] = {};
};

inline constexpr std::size_t kPlaces = static_cast<std::size_t>(Place::count_);

/// One connection (or UDP socket) of the modelled host.
struct FlowRow {
  std::uint32_t flow = 0;
  std::uint8_t family = 4, protocol = 6;
  IpAddr local, remote;
  std::uint16_t local_port = 0, remote_port = 0;
  std::uint8_t adopted = 0;       ///< the capture begins in its middle
  std::uint32_t latest_sent = 0;  ///< the last of its SentRows, counted from 1; 0: none
  StepIndex first_step = 0;
  std::int64_t first_ns = 0;
  std::uint64_t packets = 0;                     ///< frames that arrived for it
  std::uint64_t delivered = 0;                   ///< bytes given to the application
  std::uint64_t dropped = 0;                     ///< frames
  std::uint64_t sent = 0;                        ///< frames
  std::array<std::uint32_t, kPlaces> depth{};    ///< skbs in each place now
  std::array<std::uint32_t, kPlaces> highest{};  ///< and at most
  std::array<std::uint64_t, kPlaces> entered{};  ///< and in all
};

}  // namespace ringside
