#include "app/cli/stats.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/engine/ack_comparison.h"
#include "core/engine/conservation.h"
#include "core/nic/local_host.h"
#include "core/query/layer.h"
#include "core/words/words.h"

namespace ringside::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string endpoint(const IpAddr& address, std::uint16_t port) {
  const std::string text = address.to_string();
  return (address.is_v6() ? "[" + text + "]" : text) + ":" + std::to_string(port);
}

/// Every frame of the file is in exactly one of these.
Json frames_by_fate(const Trace& trace) {
  Json json;
  json["in_file"] = trace.packet_count();
  for (std::size_t i = 0; i < static_cast<std::size_t>(Fate::count_); ++i)
    json[name_of(static_cast<Fate>(i))] = trace.packets_of(static_cast<Fate>(i));
  return json;
}

/// read = what was not for us + injected; injected = what became of it.
Json conservation_of(const Trace& trace) {
  const Conservation c = account(trace);
  Json json;
  json["read"] = c.read;
  json["outgoing"] = c.outgoing;
  json["other_host"] = c.other_host;
  json["unreadable"] = c.unreadable;
  json["edited_out"] = c.edited_out;
  json["injected"] = c.injected;
  json["delivered"] = c.delivered;
  json["consumed"] = c.consumed;
  json["inside"] = c.inside;
  json["dropped"] = Json::object();
  for (const auto& [reason, n] : c.dropped_by_reason) json["dropped"][name_of(reason)] = n;
  json["nic_received"] = c.nic_received;
  json["nic_missed"] = c.nic_missed;
  json["adds_up"] = c.frames_add_up();
  return json;
}

/// Of the connection's own queues only: below the socket nobody knows yet whose packet it is.
Json queues_of(const FlowRow& flow) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kPlaces; ++i) {
    const auto place = static_cast<Place>(i);
    const query::Layer layer = query::layer_of(place, Fn::none);
    if (flow.entered[i] == 0 || (layer != query::Layer::socket && layer != query::Layer::user)) continue;
    json[name_of(place)] = {{"packets", flow.entered[i]}, {"highest", flow.highest[i]}};
  }
  return json;
}

const char* protocol_name(std::uint8_t protocol) {
  return protocol == 6 ? "tcp" : protocol == 17 ? "udp" : "other";
}

/// Of a connection that was there before the capture: where it was taken over, and what was assumed of it.
Json assumptions(const FlowRow& flow, const std::vector<TakenOver>& taken_over) {
  Json json = Json::object();
  for (const TakenOver& t : taken_over) {
    if (t.connects || t.local != flow.local || t.remote != flow.remote || t.local_port != flow.local_port ||
        t.remote_port != flow.remote_port)
      continue;
    json["frame"] = t.frame;
    json["rcv_nxt"] = t.rcv_nxt;
    json["snd_nxt"] = t.snd_nxt;
    json["rcv_wscale"] = t.rcv_wscale;
    json["snd_wscale"] = t.snd_wscale;
    json["options_assumed"] = t.wscale_assumed;
    json["timestamps"] = t.timestamps;
    json["unknown_bytes"] = t.unknown_bytes;
  }
  return json;
}

Json connection(const FlowRow& flow, const std::vector<DeliveredStream>& streams,
                const std::string& of_nothing, const std::vector<TakenOver>& taken_over) {
  Json json;
  json["flow"] = flow.flow;
  json["protocol"] = protocol_name(flow.protocol);
  json["local"] = endpoint(flow.local, flow.local_port);
  json["remote"] = endpoint(flow.remote, flow.remote_port);
  json["adopted"] = flow.adopted != 0;
  if (flow.adopted != 0) json["taken_over"] = assumptions(flow, taken_over);
  json["packets"] = flow.packets;
  json["dropped"] = flow.dropped;
  json["sent"] = flow.sent;
  json["bytes_delivered"] = flow.delivered;
  const auto stream =
      std::lower_bound(streams.begin(), streams.end(), flow.flow,
                       [](const DeliveredStream& s, std::uint32_t number) { return s.flow < number; });
  const bool any = stream != streams.end() && stream->flow == flow.flow;
  json["sha256"] = any ? stream->sha256 : of_nothing;
  json["places"] = queues_of(flow);
  return json;
}

}  // namespace

