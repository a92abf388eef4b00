#include "core/nic/local_host.h"

#include <algorithm>

#include "core/nic/host_census.h"

namespace ringside::nic {
namespace {

using Addresses = std::map<IpAddr, AddressCount>;

void because(LocalHost& host, std::string reason, const IpAddr& address,
             const std::vector<std::pair<std::string, std::uint64_t>>& values = {}) {
  host.address = address;
  host.reason = std::move(reason);
  host.values = {{"address", address.to_string()}};
  for (const auto& [name, value] : values) host.values.emplace_back(name, std::to_string(value));
}

/// The address with the largest `measure`; none if there is no single one, or it is 0.
template <class Measure>
const IpAddr* single_largest(const std::vector<const Addresses::value_type*>& from, Measure measure) {
  const IpAddr* best = nullptr;
  std::uint64_t most = 0;
  for (const auto* entry : from) {
    const std::uint64_t value = measure(entry->second);
    if (value == most) best = nullptr;
    if (value <= most) continue;
    most = value;
    best = &entry->first;
  }
  return best;
}

/// Those that take part in (nearly) everything; all when nobody does, as on a mirrored port.
std::vector<const Addresses::value_type*> candidates(const HostCensus& census, bool* covers) {
  std::vector<const Addresses::value_type*> all;
  for (const auto& entry : census.addresses()) all.push_back(&entry);
  std::ranges::stable_sort(all, {}, [](const auto* e) { return ~e->second.frames; });
  const std::uint64_t top = all.front()->second.frames;
  *covers = top * 10 >= census.frames_of(all.front()->first.family()) * 9;
  if (*covers) std::erase_if(all, [top](const auto* e) { return e->second.frames * 10 < top * 9; });
  return all;
}

void choose_address(const HostCensus& census, LocalHost& host) {
  const Addresses& all = census.addresses();
  bool covers = false;
  const auto who = candidates(census, &covers);
  std::vector<const Addresses::value_type*> everyone;
  for (const auto& entry : all) everyone.push_back(&entry);
  if (const IpAddr* a = single_largest(everyone, [](const auto& c) { return c.marked_ours; })) {
    host.trust_packet_type = true;
    return because(host, "local.cooked", *a, {{"frames", all.at(*a).marked_ours}});
  }
  if (covers && who.size() == 1) {
    const IpAddr& a = who.front()->first;
    return because(host, "local.every_packet", a,
                   {{"frames", all.at(a).frames}, {"total", census.frames_of(a.family())}});
  }
  if (const IpAddr* a = single_largest(who, [](const auto& c) { return c.bytes_received; })) {
    return because(host, "local.receives", *a,
                   {{"bytes", all.at(*a).bytes_received}, {"sent", all.at(*a).bytes_sent}});
  }
  if (const IpAddr* a = single_largest(who, [](const auto& c) { return c.syns_received; })) {
    return because(host, "local.accepts", *a, {{"connections", all.at(*a).syns_received}});
  }
  because(host, "local.first", census.first_destination());
}

const MacAddr* most_common(const std::map<MacAddr, std::uint64_t>& macs) {
  const auto it = std::ranges::max_element(macs, {}, [](const auto& e) { return e.second; });
  return it == macs.end() ? nullptr : &it->first;
}

/// The MAC address behind our IP address, and the other IP addresses that only ever stand behind it.
void complete(const HostCensus& census, LocalHost& host) {
  host.addresses = {host.address};
  if (host.trust_packet_type) {
    for (const auto& [addr, count] : census.addresses()) {
      if (count.marked_ours > 0) host.addresses.insert(addr);
    }
  }
  for (const auto& [ports, count] : census.self()) {
    const bool lower = count.to_lower != count.to_higher ? count.to_lower > count.to_higher
                                                         : count.connected_to != ports.second;
    host.self_connections.insert(lower ? SelfConnection{ports.first, ports.second}
                                       : SelfConnection{ports.second, ports.first});
  }
  const auto own = census.addresses().find(host.address);
  const MacAddr* mac = own == census.addresses().end() ? nullptr : most_common(own->second.macs);
  if (!mac || mac->is_zero()) return;
  host.mac = *mac;
  for (const auto& [addr, count] : census.addresses()) {
    if (count.macs.size() == 1 && count.macs.contains(*mac)) host.addresses.insert(addr);
  }
}

HostCensus take_census(FrameSource& source, std::uint64_t max_frames) {
  HostCensus census;
  for (std::uint64_t i = 0; i < max_frames; ++i) {
    const auto frame = source.at(i);
    if (!frame) break;
    census.add(*frame);
  }
  return census;
}

std::string busiest(const Addresses& addresses) {
  std::vector<const Addresses::value_type*> all;
  for (const auto& entry : addresses) all.push_back(&entry);
  std::ranges::stable_sort(all, {}, [](const auto* e) { return ~e->second.frames; });
  std::string text;
  for (std::size_t i = 0; i < all.size() && i < 5; ++i) {
    text += (i ? ", " : "") + all[i]->first.to_string();
  }
  return text;
}

}  // namespace

LocalHost choose_local_host(FrameSource& source, std::uint64_t max_frames) {
  const HostCensus census = take_census(source, max_frames);
  LocalHost host;
  host.reason = "local.none";
  if (census.addresses().empty()) return host;
  choose_address(census, host);
  complete(census, host);
  const std::uint64_t self = census.self_frames(host.address);
  if (self * 2 > census.addresses().at(host.address).frames) {
    because(host, "local.loopback", host.address, {{"connections", census.self().size()}});
  }
  return host;
}

Result<LocalHost> explicit_local_host(FrameSource& source, const IpAddr& address, std::uint64_t max_frames) {
  HostCensus census = take_census(source, max_frames);
  for (std::uint64_t i = max_frames; !census.addresses().contains(address); ++i) {
    const auto frame = source.at(i);
    if (frame) {
      census.add(*frame);
      continue;
    }
    Error error;
    error.id = "local.not_in_capture";
    error.args = {{"address", address.to_string()}, {"seen", busiest(census.addresses())}};
    return error;
  }
  LocalHost host;
  because(host, "local.explicit", address);
  complete(census, host);
  return host;
}

}  // namespace ringside::nic
