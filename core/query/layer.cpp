#include "core/query/layer.h"

#include <array>
#include <string_view>

namespace ringside::query {

const char* name_of(Layer layer) {
  static constexpr std::array<const char*, static_cast<std::size_t>(Layer::count_)> names{
      "wire", "nic", "driver", "core", "ip", "transport", "socket", "user", "gone"};
  const auto at = static_cast<std::size_t>(layer);
  return at < names.size() ? names[at] : "?";
}

namespace {

/// By the file of the kernel tree it stands in.
Layer layer_of_function(Fn function) {
  const std::string_view file = info_of(function).file;
  const auto in = [&](std::string_view folder) { return file.substr(0, folder.size()) == folder; };
  if (in("drivers/")) return Layer::driver;
  if (in("net/ipv4/tcp") || in("net/ipv6/tcp") || in("net/ipv4/udp") || in("net/ipv6/udp") ||
      in("net/ipv4/inet_") || in("net/ipv6/inet6_"))
    return Layer::transport;
  if (in("net/ipv4/") || in("net/ipv6/") || in("net/netfilter/")) return Layer::ip;
  if (in("net/socket") || in("fs/")) return Layer::socket;
  return Layer::core;
}

}  // namespace

Layer layer_of(Place place, Fn function) {
  switch (place) {
    case Place::wire:
      return Layer::wire;
    case Place::rx_ring:
    case Place::tx_ring:
      return Layer::nic;
    case Place::napi_gro:
      return Layer::driver;
    case Place::softnet_backlog:
    case Place::qdisc:
    case Place::packet_tap:
      return Layer::core;
    case Place::ip_frag_queue:
    case Place::neigh_queue:
      return Layer::ip;
    case Place::sk_receive_queue:
    case Place::out_of_order_queue:
    case Place::prequeue:
    case Place::sk_backlog:
    case Place::udp_receive_queue:
    case Place::error_queue:
    case Place::sk_write_queue:
    case Place::tcp_rtx_queue:
    case Place::syn_queue:
    case Place::accept_queue:
      return Layer::socket;
    case Place::user_buffer:
      return Layer::user;
    case Place::freed:
    case Place::forwarded:
      return Layer::gone;
    default:
      return layer_of_function(function);
  }
}

bool Whereabouts::follow(const Event& e) {
  Place now = place;
  if (e.kind == EventKind::move || e.kind == EventKind::drop) now = e.to;
  if (e.kind == EventKind::copy && e.to == Place::user_buffer) now = e.to;
  const bool moving = now == Place::in_flight || now == Place::none;
  if (now == place && (!moving || e.kind != EventKind::call)) return false;
  const Layer then = layer_of(now, e.function);
  if (now == place && then == layer) return false;
  place = now;
  layer = then;
  return true;
}

}  // namespace ringside::query