namespace {

constexpr std::size_t kMostDifferences = 20;  ///< told a connection; `differences` counts all

/// Where the model's acknowledgments are not those of the captured host.
Json acks_of(const AckComparison& c, bool details) {
  Json json;
  json["flow"] = c.flow;
  json["captured_segments"] = c.captured_segments;
  json["model_segments"] = c.model_segments;
  json["same"] = c.same;
  json["differences"] = c.differences.size();
  json["by_kind"] = Json::object();
  for (const AckDifference& d : c.differences) {
    Json& count = json["by_kind"][name_of(d.kind)];
    count = count.is_null() ? 1 : count.get<int>() + 1;
  }
  if (!details) return json;
  json["first_differences"] = Json::array();
  for (const AckDifference& d : c.differences) {
    if (json["first_differences"].size() == kMostDifferences) break;
    Json one;
    one["kind"] = name_of(d.kind);
    one["ack"] = d.ack;
    one["frame"] = d.captured_frame;
    one["captured"] = {{"t_ns", d.captured_ns}, {"win", d.captured_window}, {"times", d.captured_count}};
    one["model"] = {{"t_ns", d.model_ns}, {"win", d.model_window}, {"times", d.model_count}};
    json["first_differences"].push_back(one);
  }
  return json;
}

}  // namespace

namespace {

/// What comes in front of the connections.
Json head_of(const Run& run) {
  const Trace& trace = *run.trace();
  Json json;
  json["kernel"] = trace.kernel();
  json["local"] = {{"address", run.local().address.to_string()},
                   {"reason", Words::english().say("local", run.local().reason, run.local().values)}};
  json["steps"] = trace.step_count();
  json["end_ns"] = trace.end_ns();
  json["frames"] = frames_by_fate(trace);
  json["conservation"] = conservation_of(trace);
  json["sent"] = trace.sent_count();
  return json;
}

/// And what comes behind them.
Json tail_of(const Trace& trace) {
  Json json;
  json["highest"] = Json::object();
  for (std::size_t i = 0; i < static_cast<std::size_t>(SeriesId::cpu0_nic); ++i)
    json["highest"][name_of(static_cast<SeriesId>(i))] = trace.series().highest(static_cast<SeriesId>(i));
  json["drops"] = Json::object();
  for (const auto& [reason, n] : trace.drops()) json["drops"][name_of(reason)] = n;
  json["counters"] = Json::object();
  for (const auto& [counter, n] : trace.counters()) json["counters"][name_of(counter)] = n;
  return json;
}

using Take = std::function<void(const Json&)>;

void each_connection(const Run& run, const Take& take) {
  const auto streams = run.delivered();
  const std::string of_nothing = run.sha256_of_nothing();
  const auto taken_over = run.taken_over();
  run.trace()->each_flow(
      [&](const FlowRow& flow) { take(connection(flow, streams, of_nothing, taken_over)); });
}

void each_ack_comparison(const Run& run, bool details, const Take& take) {
  if (!std::holds_alternative<CaptureInput>(run.scenario().input)) return;
  compare_acks(run, [&](const AckComparison& c) { take(acks_of(c, details)); });
}

/// As Json::dump(2) lays it out, `depth` levels deep.
std::string laid_out(const Json& json, std::size_t depth) {
  std::string text;
  for (const char c : json.dump(2)) {
    text += c;
    if (c == '\n') text.append(2 * depth, ' ');  // no string has one: it is \\n there
  }
  return text;
}

void write_members(const Json& object, bool last, const Write& write) {
  std::size_t left = object.size();
  for (const auto& [name, value] : object.items())
    write("  " + Json(name).dump() + ": " + laid_out(value, 1) + (--left != 0 || !last ? ",\n" : "\n"));
}

void write_array(const char* name, const Write& write, const std::function<void(const Take&)>& each) {
  bool any = false;
  write(std::string("  \"") + name + "\": [");
  each([&](const Json& element) {
    write((any ? ",\n    " : "\n    ") + laid_out(element, 2));
    any = true;
  });
  write(any ? "\n  ],\n" : "],\n");
}

}  // namespace

void write_stats_json(const Run& run, const Write& write) {
  write("{\n");
  write_members(head_of(run), false, write);
  write_array("connections", write, [&](const Take& take) { each_connection(run, take); });
  write_array("acks", write, [&](const Take& take) { each_ack_comparison(run, true, take); });
  write_members(tail_of(*run.trace()), true, write);
  write("}\n");
}

