#include "core/query/step_condition.h"

#include <map>

#include "core/model/fields.h"

namespace ringside::query {

namespace {

enum Name : std::uint16_t {
  kFunction,
  kCall,
  kReturn,
  kEvent,
  kContext,
  kCpu,
  kPacket,
  kProcess,
  kSock,
  kTime,
  kDepth,
  kFrom,
  kTo,
  kQueue,
  kEnters,
  kLeaves,
  kDrop,
  kSend,
  kWake,
  kBlock,
  kCopy,
  kReason,
  kQuestion,
  kAnswer,
  kCounter,
  kBytes,
  kNames
};

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (std::uint16_t i = 1; i < static_cast<std::uint16_t>(Fn::count_); ++i)
    names.emplace_back(name_of(static_cast<Fn>(i)));
  return names;
}

template <class Enum>
std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Enum::count_); ++i)
    names.emplace_back(name_of(static_cast<Enum>(i)));
  return names;
}

std::vector<std::string> event_names() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(EventKind::note); ++i)
    names.emplace_back(name_of(static_cast<EventKind>(i)));
  return names;
}

/// Queues by the names of their places; what counts packets in each.
const std::map<std::string, std::vector<std::string>>& lengths() {
  static const std::map<std::string, std::vector<std::string>> all{
      {"sock.tp.out_of_order_queue.count", {"out_of_order_queue.len"}},
      {"sock.receive_queue.qlen", {"sk_receive_queue.len", "receive_queue.len"}},
      {"sock.backlog.qlen", {"sk_backlog.len"}},
      {"sock.tp.ucopy.prequeue.qlen", {"prequeue.len"}},
      {"sock.write_queue.qlen", {"sk_write_queue.len"}},
      {"sock.rtx_queue.count", {"tcp_rtx_queue.len"}},
      {"sock.accept_queue.qlen", {"accept_queue.len"}},
      {"nic.ring_used", {"rx_ring.len"}},
      {"cpu.input_pkt_queue.qlen", {"softnet_backlog.len"}}};
  return all;
}

/// "sock.tp.rcv_nxt", also without the object, and by its last part alone where that is nobody else's.
void add_fields(Vocabulary& v) {
  std::map<std::string, int> last_parts;
  for (const FieldInfo& info : fields())
    if (info.path != nullptr) ++last_parts[info.name];
  for (const FieldInfo& info : fields()) {
    Field field;
    if (info.path == nullptr) {  // number 0: no field
      v.push_back(field);
      continue;
    }
    field.name = std::string(name_of(info.object)) + '.' + info.path;
    field.edge = true;
    field.aliases.emplace_back(info.path);
    if (last_parts[info.name] == 1) field.aliases.emplace_back(info.name);
    const auto queue = lengths().find(field.name);
    if (queue != lengths().end()) {  // the name people look for stands first
      field.aliases.push_back(field.name);
      field.aliases.insert(field.aliases.end(), queue->second.begin(), queue->second.end());
      field.name = queue->second.front();
    }
    v.push_back(std::move(field));
  }
}

Vocabulary make_vocabulary() {
  Vocabulary v(kNames);
  const auto set = [&](Name at, const char* name, Type type, std::vector<std::string> choices = {}) {
    v[at] = {name, type, std::move(choices), false, {}};
  };
  set(kFunction, "function", Type::word, function_names());
  set(kCall, "call", Type::word, function_names());
  set(kReturn, "return", Type::word, function_names());
  set(kEvent, "event", Type::word, event_names());
  set(kContext, "context", Type::word, all_names<Context>());
  set(kCpu, "cpu", Type::number);
  set(kPacket, "packet", Type::number);
  set(kProcess, "process", Type::number);
  set(kSock, "sock", Type::number);
  set(kTime, "time", Type::time);
  set(kDepth, "depth", Type::number);
  set(kFrom, "from", Type::word, all_names<Place>());
  set(kTo, "to", Type::word, all_names<Place>());
  set(kQueue, "queue", Type::word, all_names<Place>());
  set(kEnters, "enters", Type::word, all_names<Place>());
  set(kLeaves, "leaves", Type::word, all_names<Place>());
  set(kDrop, "drop", Type::flag);
  set(kSend, "send", Type::flag);
  set(kWake, "wake", Type::flag);
  set(kBlock, "block", Type::flag);
  set(kCopy, "copy", Type::flag);
  set(kReason, "reason", Type::word, all_names<Drop>());
  set(kQuestion, "question", Type::word);
  set(kAnswer, "answer", Type::number);
  set(kCounter, "counter", Type::word, all_names<Counter>());
  set(kBytes, "bytes", Type::number);
  add_fields(v);
  return v;
}

