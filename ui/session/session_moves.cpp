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

/// Under a hand that drags a slider: nothing waits for a page to be made.
void Session::seek_soon(qulonglong position) {
  if (!is_open()) return;
  const StepIndex wanted = std::min<StepIndex>(position, trace().step_count());
  using Pages = std::shared_ptr<const Page>;
  auto here = std::make_shared<std::promise<void>>();
  std::future<void> made = here->get_future();
  making_page_.start<Pages>(
      [trace = player_->shared_trace(), wanted, here](const std::atomic<bool>&) {
        Pages page = trace->page(trace->page_number_of(wanted > 0 ? wanted - 1 : 0));
        here->set_value();
        return page;
      },
      [this, wanted](const Pages&) { seek(wanted); });
  constexpr auto kAtOnce = std::chrono::milliseconds(15);  // most pages are there: then it is no later
  if (made.wait_for(kAtOnce) != std::future_status::ready) return;
  making_page_.cancel();
  seek(wanted);
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
namespace {
/// On an edited wire the rows are in the captured order: the arrival nearest to a position, in front of it or
/// not.
std::optional<StepIndex> nearest_arrival(const Player& player, bool forward) {
  const Trace& trace = player.trace();
  std::optional<StepIndex> best;
  for (std::uint32_t row = 0; row < trace.packet_count(); ++row) {
    const PacketRow packet = trace.packet(row);
    if (packet.fate < Fate::inside) continue;
    const StepIndex behind = packet.first_step + 1;
    if (forward ? behind <= player.position() : behind >= player.position()) continue;
    if (!best || (forward ? behind < *best : behind > *best)) best = behind;
  }
  return best;
}
}  // namespace

void Session::next_packet() {
  if (wire_ == nullptr) return moved([&] { player_->next_packet(); });
  if (const auto there = nearest_arrival(*player_, true)) moved([&] { player_->seek(*there); });
}
void Session::previous_packet() {
  if (wire_ == nullptr) return moved([&] { player_->previous_packet(); });
  if (const auto there = nearest_arrival(*player_, false)) moved([&] { player_->seek(*there); });
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