namespace {

template <class... Values>
std::string line(const char* format, Values... values) {
  std::array<char, 512> text;
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

std::string number_list(const Json& numbers, const char* indent) {
  std::string text;
  for (const auto& [name, value] : numbers.items())
    if (value != 0) text += line("%s%-32s %12llu\n", indent, name.c_str(), value.get<unsigned long long>());
  return text;
}

std::string connection_text(const Json& c) {
  std::string text = line("\nconnection %u: %s %s from %s%s\n", c["flow"].get<unsigned>(),
                          c["protocol"].get<std::string>().c_str(), c["local"].get<std::string>().c_str(),
                          c["remote"].get<std::string>().c_str(),
                          c["adopted"].get<bool>() ? " (the capture begins in its middle)" : "");
  if (c.contains("taken_over") && !c["taken_over"].empty()) {
    const Json& t = c["taken_over"];
    text += line("  taken over at frame %u; window scale %u of ours, %u of theirs%s; timestamps %s\n",
                 t["frame"].get<unsigned>(), t["rcv_wscale"].get<unsigned>(), t["snd_wscale"].get<unsigned>(),
                 t["options_assumed"].get<bool>() ? " and SACK are assumed" : "",
                 t["timestamps"].get<bool>() ? "on" : "off");
    if (const auto unknown = t["unknown_bytes"].get<unsigned>(); unknown != 0)
      text += line(
          "  %u bytes that came before the capture, behind a hole, are not in it: reading begins behind "
          "them\n",
          unknown);
  }
  text += line("  %llu packets in, %llu dropped, %llu sent, %llu bytes read\n",
               c["packets"].get<unsigned long long>(), c["dropped"].get<unsigned long long>(),
               c["sent"].get<unsigned long long>(), c["bytes_delivered"].get<unsigned long long>());
  if (c.contains("sha256") && c["bytes_delivered"] != 0)
    text += line("  SHA-256 %s\n", c["sha256"].get<std::string>().c_str());
  for (const auto& [place, q] : c["places"].items())
    text += line("  %-24s %8llu packets, at most %u at once\n", place.c_str(),
                 q["packets"].get<unsigned long long>(), q["highest"].get<unsigned>());
  return text;
}

std::string acks_text(const Json& c) {
  const auto of_kind = [&](AckDifference::Kind kind) { return c["by_kind"].value(name_of(kind), 0u); };
  std::string text = line(
      "  connection %-6u %6u captured, %6u by the model; numbers: %u alike, %u with another window, ",
      c["flow"].get<unsigned>(), c["captured_segments"].get<unsigned>(), c["model_segments"].get<unsigned>(),
      c["same"].get<unsigned>(), of_kind(AckDifference::Kind::window));
  return text + line("%u more or less often, %u by the captured host only, %u by the model only\n",
                     of_kind(AckDifference::Kind::repeats), of_kind(AckDifference::Kind::only_captured),
                     of_kind(AckDifference::Kind::only_model));
}

}  // namespace

void write_stats_text(const Run& run, const Write& write) {
  const Json head = head_of(run);
  write(line("Linux %s; %s\n", head["kernel"].get<std::string>().c_str(),
             head["local"]["reason"].get<std::string>().c_str()));
  write(line("%llu steps in %.6f s of its time\n", head["steps"].get<unsigned long long>(),
             head["end_ns"].get<double>() / 1e9));
  write("\nframes\n" + number_list(head["frames"], "  "));
  const Json& law = head["conservation"];
  write(line("  %llu read = %llu injected + %llu sent by us + %llu of other hosts + %llu unreadable%s\n",
             law["read"].get<unsigned long long>(), law["injected"].get<unsigned long long>(),
             law["outgoing"].get<unsigned long long>(), law["other_host"].get<unsigned long long>(),
             law["unreadable"].get<unsigned long long>(),
             law["adds_up"].get<bool>() ? "" : "; FRAMES ARE MISSING: this is a fault of the program"));
  each_connection(run, [&](const Json& c) { write(connection_text(c)); });
  bool any = false;
  each_ack_comparison(run, false, [&](const Json& c) {
    if (!any) write("\nacknowledgments beside the captured host's\n");
    any = true;
    write(acks_text(c));
  });
  const Json tail = tail_of(*run.trace());
  write("\nhighest depth\n" + number_list(tail["highest"], "  "));
  write("\ndrops\n" + number_list(tail["drops"], "  "));
  write("\ncounters\n" + number_list(tail["counters"], "  "));
}

}  // namespace ringside::cli
