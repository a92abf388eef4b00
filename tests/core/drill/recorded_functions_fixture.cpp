#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/core/drill/recorded_functions.h"

namespace ringside::drill {

namespace {

/// Fields that are compared, in the order they are told. uc_task is who, not what; truesize belongs to the
/// skb.
const std::vector<std::string> kFields{
    "st",   "owned",  "rcv_nxt", "copied",  "rcv_wup", "rcv_wnd",  "ssth",    "clamp", "rxq",      "backlog",
    "rmem", "rcvbuf", "ofo",     "ackpend", "quick",   "pingpong", "rcv_mss", "preq",  "preq_mem", "uc_len"};

std::int64_t model_value(const SocketOnEntry& s, const std::string& field) {
  const std::map<std::string, std::int64_t> values{{"st", s.st},
                                                   {"owned", s.owned},
                                                   {"rcv_nxt", s.rcv_nxt},
                                                   {"copied", s.copied},
                                                   {"rcv_wup", s.rcv_wup},
                                                   {"rcv_wnd", s.rcv_wnd},
                                                   {"ssth", s.ssth},
                                                   {"clamp", s.clamp},
                                                   {"rxq", s.rxq},
                                                   {"backlog", s.backlog},
                                                   {"rmem", s.rmem},
                                                   {"rcvbuf", s.rcvbuf},
                                                   {"ofo", s.ofo != 0 ? 1 : 0},
                                                   {"ackpend", s.ackpend},
                                                   {"quick", s.quick},
                                                   {"pingpong", s.pingpong},
                                                   {"rcv_mss", s.rcv_mss},
                                                   {"preq", s.preq},
                                                   {"preq_mem", s.preq_mem},
                                                   {"uc_len", s.uc_len}};
  return values.at(field);
}

std::string context_of(const FunctionEntry& entry) {
  switch (entry.context) {
    case Context::hardirq:
      return "hardirq";
    case Context::process:
      return "process";
    default:
      return "softirq";
  }
}

std::string told(const FunctionEntry& entry) {
  std::ostringstream out;
  out << context_of(entry) << ' ' << (entry.thread == 0 ? "packets" : "reader") << ' ' << name_of(entry.fn);
  if (entry.has_socket)
    for (const auto& field : kFields) out << ' ' << field << '=' << model_value(entry.sock, field);
  return out.str();
}

std::string told(const RecordedEntry& entry) {
  std::ostringstream out;
  out << entry.context << ' ' << entry.thread << ' ' << entry.fn;
  for (const auto& [name, value] : entry.sock) out << ' ' << name << '=' << value;
  return out.str();
}

}  // namespace

std::vector<RecordedEntry> read_recording(const std::string& path, const std::set<std::string>& left_out) {
  std::vector<RecordedEntry> all;
  std::string skipped;  // the function left out last: what it calls is left out with it
  std::ifstream in(path);
  int line = 0;
  for (std::string text; std::getline(in, text);) {
    ++line;
    const auto json = nlohmann::json::parse(text);
    RecordedEntry entry;
    entry.line = line;
    if (json.contains("in") || json.contains("out")) continue;
    const auto plain = [](std::string name) { return name.substr(0, name.find('.')); };  // ".constprop.0"
    entry.fn = plain(json.at("fn"));
    const std::string caller = plain(json.value("caller", ""));
    if (left_out.contains("under " + caller) || (!skipped.empty() && caller == skipped)) {
      skipped = entry.fn;
      continue;
    }
    skipped.clear();
    entry.context = json.at("ctx");
    entry.thread = json.at("thread");
    // The recorded host also sent a packet of its own now and then (router solicitations).
    const bool own_traffic = entry.fn == "tun_net_xmit" && entry.thread == "idle" &&
                             (all.empty() || !all.back().fn.ends_with("ip_queue_xmit"));
    if (own_traffic) continue;
    if (json.contains("sock")) {
      entry.has_socket = true;
      for (const auto& field : kFields)
        if (json["sock"].contains(field))
          entry.sock.emplace_back(field, json["sock"][field].get<std::int64_t>());
    }
    all.push_back(std::move(entry));
  }
  return all;
}

std::set<std::string> functions_left_out(const std::string& file) {
  std::set<std::string> names;
  std::ifstream in(std::string(RINGSIDE_SOURCE_DIR) + "/tests/recorded/" + file);
  for (std::string text; std::getline(in, text);) {
    if (text.empty() || text[0] == '#') continue;
    const std::size_t from = text.starts_with("under ") ? 6 : 0;
    names.insert(text.substr(0, text.find_first_of(" \t", from)));
  }
  return names;
}

std::string first_difference(const std::vector<RecordedEntry>& recorded,
                             const std::vector<FunctionEntry>& model, const std::set<std::string>& left_out) {
  std::set<std::string> known;  // what the recordings can hold at all
  for (const auto& entry : recorded) known.insert(entry.fn);
  std::vector<const RecordedEntry*> want;
  for (const auto& entry : recorded)
    if (!left_out.contains(entry.fn)) want.push_back(&entry);
  std::vector<const FunctionEntry*> got;
  bool started = false;  // recordings begin with the first packet
  for (const auto& entry : model) {
    if (entry.packet[0] != '\0') continue;
    started = started || entry.fn == Fn::tun_chr_write_iter;
    const std::string name = name_of(entry.fn);
    if (started && known.contains(name) && !left_out.contains(name)) got.push_back(&entry);
  }
  const auto story = [&](std::size_t at, const std::string& what) {
    std::ostringstream out;
    out << what << " at entry " << at << " (recording line " << (at < want.size() ? want[at]->line : -1)
        << ")\n";
    for (std::size_t i = at >= 6 ? at - 6 : 0; i < at; ++i) out << "  both:  " << told(*want[i]) << '\n';
    for (std::size_t i = at; i < at + 3; ++i) {
      if (i < want.size()) out << "  real:  " << told(*want[i]) << '\n';
      if (i < got.size()) out << "  model: " << told(*got[i]) << '\n';
    }
    return out.str();
  };
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (i >= want.size()) return story(i, "the model goes on");
    const auto& w = *want[i];
    const auto& g = *got[i];
    if (w.fn != name_of(g.fn)) return story(i, "another function");
    if (w.context != context_of(g)) return story(i, "another context");
    // Interrupts borrow whichever thread runs, also the idle one: only process context has a thread of its
    // own.
    if (w.context == "process" && w.thread != (g.thread == 0 ? "packets" : "reader"))
      return story(i, "another thread");
    for (const auto& [field, value] : w.sock)
      if (g.has_socket && !left_out.contains(field) && value != model_value(g.sock, field))
        return story(i, "another " + field);
  }
  // packetdrill closes its descriptors at the end; the script does not.
  if (got.size() < want.size() && want[got.size()]->fn != "inet_release")
    return story(got.size(), "the model stops");
  return {};
}

}  // namespace ringside::drill
