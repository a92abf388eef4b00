#include "core/scenario/packetdrill/shell_command.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace ringside::packetdrill {
namespace {

/// One simple command: its words without quotes, and how it was written.
struct Simple {
  std::vector<std::string> words;
  std::string text;
  int line = 0;
  bool piped = false;  ///< its output feeds another command, or it is fed by one
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// Splits as a shell does, as far as sysctl lines need it: quotes, backslashes, comments, ; & | and line
/// ends.
class Splitter {
 public:
  explicit Splitter(std::string_view text, int line) : text_(text), line_(line) {}

  std::vector<Simple> split() {
    start();
    while (offset_ < text_.size()) step();
    finish(false);
    return std::move(commands_);
  }

 private:
  void step() {
    const char c = text_[offset_];
    if (c == '\\') return backslash();
    if (c == '"' || c == '\'') return quoted(c);
    if (c == '#' && !in_word_) return comment();
    if (is_blank(c)) {
      end_word();
    } else if (c == '\n' || c == ';' || c == '|' || (c == '&' && !in_redirection())) {
      return separator(c);
    } else {
      word_ += c;
      in_word_ = true;
    }
    ++offset_;
  }

  void backslash() {
    const bool line_end = offset_ + 1 < text_.size() && text_[offset_ + 1] == '\n';
    if (line_end) {
      ++line_;
      end_word();
    } else if (offset_ + 1 < text_.size()) {
      word_ += text_[offset_ + 1];
      in_word_ = true;
    }
    offset_ = std::min(offset_ + 2, text_.size());
  }

  void quoted(char quote) {
    in_word_ = true;
    for (++offset_; offset_ < text_.size() && text_[offset_] != quote; ++offset_) {
      if (text_[offset_] == '\n') ++line_;
      word_ += text_[offset_];
    }
    if (offset_ < text_.size()) ++offset_;
  }

  void comment() {
    finish(false);
    offset_ = std::min(text_.find('\n', offset_), text_.size());
    start();
  }

  /// `2>&1` and `&> file` are redirections, not the end of a command.
  bool in_redirection() const {
    const bool after = offset_ + 1 < text_.size() && text_[offset_ + 1] == '>';
    return after || (offset_ > 0 && text_[offset_ - 1] == '>');
  }

  void separator(char c) {
    const bool doubled = c != '\n' && c != ';' && offset_ + 1 < text_.size() && text_[offset_ + 1] == c;
    const bool pipe = c == '|' && !doubled;
    finish(pipe);
    if (c == '\n') ++line_;
    offset_ += doubled ? 2 : 1;
    start();
    current_.piped = pipe;
  }

  void start() {
    current_ = Simple{};
    begin_ = offset_;
    current_.line = line_;
  }

  void end_word() {
    if (in_word_) {
      if (current_.words.empty()) current_.line = line_;
      current_.words.push_back(std::move(word_));
    }
    word_.clear();
    in_word_ = false;
  }

  void finish(bool pipe) {
    end_word();
    if (current_.words.empty()) return;
    std::string_view written = text_.substr(begin_, offset_ - begin_);
    while (!written.empty() && is_blank(written.front())) written.remove_prefix(1);
    while (!written.empty() && is_blank(written.back())) written.remove_suffix(1);
    current_.text = written;
    current_.piped = current_.piped || pipe;
    commands_.push_back(std::move(current_));
  }

