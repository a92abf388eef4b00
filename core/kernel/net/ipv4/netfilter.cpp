// net/netfilter/core.c with a small filter table: the first rule that matches gives its verdict.
#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"

namespace ringside {

namespace {

/// What a rule may ask about.
struct Subject {
  IpAddr saddr, daddr;
  std::uint8_t protocol = 0;
  std::uint16_t sport = 0, dport = 0;
};

Subject subject_of(wire::Bytes network) {
  Subject out;
  wire::Bytes l4;
  if (!network.empty() && network[0] >> 4 == 6) {
    if (const auto ip = wire::Ipv6View::parse(network)) {
      const auto upper = wire::ipv6_upper(*ip);
      out = {ip->saddr(), ip->daddr(), upper.protocol, 0, 0};
      if (upper.fragment_offset == 0) l4 = upper.payload;
    }
  } else if (const auto ip = wire::Ipv4View::parse(network)) {
    out = {ip->saddr(), ip->daddr(), ip->protocol(), 0, 0};
    if (ip->fragment_offset() == 0) l4 = wire::slice(network, ip->header_len());
  }
  const bool ports = out.protocol == wire::IPPROTO_NR_TCP || out.protocol == wire::IPPROTO_NR_UDP;
  if (ports && l4.size() >= 4) {
    out.sport = wire::load16(&l4[0]);
    out.dport = wire::load16(&l4[2]);
  }
  return out;
}

bool prefix_matches(const IpAddr& rule, std::uint8_t prefix_len, const IpAddr& addr) {
  if (rule.size() == 0) return true;
  if (rule.family() != addr.family()) return false;
  std::size_t bits = prefix_len == 0 ? rule.size() * 8 : std::min<std::size_t>(prefix_len, rule.size() * 8);
  for (std::size_t i = 0; bits > 0; ++i) {
    const std::size_t take = std::min<std::size_t>(bits, 8);
    const auto mask = static_cast<std::uint8_t>(0xff00u >> take);
    if (((rule.bytes()[i] ^ addr.bytes()[i]) & mask) != 0) return false;
    bits -= take;
  }
  return true;
}

bool matches(const NetfilterRule& rule, NfHook hook, const Subject& s) {
  if (rule.hook != hook) return false;
  if (rule.protocol != 0 && rule.protocol != s.protocol) return false;
  if (!prefix_matches(rule.saddr, rule.prefix_len, s.saddr)) return false;
  return (rule.sport == 0 || rule.sport == s.sport) && (rule.dport == 0 || rule.dport == s.dport);
}

}  // namespace

bool nf_hook(Kernel& k, NfHook hook, SkbId skb) {
  const Net& net = k.net();
  const auto here = [hook](const NetfilterRule& rule) { return rule.hook == hook; };
  const auto* end = net.rules.data() + std::min<std::size_t>(net.rule_count, net.rules.size());
  if (std::none_of(net.rules.data(), end, here)) return true;  // nf_hooks_needed: nobody has registered
  auto f = k.enter(Fn::nf_hook_slow, skb);
  const bool outgoing = hook == NF_INET_LOCAL_OUT || hook == NF_INET_POST_ROUTING;
  const Subject subject = subject_of(outgoing ? skb_pushed(k, skb) : skb_header(k, skb, k[skb].network_off));
  for (const auto* rule = net.rules.data(); rule != end; ++rule) {
    if (!matches(*rule, hook, subject)) continue;
    k.put(rule->matched, rule->matched + 1);
    const std::int64_t number = rule - net.rules.data() + 1;
    if (k.decide("netfilter_accepts", rule->accept != 0, {{"hook", hook}, {"rule", number}})) return true;
    kfree_skb_reason(k, skb, Drop::NETFILTER_DROP);
    return false;
  }
  return k.decide("netfilter_accepts", true, {{"hook", hook}, {"rule", 0}});
}

}  // namespace ringside
