#include "ui/stage/stage_source.h"

#include "core/model/host.h"

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

void StageSource::forget() { isn_flow_ = isn_ = shown_sock_ = pinned_sock_ = 0; }

}  // namespace ringside::ui
