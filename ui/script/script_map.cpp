#include "ui/script/script_map.h"

#include <algorithm>

#include "ui/script/note_anchor.h"

namespace ringside::ui {

namespace pd = packetdrill;

namespace {

/// The functions by which the kernel is entered for a call of the script; empty: the model has none for it.
std::vector<std::string_view> entries_of(std::string_view call) {
  const auto begins = [call](std::string_view with) { return call.substr(0, with.size()) == with; };
  if (begins("read")) return {"sock_read_iter"};
  if (begins("recv")) return {"sock_recvmsg", "inet_recvmsg"};
  if (begins("write")) return {"sock_write_iter"};
  if (begins("send")) return {"sock_sendmsg", "inet_sendmsg"};
  if (begins("accept")) return {"inet_accept"};
  if (call == "bind") return {"inet_bind", "inet6_bind"};
  if (call == "listen") return {"inet_listen"};
  if (call == "connect") return {"inet_stream_connect"};
  if (call == "close") return {"inet_release", "inet6_release"};
  if (call == "shutdown") return {"inet_shutdown"};
  if (call == "setsockopt" || call == "getsockopt") return {"lock_sock_nested"};
  return {};
}

class Finder {
 public:
  Finder(const OpenScript& script, const Trace& trace) : script_(script), trace_(trace) {}

  std::vector<ScriptMoment> moments() {
    std::vector<ScriptMoment> all;
    const std::vector<pd::Event>& events = script_.parsed.script.events;
    for (std::size_t i = 0; i < events.size(); ++i) {
      ScriptMoment moment;
      moment.first_line = events[i].where.line;
      moment.last_line = std::max(events[i].last_line, moment.first_line);
      const std::int64_t t_ns = i < script_.moments.size() ? script_.moments[i].t_ns : -1;
      if (t_ns >= 0) find(events[i], t_ns, moment);
      all.push_back(moment);
    }
    return all;
  }

 private:
  void find(const pd::Event& event, std::int64_t t_ns, ScriptMoment& moment) {
    if (const auto* packet = std::get_if<pd::Packet>(&event.action)) {
      if (packet->direction == pd::Direction::inbound)
        arrival(moment);
      else
        departure(*packet, moment);
    } else if (const auto* call = std::get_if<pd::Syscall>(&event.action)) {
      entry(event, *call, t_ns, moment);
    } else {
      moment.reached = true;
      moment.step = std::max(last_, trace_.step_at(t_ns));
    }
    if (moment.reached) last_ = std::max(last_, moment.step);
  }

  /// The script's packets are the frames of the run, in its order.
  void arrival(ScriptMoment& moment) {
    moment.packet = ++frames_;
    const auto row = trace_.row_of(moment.packet);
    if (!row || trace_.packet(*row).fate == Fate::coming) return;
    moment.reached = true;
    moment.step = trace_.packet(*row).first_step;
  }

  /// Expected packets are those that were sent, in that order; several together may be one of the script's.
  void departure(const pd::Packet& packet, ScriptMoment& moment) {
    if (sent_ >= trace_.sent_count()) return;
    SentRow row = trace_.sent(sent_++);
    moment.reached = true;
    moment.step = row.step;
    const auto* tcp = std::get_if<pd::TcpSegment>(&packet.content);
    std::uint32_t length = row.len;
    while (tcp != nullptr && length != 0 && length < tcp->sequence.length && sent_ < trace_.sent_count()) {
      const SentRow more = trace_.sent(sent_);
      if (more.seq != row.seq + length || length + more.len > tcp->sequence.length) break;
      length += more.len;
      ++sent_;
    }
  }

  /// A call begins where its process enters the kernel; calls that the model answers without a function of
  /// its own begin where their time comes.
  void entry(const pd::Event& event, const pd::Syscall& call, std::int64_t t_ns, ScriptMoment& moment) {
    const std::vector<std::string_view> names = entries_of(call.name);
    // The moment may be the call's end: its beginning is looked for behind the event before.
    const StepIndex from = std::max(last_call_, last_);
    moment.reached = true;
    moment.step = std::min(std::max(from, trace_.step_at(t_ns)), trace_.step_count() - 1);
    constexpr std::int64_t kLate = 5000000;  // a busy CPU lets the process wait
    const auto found = trace_.find_forward(from, [&](const Page&, const Event& e) {
      return e.kind == EventKind::call && e.context == Context::process && e.depth <= 1 &&
             std::find(names.begin(), names.end(), name_of(e.function)) != names.end();
    });
    if (found && !names.empty() && trace_.step(*found)->t_ns <= t_ns + kLate) {
      moment.step = *found;
      last_call_ = *found + 1;
    }
    if (call.end) moment.until = return_of(moment.step, t_ns + *call.end - event.time.start);
  }

  /// The first step after the call that begins with `entry` has returned.
  StepIndex return_of(StepIndex entry, std::int64_t written_ns) const {
    const Event call = trace_.step(entry).event();
    if (call.kind != EventKind::call) return trace_.step_at(written_ns);
    const auto found = trace_.find_forward(entry, [&](const Page&, const Event& e) {
      return e.kind == EventKind::return_ && e.function == call.function && e.process == call.process;
    });
    return found ? *found + 1 : trace_.step_count();
  }

  const OpenScript& script_;
  const Trace& trace_;
  std::uint32_t frames_ = 0, sent_ = 0;
  StepIndex last_ = 0, last_call_ = 0;
};

}  // namespace

ScriptMap::ScriptMap(const OpenScript& script, const Trace& trace, const Summary& summary) {
  if (trace.step_count() == 0) return;
  moments_ = Finder(script, trace).moments();
  for (const pd::Directive& directive : script.parsed.script.directives) {
    if (directive.kind != pd::Directive::Kind::note) continue;
    ScriptNote note;
    note.first_line = directive.where.line;
    note.last_line = directive.where.line;
    note.text = QString::fromStdString(directive.value);
    const auto event = static_cast<std::size_t>(directive.event_index);
    const auto add = [&](StepIndex step) {
      note.reached = true;
      note.step = step;
      notes_.push_back(note);
    };
    if (directive.when) {
      for (const StepIndex step : anchor_steps(*directive.when, trace, summary)) add(step);
    } else if (event < moments_.size() && moments_[event].reached) {
      add(moments_[event].step);
    }
    if (!note.reached) notes_.push_back(note);
  }
  std::stable_sort(notes_.begin(), notes_.end(),
                   [](const ScriptNote& a, const ScriptNote& b) { return a.step < b.step; });
}

std::optional<std::size_t> ScriptMap::moment_at(StepIndex position) const {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < moments_.size(); ++i) {
    if (!moments_[i].reached || moments_[i].step >= position) continue;
    if (!best || moments_[i].step >= moments_[*best].step) best = i;
  }
  return best;
}

std::optional<std::size_t> ScriptMap::note_at(StepIndex position) const {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < notes_.size(); ++i)
    if (notes_[i].reached && notes_[i].step < position) best = i;
  return best;
}

std::optional<std::size_t> ScriptMap::moment_on_line(int line) const {
  for (std::size_t i = 0; i < moments_.size(); ++i)
    if (moments_[i].last_line >= line) return i;
  return {};
}

}  // namespace ringside::ui
