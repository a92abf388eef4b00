#include "core/trace/json_lines.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/model/fields.h"

namespace ringside {

namespace {

using Json = nlohmann::ordered_json;

/// Adds what only events of that kind have.
void add_kind(Json& json, const Page& page, const Event& event) {
  const auto add_values = [&](Json& to) {
    for (const NamedValue& v : page.values(event)) to[v.name] = v.value;
  };
  const auto add_move = [&] {
    json["from"] = name_of(event.from);
    json["to"] = name_of(event.to);
  };
  switch (event.kind) {
    case EventKind::call:
    case EventKind::return_:
      break;
    case EventKind::decide:
      json["question"] = event.name;
      if (event.answer == 0 || event.answer == 1)
        json["answer"] = event.answer == 1;
      else
        json["answer"] = event.answer;
      json["values"] = Json::object();
      add_values(json["values"]);
      break;
    case EventKind::move:
      add_move();
      break;
    case EventKind::copy:
      add_move();
      json["bytes"] = event.answer;
      break;
    case EventKind::drop:
      add_move();
      json["reason"] = name_of(static_cast<Drop>(event.id));
      break;
    case EventKind::send:
      add_move();
      add_values(json);
      break;
    case EventKind::change:
      json["object"] = name_of(event.object);
      json["index"] = event.object_index;
      json["field"] = fields()[event.id].path;
      json["old"] = event.old_value;
      json["new"] = event.new_value;
      break;
    case EventKind::count:
      json["counter"] = name_of(static_cast<Counter>(event.id));
      json["by"] = event.answer;
      json["new"] = event.new_value;
      break;
    case EventKind::block:
    case EventKind::wake:
      json["pid"] = event.answer;
      break;
    case EventKind::irq:
      json["irq"] = event.name;
      break;
    case EventKind::note:
      json["note"] = event.name;
      json["values"] = Json::object();
      add_values(json["values"]);
      break;
  }
}

/// The rows of what was sent, met in the order of their steps.
class SentCursor {
 public:
  explicit SentCursor(const Trace& trace) : trace_(trace) {}
  void add(Json& json, StepIndex step) {
    while (next_ < trace_.sent_count() && trace_.sent(next_).step < step) ++next_;
    if (next_ >= trace_.sent_count()) return;
    const SentRow row = trace_.sent(next_);
    if (row.step != step || row.protocol != 6) return;
    json["flow"] = row.flow;
    json["seq"] = row.seq;
    json["ack"] = row.ack;
    json["win"] = row.win;
    json["len"] = row.len;
    json["flags"] = row.flags;
    json["sack"] = Json::array();
    for (std::size_t i = 0; i < row.sack_count; ++i)
      json["sack"].push_back(Json::array({row.sack[i][0], row.sack[i][1]}));
  }

 private:
  const Trace& trace_;
  std::uint32_t next_ = 0;
};

Json step_json(const Page& page, StepIndex step) {
  const Event& event = page.event(step);
  Json json;
  json["step"] = step;
  json["t_ns"] = event.t_ns;
  json["cpu"] = event.cpu;
  json["context"] = name_of(event.context);
  json["depth"] = event.depth;
  json["event"] = name_of(event.kind);
  json["function"] = name_of(event.function);
  json["packet"] = event.packet;
  if (event.sock) json["sock"] = event.sock.index;
  if (event.process) json["process"] = event.process.index;
  add_kind(json, page, event);
  return json;
}

/// What an object may have, as columns: the object's own names.
constexpr std::array kColumns{"step",     "t_ns",    "cpu",     "context", "depth", "event", "function",
                              "packet",   "sock",    "process", "from",    "to",    "bytes", "reason",
                              "question", "answer",  "values",  "object",  "index", "field", "old",
                              "new",      "counter", "by",      "pid",     "irq",   "note",  "flow",
                              "seq",      "ack",     "win",     "len",     "flags", "sack",  "protocol"};

/// RFC 4180: a cell with a comma or quotes stands in quotes, which are doubled in it.
std::string cell_of(const Json& value) {
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

std::string columns_line() {
  std::string line;
  for (const char* name : kColumns) line += (line.empty() ? "" : ",") + std::string(name);
  return line;
}

std::string csv_line(const Json& json) {
  std::string line;
  for (const char* name : kColumns) {
    if (name != kColumns.front()) line += ',';
    if (const auto found = json.find(name); found != json.end()) line += cell_of(*found);
  }
  return line;
}

}  // namespace

bool write_json_lines(const Trace& trace, const JsonLinesOptions& options,
                      const std::function<bool(const std::string&)>& line) {
  const bool csv = options.form == JsonLinesOptions::Form::csv;
  if (csv && !line(columns_line())) return false;
  StepIndex begin = 0, end = trace.step_count();
  if (options.packet != 0) {  // a packet's steps lie between its arrival and its end
    const auto row = trace.row_of(options.packet);
    if (!row || trace.packet(*row).fate < Fate::inside) return true;
    begin = trace.packet(*row).first_step;
    if (trace.packet(*row).fate != Fate::inside) end = std::min(end, trace.packet(*row).last_step + 1);
  }
  SentCursor sent(trace);
  for (StepIndex step = begin; step < end;) {
    const auto page = trace.page(trace.page_number_of(step));
    if (page == nullptr || !page->contains(step)) return false;
    for (; step < std::min(end, page->end_step()); ++step) {
      const Event& event = page->event(step);
      if (level_of(event.kind) > options.level) continue;
      if (options.packet != 0 && event.packet != options.packet) continue;
      Json json = step_json(*page, step);
      if (event.kind == EventKind::send) sent.add(json, step);
      if (!line(csv ? csv_line(json) : json.dump())) return false;
    }
  }
  return true;
}

}  // namespace ringside
