#include "core/profiles/netfilter_rules.h"

#include <array>
#include <charconv>

namespace ringside {

namespace {

constexpr std::array<const char*, 4> kChains{"prerouting", "input", "output", "postrouting"};  // hooks 1 to 4
struct Protocol {
  const char* name;
  std::uint8_t number;
};
constexpr std::array<Protocol, 4> kProtocols{{{"tcp", 6}, {"udp", 17}, {"icmp", 1}, {"icmpv6", 58}}};

class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}
  /// "" at the end; ';' is a word of its own.
  std::string_view next() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    std::size_t n = 0;
    if (!rest_.empty() && rest_.front() == ';')
      n = 1;
    else
      while (n < rest_.size() && !is_space(rest_[n]) && rest_[n] != ';') ++n;
    const std::string_view word = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return word;
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t'; }
  std::string_view rest_;
};

std::optional<std::uint32_t> number(std::string_view text, std::uint32_t most) {
  std::uint32_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size() || text.empty() || value > most)
    return std::nullopt;
  return value;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : words_(text) { advance(); }
  std::string wrong, expected;

  bool rule(NetfilterRule& rule) {
    for (std::size_t i = 0; i < kChains.size(); ++i)
      if (word_ == kChains[i]) rule.hook = static_cast<std::uint8_t>(i + 1);
    if (rule.hook == 0) return fail("prerouting, input, output or postrouting");
    advance();
    while (word_ != "accept" && word_ != "drop")
      if (!match(rule)) return false;
    rule.accept = word_ == "accept" ? 1 : 0;
    advance();
    return true;
  }
  bool at_end() const { return word_.empty(); }
  /// Behind a rule: another one comes, or nothing.
  bool separator() {
    if (at_end()) return true;
    if (word_ != ";") return fail("';'");
    advance();
    return true;
  }
  bool fail(const char* what) {
    wrong = word_;
    expected = what;
    return false;
  }

 private:
  void advance() { word_ = words_.next(); }
  bool match(NetfilterRule& rule) {
    for (const Protocol& protocol : kProtocols)
      if (word_ == protocol.name) {
        rule.protocol = protocol.number;
        advance();
        return true;
      }
    if (word_ == "saddr") return address(rule);
    if (word_ == "sport") return port(rule.sport);
    if (word_ == "dport") return port(rule.dport);
    return fail("tcp, udp, icmp, icmpv6, saddr, sport, dport, accept or drop");
  }
  bool port(std::uint16_t& port) {
    advance();
    const auto value = number(word_, 65535);
    if (!value || *value == 0) return fail("a port");
    port = static_cast<std::uint16_t>(*value);
    advance();
    return true;
  }
  bool address(NetfilterRule& rule) {
    advance();
    const std::size_t slash = word_.find('/');
    const auto address = IpAddr::parse(word_.substr(0, slash));
    if (!address) return fail("an address");
    rule.saddr = *address;
    if (slash != std::string_view::npos) {
      const auto bits = number(word_.substr(slash + 1), static_cast<std::uint32_t>(address->size() * 8));
      if (!bits || *bits == 0) return fail("an address with the length of its prefix");
      rule.prefix_len = static_cast<std::uint8_t>(*bits);
    }
    advance();
    return true;
  }

  Words words_;
  std::string_view word_;
};

}  // namespace

std::optional<std::vector<NetfilterRule>> parse_netfilter_rules(std::string_view text, std::string& wrong,
                                                                std::string& expected) {
  std::vector<NetfilterRule> rules;
  if (text == "none") return rules;
  Reader reader(text);
  bool good = true;
  do {
    if (rules.size() == kMostNetfilterRules) good = reader.fail("at most 16 rules");
    good = good && reader.rule(rules.emplace_back()) && reader.separator();
  } while (good && !reader.at_end());
  if (good) return rules;
  wrong = reader.wrong;
  expected = reader.expected;
  return std::nullopt;
}

std::string print_netfilter_rules(const std::vector<NetfilterRule>& rules) {
  std::string text;
  for (const NetfilterRule& rule : rules) {
    text += text.empty() ? "" : "; ";
    text += kChains[rule.hook - 1u];
    for (const Protocol& protocol : kProtocols)
      if (protocol.number == rule.protocol) text += std::string(" ") + protocol.name;
    if (rule.saddr.size() != 0) text += " saddr " + rule.saddr.to_string();
    if (rule.prefix_len != 0) text += "/" + std::to_string(rule.prefix_len);
    if (rule.sport != 0) text += " sport " + std::to_string(rule.sport);
    if (rule.dport != 0) text += " dport " + std::to_string(rule.dport);
    text += rule.accept != 0 ? " accept" : " drop";
  }
  return text.empty() ? "none" : text;
}

}  // namespace ringside
