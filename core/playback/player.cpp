#include "core/playback/player.h"

#include <algorithm>

namespace ringside {

StackKey stack_key(const Event& event) {
  if (event.context == Context::process) return {event.process, 0, Context::process};
  // ksoftirqd goes on with what a softirq left.
  const Context context = event.context == Context::ksoftirqd ? Context::softirq : event.context;
  return {{}, event.cpu, context};
}

bool is_queue_event(const Event& event) {
  return event.kind == EventKind::move || event.kind == EventKind::drop;
}

Player::Player(std::shared_ptr<const Trace> trace) : trace_(std::move(trace)) {
  page_ = trace_->page(0);
  lost_ = page_ == nullptr;
  if (lost_) return;
  host_ = page_->start;
  stacks_ = page_->start_stacks;
}

StepView Player::last() const {
  if (position_ == 0) return {};
  if (page_ != nullptr && page_->contains(position_ - 1)) return {page_, position_ - 1};
  return trace_->step(position_ - 1);
}

StepView Player::next() const {
  if (page_ != nullptr && page_->contains(position_)) return {page_, position_};
  return trace_->step(position_);
}

std::int64_t Player::t_ns() const {
  if (const StepView step = last()) return step->t_ns;
  return page_ != nullptr ? page_->start_ns : 0;
}

std::span<const Change> Player::last_changes() const {
  if (position_ == 0 || page_ == nullptr || !page_->contains(position_ - 1)) return {};
  const std::uint32_t begin = page_->changes_begin(position_ - 1);
  return std::span(page_->journal.changes).subspan(begin, page_->changes_end(position_ - 1) - begin);
}

// --- moving

/// The page that ends at or holds `position`: one that can give the step that led there.
bool Player::open_page_of(StepIndex position) {
  const auto wanted = trace_->page_number_of(position == 0 ? 0 : position - 1);
  auto page = trace_->page(wanted);
  if (page == nullptr) {
    lost_ = true;
    return false;
  }
  page_ = std::move(page);
  host_ = page_->start;
  stacks_ = page_->start_stacks;
  position_ = page_->first_step;
  return true;
}

bool Player::seek(StepIndex position) {
  if (position == position_) return false;
  if (position > trace_->step_count()) return false;
  const auto covers = [&](StepIndex p) {  // p can be reached inside the page
    return page_ != nullptr && p >= page_->first_step && p <= page_->end_step();
  };
  if (page_ == nullptr || !covers(position) || !covers(position_)) {
    if (!open_page_of(position)) return false;
  }
  // From the page's start if that is nearer than where we are.
  if (position < position_ && position - page_->first_step < position_ - position) {
    host_ = page_->start;
    stacks_ = page_->start_stacks;
    position_ = page_->first_step;
  }
  while (position_ < position) apply(position_++);
  while (position_ > position) undo_step(--position_);
  return true;
}

void Player::apply(StepIndex step) {
  redo(host_, page_->journal, page_->changes_begin(step), page_->changes_end(step));
  track(page_->event(step), false);
}

void Player::undo_step(StepIndex step) {
  undo(host_, page_->journal, page_->changes_begin(step), page_->changes_end(step));
  track(page_->event(step), true);
}

CallStack& Player::stack_of(const StackKey& key) {
  for (CallStack& stack : stacks_)
    if (stack.key == key) return stack;
  stacks_.push_back({key, {}});
  return stacks_.back();
}

void Player::track(const Event& event, bool undo) {
  if (event.kind != EventKind::call && event.kind != EventKind::return_) return;
  CallStack& stack = stack_of(stack_key(event));
  const bool push = (event.kind == EventKind::call) != undo;
  if (push)
    stack.functions.push_back(event.function);
  else if (!stack.functions.empty())
    stack.functions.pop_back();
}

const CallStack* Player::current_stack() const {
  const StepView step = last();
  if (!step) return nullptr;
  for (const CallStack& stack : stacks_)
    if (stack.key == stack_key(*step.operator->()) && !stack.functions.empty()) return &stack;
  return nullptr;
}

// --- stepping to something

std::optional<StepIndex> Search::find(const Trace& trace, const std::atomic<bool>* cancel) const {
  if (matches) {
    const auto found =
        backward ? trace.find_backward(from, matches, cancel) : trace.find_forward(from, matches, cancel);
    if (found) return behind ? *found + 1 : *found;
    if (cancel != nullptr && cancel->load(std::memory_order_relaxed)) return std::nullopt;
  }
  return otherwise;
}

bool Player::go(const Search& search, const std::atomic<bool>* cancel) {
  const auto found = search.find(*trace_, cancel);
  return found && seek(*found);
}

Search Player::forward_search(Trace::Predicate matches) const {
  return {std::move(matches), position_, false, true, std::nullopt};
}

Search Player::back_search(Trace::Predicate matches) const {
  if (position_ < 2) return {};
  return {std::move(matches), position_ - 2, true, true, std::nullopt};
}

bool Player::forward(Level level, const std::atomic<bool>* cancel) {
  if (level == Level::decision) return forward();
  return forward_to([level](const Page&, const Event& e) { return level_of(e.kind) <= level; }, cancel);
}

bool Player::back(Level level, const std::atomic<bool>* cancel) {
  if (level == Level::decision || position_ == 0) return back();
  const auto found = trace_->find_backward(
      position_ - 1, [level](const Page&, const Event& e) { return level_of(e.kind) <= level; }, cancel);
  return found ? seek(*found) : seek(0);
}

namespace {

/// Counts a context's calls and returns until the balance is there.
struct Balance {
  StackKey key;
  int open = 0;
  bool follows(const Event& event) const {
    return stack_key(event) == key && (event.kind == EventKind::call || event.kind == EventKind::return_);
  }
};

}  // namespace

namespace {
/// Until as many calls have returned as were made. It counts as it goes: for one search only.
Trace::Predicate balanced(const StackKey& key, int open, EventKind opens) {
  return [balance = Balance{key, open}, opens](const Page&, const Event& event) mutable {
    if (!balance.follows(event)) return false;
    balance.open += event.kind == opens ? 1 : -1;
    return balance.open <= 0;
  };
}
}  // namespace

Search Player::over_search() const {
  const StepView step = next();
  if (!step) return {};
  if (step->kind != EventKind::call) return {{}, 0, false, true, position_ + 1};
  return forward_search(balanced(stack_key(step.event()), 0, EventKind::call));
}

Search Player::out_search() const {
  const CallStack* stack = current_stack();
  if (stack == nullptr) return {{}, 0, false, true, position_ + 1};
  return forward_search(balanced(stack->key, 1, EventKind::call));
}

Search Player::back_over_search() const {
  const StepView step = last();
  if (!step) return {};
  if (step->kind != EventKind::return_) return {{}, 0, true, false, position_ - 1};
  return {balanced(stack_key(step.event()), 0, EventKind::return_), position_ - 1, true, false, std::nullopt};
}

Search Player::back_out_search() const {
  const CallStack* stack = current_stack();
  if (position_ == 0) return {};
  if (stack == nullptr) return {{}, 0, true, false, position_ - 1};
  return {balanced(stack->key, 1, EventKind::return_), position_ - 1, true, false, std::nullopt};
}

namespace {
bool queue_event(const Page&, const Event& event) { return is_queue_event(event); }
bool decision(const Page&, const Event& event) { return event.kind == EventKind::decide; }
}  // namespace

bool Player::next_queue_event(const std::atomic<bool>* cancel) { return forward_to(queue_event, cancel); }
bool Player::previous_queue_event(const std::atomic<bool>* cancel) { return back_to(queue_event, cancel); }
bool Player::next_decision(const std::atomic<bool>* cancel) { return forward_to(decision, cancel); }
bool Player::previous_decision(const std::atomic<bool>* cancel) { return back_to(decision, cancel); }

namespace {
bool has_arrived(const PacketRow& row) { return row.fate >= Fate::inside; }
}  // namespace

std::optional<StepIndex> Player::arrival_after(StepIndex position) const {
  for (std::uint32_t row = row_after(position); row < trace_->packet_count(); ++row) {
    const PacketRow packet = trace_->packet(row);
    if (has_arrived(packet) && packet.first_step >= position) return packet.first_step + 1;
  }
  return std::nullopt;
}

std::optional<StepIndex> Player::arrival_before(StepIndex position) const {
  for (std::uint32_t row = row_after(position); row-- > 0;) {
    const PacketRow packet = trace_->packet(row);
    if (has_arrived(packet) && packet.first_step + 1 < position) return packet.first_step + 1;
  }
  return std::nullopt;
}

bool Player::next_packet() {
  const auto there = arrival_after(position_);
  return there && seek(*there);
}

bool Player::previous_packet() {
  const auto there = arrival_before(position_);
  return there && seek(*there);
}

/// The first row from which on packets may have arrived at or after `position`.
std::uint32_t Player::row_after(StepIndex position) const {
  // Rows of packets that arrived are in the order of their first steps; the others between them have none.
  std::uint32_t low = 0, high = trace_->packet_count();
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    std::uint32_t arrived = middle;
    while (arrived < high && !has_arrived(trace_->packet(arrived))) ++arrived;
    if (arrived < high && trace_->packet(arrived).first_step < position)
      low = arrived + 1;
    else
      high = middle;
  }
  return low;
}

}  // namespace ringside
