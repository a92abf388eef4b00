// How the session's player moves: at once, or by a search in a thread of the pool where that may take long.
#include <algorithm>
#include <chrono>
#include <future>

#include "ui/session/session.h"

namespace ringside::ui {

PacketSummary Session::summary(std::uint32_t packet) {
  return packets_ ? packets_->summary(packet) : PacketSummary{};
}

std::optional<nic::Frame> Session::frame(std::uint32_t packet) {
  return packets_ ? packets_->frame(packet) : std::nullopt;
}

std::uint32_t Session::present_packet() const {
  if (!is_open()) return 0;
  const StepView last = player_->last();
  return last ? last->packet : 0;
}

void Session::set_level(Level level) {
  if (level == level_) return;
  level_ = level;
  emit levelChanged();
}

void Session::set_speed(double steps_a_second) {
  speed_ = std::clamp(steps_a_second, 0.2, 5000.0);
  if (playing()) play(true);
}

template <class Act>
void Session::moved(Act&& act, bool animate) {
  if (!is_open()) return;
  cancel_search();
  making_page_.cancel();  // the latest wish counts
  const StepIndex before = player_->position();
  act();
  if (player_->position() == before) return;
  previous_ = before;
  const auto summary_of = [this](std::uint32_t number) { return summary(number).chip; };
  motions_ =
      animate ? motions_between(*player_, before, player_->position(), summary_of) : std::vector<Motion>{};
  std::size_t stops = 0;
  for (const Motion& motion : motions_) stops = std::max(stops, motion.stops.size());
  const double natural = std::min(1600.0, 320.0 + 110.0 * static_cast<double>(stops)) * movement_;
  animation_ms_ = static_cast<int>(playing() ? std::min(natural, 900.0 / speed_) : natural);
  if (movement_ <= 0) animation_ms_ = -1;
  emit positionChanged();
  make_pages_near();
}

void Session::seek(qulonglong position) {
  const bool near = is_open() && (position > player_->position() ? position - player_->position()
                                                                 : player_->position() - position) <= 64;
  moved([&] { player_->seek(std::min<StepIndex>(position, trace().step_count())); }, near);
}

void Session::go_soon(Target target, bool animate) {
  if (!is_open()) return;
  constexpr StepIndex kSeenToMove = 20000;
  struct There {
    std::optional<StepIndex> position;
    std::vector<std::shared_ptr<const Page>> pages;
  };
  auto ready = std::make_shared<std::promise<There>>();
  std::future<There> made = ready->get_future();
  const StepIndex here = player_->position();
  const auto arrive_at = [this, animate](const There& there) {
    if (there.position) moved([&] { player_->seek(*there.position); }, animate);
  };
  making_page_.start<There>(
      [trace = player_->shared_trace(), target = std::move(target), here, animate,
       ready](const std::atomic<bool>& cancelled) {
        There there{target(*trace), {}};
        if (there.position) {
          const StepIndex to = *there.position;
          const bool shown = animate && (to > here ? to - here : here - to) <= kSeenToMove;
          const auto page_of = [&](StepIndex position) {
            return trace->page_number_of(position > 0 ? position - 1 : 0);
          };
          const std::uint32_t first = page_of(shown ? std::min(here, to) : to);
          const std::uint32_t last = page_of(shown ? std::max(here, to) : to);
          for (std::uint32_t page = first; page <= last && !cancelled; ++page)
            there.pages.push_back(trace->page(page));
        }
        ready->set_value(there);
        return there;
      },
      arrive_at);
  constexpr auto kAtOnce = std::chrono::milliseconds(15);  // most pages are there: then it is no later
  if (made.wait_for(kAtOnce) != std::future_status::ready) return emit going();
  making_page_.cancel();
  arrive_at(made.get());
}

void Session::seek_soon(qulonglong position) {
  if (!is_open()) return;
  const StepIndex here = player_->position();
  const StepIndex wanted = std::min<StepIndex>(position, trace().step_count());
  const bool near = (wanted > here ? wanted - here : here - wanted) <= 64;
  go_soon([wanted](const Trace&) { return std::optional(wanted); }, near);
  going_to_ = making_page_.running() ? std::optional(wanted) : std::nullopt;
}

/// The next page, or going back the one before, is made while nobody waits for them.
void Session::make_pages_near() {
  const std::uint32_t at = trace().page_number_of(player_->position());
  if (at == near_page_ || making_near_.running()) return;
  near_page_ = at;
  const bool backward = previous_ > player_->position();
  const std::uint32_t near = backward ? (at > 0 ? at - 1 : at) : at + 1;
  if (near >= trace().page_count()) return;
  making_near_.start<bool>([trace = player_->shared_trace(),
                            near](const std::atomic<bool>&) { return trace->page(near) != nullptr; },
                           [](bool) {});
}

void Session::seek_packet(quint32 packet) {
  if (!is_open()) return;
  const auto row = trace().row_of(packet);
  if (!row) return;
  const PacketRow found = trace().packet(*row);
  const bool arrived = found.fate != Fate::coming && found.fate != Fate::own &&
                       found.fate != Fate::other_host && found.fate != Fate::unreadable;
  if (arrived) return seek_soon(found.first_step + 1);
  going_to_.reset();
  go_soon([at = found.t_ns](const Trace& trace) { return std::optional(trace.step_at(at)); }, false);
}

// A step by hand ends playing: who looks closer wants it to stand.
void Session::step_forward() {
  play(false);
  moved([&] { player_->forward(level_); });
}
void Session::step_back() {
  play(false);
  moved([&] { player_->back(level_); });
}
void Session::step_over() {
  play(false);
  search([this] { return player_->over_search(); });
}
void Session::step_back_over() {
  play(false);
  search([this] { return player_->back_over_search(); });
}
void Session::step_into() {
  play(false);
  moved([&] { player_->forward(); });
}
void Session::step_back_into() {
  play(false);
  moved([&] { player_->back(); });
}
void Session::step_out() {
  play(false);
  search([this] { return player_->out_search(); });
}
void Session::step_back_out() {
  play(false);
  search([this] { return player_->back_out_search(); });
}
namespace {
/// On an edited wire the rows are in the captured order: the arrival nearest to a position, in front of it or
/// not.
std::optional<StepIndex> nearest_arrival(const Trace& trace, StepIndex position, bool forward) {
  std::optional<StepIndex> best;
  for (std::uint32_t row = 0; row < trace.packet_count(); ++row) {
    const PacketRow packet = trace.packet(row);
    if (packet.fate < Fate::inside) continue;
    const StepIndex behind = packet.first_step + 1;
    if (forward ? behind <= position : behind >= position) continue;
    if (!best || (forward ? behind < *best : behind > *best)) best = behind;
  }
  return best;
}
}  // namespace

void Session::go_to_packet(bool forward) {
  if (!is_open()) return;
  play(false);
  const StepIndex from = making_page_.running() && going_to_ ? *going_to_ : player_->position();
  const auto there = wire_ != nullptr ? nearest_arrival(trace(), from, forward)
                     : forward        ? player_->arrival_after(from)
                                      : player_->arrival_before(from);
  if (!there) return;
  go_soon([to = *there](const Trace&) { return std::optional(to); }, true);
  going_to_ = making_page_.running() ? there : std::nullopt;
}

void Session::next_packet() { go_to_packet(true); }
void Session::previous_packet() { go_to_packet(false); }
namespace {
bool queue_event(const Page&, const Event& event) { return is_queue_event(event); }
bool decision(const Page&, const Event& event) { return event.kind == EventKind::decide; }
}  // namespace

void Session::next_queue_event() { search_forward(queue_event); }
void Session::previous_queue_event() { search_back(queue_event); }
void Session::next_decision() { search_forward(decision); }
void Session::previous_decision() { search_back(decision); }
void Session::next_of_packet() {
  const std::uint32_t number = followed_ != 0 ? followed_ : present_packet();
  if (number != 0) search_forward([number](const Page&, const Event& e) { return e.packet == number; });
}
void Session::previous_of_packet() {
  const std::uint32_t number = followed_ != 0 ? followed_ : present_packet();
  if (number != 0) search_back([number](const Page&, const Event& e) { return e.packet == number; });
}

void Session::run_forward() {
  if (!is_open()) return;
  if (!breakpoints_.any_enabled()) return toggle_play();
  play(false);
  search_forward(breakpoints_.predicate(), true);
}
void Session::run_back() {
  if (!is_open()) return;
  play(false);
  search_back(breakpoints_.predicate(), true);
}
void Session::to_begin() { seek_soon(0); }
void Session::to_end() {
  if (is_open()) seek_soon(trace().step_count());
}

void Session::play(bool on) {
  const bool before = playing();
  if (on && is_open()) {
    constexpr double kMostTicksASecond = 30;
    play_.start(static_cast<int>(1000.0 / std::min(speed_, kMostTicksASecond)));
    owed_steps_ = 0;
    play_clock_.start();
  } else {
    play_.stop();
  }
  if (playing() != before) emit playingChanged(playing());
}

void Session::set_loop(StepIndex from, StepIndex to) {
  if (!is_open()) return;
  to = std::min(to, trace().step_count());
  loop_ = from < to ? std::optional(std::pair(from, to)) : std::nullopt;
  emit loopChanged();
}

void Session::clear_loop() {
  if (!loop_) return;
  loop_.reset();
  emit loopChanged();
}

void Session::play_tick() {
  if (loop_ && (player_->position() >= loop_->second || player_->position() < loop_->first))
    return seek(loop_->first);
  constexpr qint64 kMostMs = 12;  // of a tick, for stepping: input and painting need the rest
  owed_steps_ += std::max(1.0, speed_ * play_.interval() / 1000.0);
  QElapsedTimer spent;
  spent.start();
  bool more = true;
  std::optional<StepIndex> hit;
  moved([&] {
    while (owed_steps_ >= 1 && more && spent.elapsed() < kMostMs) {
      const StepIndex before = player_->position();
      more = player_->forward(level_);
      owed_steps_ -= 1;
      hit = breakpoints_.first_hit(trace(), before, player_->position());
      if (hit) player_->seek(*hit + 1);
      if (hit) break;
    }
  });
  owed_steps_ = std::min(owed_steps_, speed_);
  if (hit) emit breakpointHit(breakpoints_.met_by(trace().step(*hit).event()));
  if (hit || (!more && run_->done())) play(false);
}

}  // namespace ringside::ui
