// How the session's player moves: at once, or by a search in a thread of the pool where that may take long.
#include <algorithm>

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
}

void Session::seek(qulonglong position) {
  const bool near = is_open() && (position > player_->position() ? position - player_->position()
                                                                 : player_->position() - position) <= 64;
  moved([&] { player_->seek(std::min<StepIndex>(position, trace().step_count())); }, near);
}

void Session::seek_packet(quint32 packet) {
  if (!is_open()) return;
  const auto row = trace().row_of(packet);
  if (!row) return;
  const PacketRow found = trace().packet(*row);
  const bool arrived = found.fate != Fate::coming && found.fate != Fate::own &&
                       found.fate != Fate::other_host && found.fate != Fate::unreadable;
  seek(arrived ? found.first_step + 1 : trace().step_at(found.t_ns));
}

void Session::step_forward() {
  moved([&] { player_->forward(level_); });
}
void Session::step_back() {
  moved([&] { player_->back(level_); });
}
void Session::step_over() {
  search([this] { return player_->over_search(); });
}
void Session::step_back_over() {
  search([this] { return player_->back_over_search(); });
}
void Session::step_into() {
  moved([&] { player_->forward(); });
}
void Session::step_back_into() {
  moved([&] { player_->back(); });
}
void Session::step_out() {
  search([this] { return player_->out_search(); });
}
void Session::step_back_out() {
  search([this] { return player_->back_out_search(); });
}
void Session::next_packet() {
  moved([&] { player_->next_packet(); });
}
void Session::previous_packet() {
  moved([&] { player_->previous_packet(); });
}
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
void Session::to_begin() { seek(0); }
void Session::to_end() {
  if (is_open()) seek(trace().step_count());
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