  std::string_view text_;
  int line_;
  std::size_t offset_ = 0;
  std::size_t begin_ = 0;
  std::string word_;
  bool in_word_ = false;
  Simple current_;
  std::vector<Simple> commands_;
};

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// `/proc/sys/net/ipv4/tcp_sack` and `net/ipv4/tcp_sack` are net.ipv4.tcp_sack.
std::string sysctl_name(std::string_view name) {
  constexpr std::string_view root = "/proc/sys/";
  if (name.starts_with(root)) name.remove_prefix(root.size());
  std::string dotted(name);
  std::ranges::replace(dotted, '/', '.');
  return dotted;
}

ShellStep step_of(ShellStep::Kind kind, const Simple& command) {
  ShellStep step;
  step.kind = kind;
  step.text = command.text;
  step.where.line = command.line;
  return step;
}

bool is_redirection(std::string_view word) { return word.find('>') != std::string_view::npos; }

/// The `name=value` words of sysctl and set_sysctls.py.
void add_settings(const Simple& command, std::vector<ShellStep>& steps) {
  std::vector<ShellStep> found;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string& word = command.words[i];
    if (is_redirection(word)) break;
    if (word.starts_with("-")) continue;
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      return steps.push_back(step_of(ShellStep::Kind::other, command));
    ShellStep& step = found.emplace_back(step_of(ShellStep::Kind::sysctl, command));
    step.name = sysctl_name(std::string_view(word).substr(0, equals));
    step.value = word.substr(equals + 1);
  }
  if (found.empty()) return steps.push_back(step_of(ShellStep::Kind::other, command));
  steps.insert(steps.end(), found.begin(), found.end());
}

/// `echo 1 > /proc/sys/net/ipv4/tcp_sack`
bool add_echo(const Simple& command, std::vector<ShellStep>& steps) {
  const std::vector<std::string>& words = command.words;
  const auto arrow = std::ranges::find(words, ">");
  if (words.front() != "echo" || words.end() - arrow != 2 || !arrow[1].starts_with("/proc/sys/"))
    return false;
  ShellStep step = step_of(ShellStep::Kind::sysctl, command);
  step.name = sysctl_name(arrow[1]);
  for (auto word = words.begin() + 1; word != arrow; ++word)
    step.value += (step.value.empty() ? "" : " ") + *word;
  steps.push_back(std::move(step));
  return true;
}

bool is_count(std::string_view text) {
  return !text.empty() && text.size() < 10 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// `tc qdisc add dev tun0 root pfifo limit 0`; without a root's name (delete) it is the default again.
bool add_qdisc(const Simple& command, std::vector<ShellStep>& steps) {
  std::vector<std::string> words = command.words;
  words.erase(std::ranges::find_if(words, is_redirection), words.end());
  if (words.size() < 6 || words[0] != "tc" || words[1] != "qdisc" || words[3] != "dev" || words[5] != "root")
    return false;
  ShellStep step = step_of(ShellStep::Kind::qdisc, command);
  step.name = "pfifo";
  if (words[2] == "delete" || words[2] == "del") {
    if (words.size() != 6) return false;
  } else if (words[2] == "add" || words[2] == "replace") {
    if (words.size() != 7 && words.size() != 9) return false;
    step.name = words[6];
    if (step.name != "pfifo" && step.name != "fq") return false;
    if (words.size() == 9 && (words[7] != "limit" || !is_count(words[8]))) return false;
    if (words.size() == 9) step.value = words[8];
  } else {
    return false;
  }
  steps.push_back(std::move(step));
  return true;
}

/// `dd bs=1 count=5 if=/dev/zero of=name`
bool add_zeros(const Simple& command, std::vector<ShellStep>& steps) {
  if (base_name(command.words.front()) != "dd") return false;
  ShellStep step = step_of(ShellStep::Kind::zeros, command);
  long size = 512, count = -1;
  bool zeros = false;
  for (const std::string& word : command.words) {
    const std::string_view value = std::string_view(word).substr(std::min(word.find('=') + 1, word.size()));
    if (word.starts_with("of=")) step.name = value;
    if (word.starts_with("if=")) zeros = value == "/dev/zero";
    if (!word.starts_with("bs=") && !word.starts_with("count=")) continue;
    if (!is_count(value)) return false;
    (word.starts_with("bs=") ? size : count) = std::stol(std::string(value));
  }
  if (!zeros || step.name.empty() || count < 0) return false;
  step.value = std::to_string(size * count);
  steps.push_back(std::move(step));
  return true;
}

bool is_harmless(const Simple& command) {
  const std::string_view name = base_name(command.words.front());
  if (name == "true" || name == ":" || name == "nstat") return true;
  if (name == "rm" && command.words.size() == 3 && command.words[1] == "-f") return true;
  if (name.starts_with("sysctl_restore_")) return true;
  return command.words.size() > 2 && name == "ip" && command.words[1] == "tcp_metrics" &&
         command.words[2] == "flush";
}

void add_steps(const Simple& command, std::vector<ShellStep>& steps) {
  const std::string_view name = base_name(command.words.front());
  if (command.piped) {
    steps.push_back(step_of(ShellStep::Kind::other, command));
  } else if (name == "sysctl" || name == "set_sysctls.py") {
    add_settings(command, steps);
  } else if (name == "defaults.sh") {
    steps.push_back(step_of(ShellStep::Kind::defaults, command));
  } else if (!add_echo(command, steps) && !add_qdisc(command, steps) && !add_zeros(command, steps)) {
    const bool harmless = is_harmless(command);
    steps.push_back(step_of(harmless ? ShellStep::Kind::harmless : ShellStep::Kind::other, command));
  }
}

}  // namespace

std::vector<ShellStep> shell_steps(const Command& command) {
  std::vector<ShellStep> steps;
  for (const Simple& simple : Splitter(command.text, command.where.line).split()) add_steps(simple, steps);
  return steps;
}

std::vector<ShellStep> defaults_sh() {
  constexpr std::pair<const char*, const char*> settings[] = {
      {"tcp_rmem", "4096 540000 15728640"},
      {"tcp_wmem", "4096 262144 4194304"},
      {"tcp_timestamps", "1"},
      {"tcp_syn_retries", "5"},
      {"tcp_synack_retries", "5"},
      {"tcp_frto", "2"},
      {"tcp_sack", "1"},
      {"tcp_dsack", "1"},
      {"tcp_fack", "0"},
      {"tcp_reordering", "3"},
      {"tcp_congestion_control", "cubic"},
      {"tcp_slow_start_after_idle", "0"},
      {"tcp_early_retrans", "4"},
      {"tcp_recovery", "1"},
      {"tcp_tso_win_divisor", "3"},
      {"tcp_ecn", "0"},
      {"tcp_ecn_option", "2"},
      {"tcp_pacing_ss_ratio", "200"},
      {"tcp_pacing_ca_ratio", "120"},
      {"tcp_notsent_lowat", "4294967295"},
      {"tcp_fastopen", "0x70403"},
      {"tcp_fastopen_key", "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4"},
      {"tcp_syncookies", "1"}};
  std::vector<ShellStep> steps;
  for (const auto& [name, value] : settings) {
    ShellStep step;
    step.kind = ShellStep::Kind::sysctl;
    step.name = std::string("net.ipv4.") + name;
    step.value = value;
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace ringside::packetdrill