bool moves(const Event& e) { return e.kind == EventKind::move || e.kind == EventKind::drop; }

FieldValue place_value(Name name, const Event& e) {
  if (name == kQueue)
    return moves(e) ? FieldValue::of_words(name_of(e.from), name_of(e.to)) : FieldValue::none();
  if (!moves(e) && e.kind != EventKind::copy && e.kind != EventKind::send) return FieldValue::none();
  if ((name == kEnters || name == kLeaves) && !moves(e)) return FieldValue::none();
  return FieldValue::of_word(name_of(name == kFrom || name == kLeaves ? e.from : e.to));
}

FieldValue read_step(Name name, const Event& e) {
  const auto flag = [&](EventKind kind) { return FieldValue::of(e.kind == kind ? 1 : 0); };
  const auto only = [&](EventKind kind, FieldValue value) {
    return e.kind == kind ? value : FieldValue::none();
  };
  const auto function = [&] { return FieldValue::of_word(name_of(e.function)); };
  switch (name) {
    case kFunction:
      return e.function != Fn::none ? function() : FieldValue::none();
    case kCall:
      return only(EventKind::call, function());
    case kReturn:
      return only(EventKind::return_, function());
    case kEvent:
      return FieldValue::of_word(name_of(e.kind));
    case kContext:
      return FieldValue::of_word(name_of(e.context));
    case kCpu:
      return FieldValue::of(e.cpu);
    case kPacket:
      return e.packet != 0 ? FieldValue::of(e.packet) : FieldValue::none();
    case kProcess:
      return e.process ? FieldValue::of(e.process.index) : FieldValue::none();
    case kSock:
      return e.sock ? FieldValue::of(e.sock.index) : FieldValue::none();
    case kTime:
      return FieldValue::of(e.t_ns);
    case kDepth:
      return FieldValue::of(e.depth);
    case kFrom:
    case kTo:
    case kQueue:
    case kEnters:
    case kLeaves:
      return place_value(name, e);
    case kDrop:
      return flag(EventKind::drop);
    case kSend:
      return flag(EventKind::send);
    case kWake:
      return flag(EventKind::wake);
    case kBlock:
      return flag(EventKind::block);
    case kCopy:
      return flag(EventKind::copy);
    case kReason:
      return only(EventKind::drop, FieldValue::of_word(name_of(static_cast<Drop>(e.id))));
    case kQuestion:
      return only(EventKind::decide, FieldValue::of_word(e.name != nullptr ? e.name : ""));
    case kAnswer:
      return only(EventKind::decide, FieldValue::of(e.answer));
    case kCounter:
      return only(EventKind::count, FieldValue::of_word(name_of(static_cast<Counter>(e.id))));
    case kBytes:
      return only(EventKind::copy, FieldValue::of(e.answer));
    default:
      return FieldValue::none();
  }
}

}  // namespace

const Vocabulary& step_vocabulary() {
  static const Vocabulary vocabulary = make_vocabulary();
  return vocabulary;
}

Result<StepCondition> StepCondition::parse(std::string_view text) {
  auto parsed = Expression::parse(text, step_vocabulary());
  if (!parsed) return parsed.error();
  if (parsed->empty()) {
    Error error;
    error.id = "query.empty";
    error.column = 1;
    return error;
  }
  StepCondition condition;
  condition.text_ = text;
  condition.expression_ = std::move(*parsed);
  return condition;
}

bool StepCondition::matches(const Event& e) const {
  return expression_.matches([&e](std::uint16_t field) -> FieldValue {
    if (field >= kNames) {
      const bool changed = e.kind == EventKind::change && e.id == field - kNames;
      return changed ? FieldValue::change(e.old_value, e.new_value) : FieldValue::none();
    }
    return read_step(static_cast<Name>(field), e);
  });
}

}  // namespace ringside::query
