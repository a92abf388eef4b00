#include "ui/stage/stage_source.h"

#include <algorithm>

#include "core/model/host.h"
#include "ui/stage/read_parts.h"

namespace ringside::ui {

namespace {
/// Before there is a connection, sequence numbers are shown relative to the SYN that is coming.
std::uint32_t first_isn(const StagePicture& picture) {
  for (const ChipPicture& chip : picture.wire)
    if (chip.protocol == 6 && (chip.flags & 2) != 0) return chip.seq;
  return 0;
}
}  // namespace

PictureOptions StageSource::options() const {
  PictureOptions options;
  options.summary = [this](std::uint32_t number) { return session_.summary(number).chip; };
  options.shown_sock = shown_sock_;
  options.pinned_sock = pinned_sock_;
  options.scripted = session_.script() != nullptr;
  options.wire = session_.wire_plan();
  return options;
}

StagePicture StageSource::read(const Player& player) {
  StagePicture picture = read_picture(player, options());
  shown_sock_ = picture.sock ? picture.sock->index : 0;
  if (picture.sock && picture.sock->protocol == 6 && picture.sock->flow != isn_flow_) {
    isn_flow_ = picture.sock->flow;
    isn_ = 0;
  }
  if (picture.sock && isn_ == 0) isn_ = player.host()[SockId{picture.sock->index}].tp.irs;
  if (isn_ == 0) isn_ = first_isn(picture);
  return picture;
}

std::optional<NowPicture> StageSource::now() {
  if (!session_.is_open() || !session_.is_live()) return std::nullopt;
  const Trace& trace = session_.trace();
  const StepIndex end = trace.step_count();
  const auto held = session_.held();
  NowPicture now;
  now.held = held.has_value();
  now.past = session_.player().position() != end;
  if (!held) newest_.reset();
  if (!now.held && !now.past) return std::nullopt;
  now.t_ns = trace.end_ns();
  for (const auto& [counter, n] : trace.counters())
    if (counter == Counter::rx_missed_errors) now.missed = n;
  const Nic& nic = *session_.player().host().nic;
  now.size = nic.driver == NicKind::ixgb ? nic.ring_size : 0;
  const std::int64_t noted = trace.series().end_ns();
  const auto latest = trace.series().query(SeriesId::rx_ring, noted - 1, noted, 1);
  now.used = latest.empty() ? 0 : static_cast<std::uint32_t>(latest.back().last);
  if (!held) return now;
  if (!newest_) newest_ = std::make_unique<Player>(session_.player().shared_trace());
  if (newest_->position() != end) newest_->seek(end);
  read_room(now, newest_->host());
  now.waiting = held->frames;
  constexpr std::uint64_t kListed = 16;
  for (std::uint32_t i = 0; i < std::min(held->frames, kListed); ++i)
    now.chips.push_back(session_.summary(held->first + i).chip);
  return now;
}

void StageSource::forget() {
  newest_.reset();
  isn_flow_ = isn_ = shown_sock_ = pinned_sock_ = 0;
}

}  // namespace ringside::ui
