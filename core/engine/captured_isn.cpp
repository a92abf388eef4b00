#include "core/engine/captured_isn.h"

#include <algorithm>

namespace ringside {

namespace {
/// An application that connects may do so a little before the captured SYN (see arrivals.cpp).
constexpr std::int64_t kCloseTo = 100'000;

/// Where the capture shows none.
IsnPolicy::Choice of_its_own(const IsnPolicy::Connection& c) {
  const auto seed = c.saddr.hash() * 31 + c.daddr.hash() + c.sport * 65537u + c.dport;
  return {.isn = static_cast<Seq>((seed + c.syn_packet) * 0x9e3779b97f4a7c15ull >> 32)};
}
}  // namespace

void CapturedIsn::sent_syn(const nic::Layers& layers, std::uint32_t number, std::int64_t t_ns,
                           std::uint32_t known_from) {
  const wire::TcpView& tcp = *layers.tcp;
  const wire::TcpOptions options = wire::parse_tcp_options(tcp.options());
  Syn syn;
  syn.number = number;
  syn.known_from = known_from;
  syn.t_ns = t_ns;
  syn.is_answer = tcp.ack();
  syn.choice = {.isn = tcp.seq(),
                .has_tsval = options.saw_tstamp,
                .tsval = options.ts_val,
                .has_wscale = options.wscale.has_value(),
                .wscale = std::min(options.wscale.value_or(0), wire::TCP_MAX_WSCALE)};
  const std::lock_guard lock(mutex_);
  syns_.insert({{layers.saddr, layers.daddr, tcp.source(), tcp.dest()}, syn});
}

void CapturedIsn::assume(const AdoptedConnection& answered, std::int64_t t_ns) {
  Syn syn;
  syn.t_ns = t_ns;
  syn.choice = {.isn = answered.snd_nxt - 1,
                .has_tsval = answered.tstamp_ok,
                .tsval = answered.tsval,
                .has_wscale = false,
                .wscale = 0};
  const Tuple& t = answered.tuple;
  const std::lock_guard lock(mutex_);
  syns_.insert({{t.saddr, t.daddr, t.sport, t.dport}, syn});
}

IsnPolicy::Choice CapturedIsn::answer(const Connection& c, const Key& key) const {
  const auto [first, last] = syns_.equal_range(key);
  for (auto it = first; it != last; ++it)
    if (const Syn& syn = it->second;
        syn.is_answer && syn.number > c.syn_packet && syn.known_from <= c.syn_packet)
      return syn.choice;
  return of_its_own(c);
}

IsnPolicy::Choice CapturedIsn::opening(const Connection& c, const Key& key) const {
  const auto [known, fresh] = chosen_.try_emplace({key, c.now_ns});
  if (!fresh) return known->second;
  known->second = of_its_own(c);
  const auto [first, last] = syns_.equal_range(key);
  for (auto it = first; it != last; ++it)
    if (const Syn& syn = it->second; !syn.is_answer && syn.t_ns <= c.now_ns + kCloseTo)
      known->second = syn.choice;
  return known->second;
}

IsnPolicy::Choice CapturedIsn::choose(const Connection& c) const {
  const Key key{c.saddr, c.daddr, c.sport, c.dport};
  const std::lock_guard lock(mutex_);
  return c.syn_packet != 0 ? answer(c, key) : opening(c, key);
}

}  // namespace ringside
