#include "core/nic/capture_filter.h"

#include <pcap/pcap.h>

#include <array>
#include <string_view>

namespace ringside::nic {
namespace {

/// A pcap_t that only knows a link layer: what pcap_compile() wants.
class DeadPcap {
 public:
  explicit DeadPcap(int dlt) : pcap_(pcap_open_dead(dlt, 262144)) {}
  ~DeadPcap() {
    if (pcap_) pcap_close(pcap_);
  }
  DeadPcap(const DeadPcap&) = delete;
  DeadPcap& operator=(const DeadPcap&) = delete;

  /// "" if the expression compiles; else libpcap's words.
  std::string compile(const std::string& expression, bpf_program* out) {
    if (!pcap_) return "out of memory";
    if (pcap_compile(pcap_, out, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) == 0) return {};
    const std::string words = pcap_geterr(pcap_);
    return words.empty() ? "?" : words;
  }
  bool is_syntax_error(const std::string& expression) {
    bpf_program scratch{};
    const std::string words = compile(expression, &scratch);
    if (words.empty()) pcap_freecode(&scratch);
    return words.find("syntax error") != std::string::npos;
  }

 private:
  pcap_t* pcap_;
};

/// End of the token that begins at `at`: a word, or one sign.
std::size_t token_end(const std::string& text, std::size_t at) {
  constexpr std::string_view kSigns = "()[]!<>=&|+-*/^%,";
  if (kSigns.find(text[at]) != kSigns.npos) return at + 1;
  while (at < text.size() && text[at] != ' ' && text[at] != '\t' && text[at] != '\n' &&
         kSigns.find(text[at]) == kSigns.npos) {
    ++at;
  }
  return at;
}

/// True if the grammar could go on from here: one of the endings makes the text an expression.
bool can_continue(DeadPcap& pcap, const std::string& prefix) {
  int open = 0;
  for (char c : prefix) open += (c == '(' || c == '[') ? 1 : (c == ')' || c == ']') ? -1 : 0;
  static constexpr std::array<std::string_view, 10> kEndings = {
      "", " 1", " ip", " host 1.2.3.4", " 1.2.3.4", " = 1", " 1 = 1", " 0] = 1", " ] = 1", " 1:2:3:4:5:6"};
  for (std::string_view ending : kEndings) {
    std::string text = prefix + std::string(ending);
    if (!pcap.is_syntax_error(text)) return true;
    for (int i = 0; i < open && i < 16; ++i) text += ')';
    if (open > 0 && !pcap.is_syntax_error(text)) return true;
  }
  return false;
}

/// libpcap tells that the syntax is wrong, not where: the first token after which nothing can follow.
std::size_t find_bad_token(DeadPcap& pcap, const std::string& text) {
  constexpr std::size_t kLongest = 400;  // beyond it the search would take too long to be worth it
  std::size_t at = 0;
  while (at < text.size() && at < kLongest) {
    at = text.find_first_not_of(" \t\n", at);
    if (at == std::string::npos) return text.size();
    const std::size_t end = token_end(text, at);
    if (!can_continue(pcap, text.substr(0, end))) return at;
    at = end;
  }
  return text.size();
}

}  // namespace

CaptureFilter::CaptureFilter() : program_(std::make_unique<bpf_program>()) {}

CaptureFilter::~CaptureFilter() { pcap_freecode(program_.get()); }

Result<std::shared_ptr<const CaptureFilter>> CaptureFilter::compile(const std::string& expression, int dlt) {
  DeadPcap pcap(dlt);
  std::shared_ptr<CaptureFilter> filter(new CaptureFilter);
  const std::string words = pcap.compile(expression, filter->program_.get());
  if (words.empty()) return std::shared_ptr<const CaptureFilter>(std::move(filter));
  Error error;
  error.args = {{"filter", expression}, {"detail", words}};
  if (words.find("syntax error") == std::string::npos) {
    error.id = "filter.invalid";
    return error;
  }
  const std::size_t at = find_bad_token(pcap, expression);
  error.id = "filter.syntax";
  error.column = static_cast<int>(at) + 1;
  error.args.emplace_back(
      "near", at < expression.size() ? expression.substr(at, token_end(expression, at) - at) : std::string());
  return error;
}

bool CaptureFilter::matches(wire::Bytes frame, std::uint32_t wire_len) const {
  pcap_pkthdr header{};
  header.caplen = static_cast<bpf_u_int32>(frame.size());
  header.len = wire_len;
  return pcap_offline_filter(program_.get(), &header, frame.data()) != 0;
}

}  // namespace ringside::nic
