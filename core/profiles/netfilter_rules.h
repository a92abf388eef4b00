// The filter table as a user writes it, in the order of words that nft has.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/net.h"

namespace ringside {

inline constexpr std::size_t kMostNetfilterRules = 16;  ///< Net::rules

/// "none", or rules separated by ';', the first match counts:
///   prerouting|input|output|postrouting [tcp|udp|icmp|icmpv6] [saddr ADDRESS[/BITS]] [sport N] [dport N]
///   accept|drop
/// nullopt: `wrong` is the word that does not fit there, `expected` what would.
std::optional<std::vector<NetfilterRule>> parse_netfilter_rules(std::string_view text, std::string& wrong,
                                                                std::string& expected);
/// As parse_netfilter_rules() takes it.
std::string print_netfilter_rules(const std::vector<NetfilterRule>& rules);

}  // namespace ringside
