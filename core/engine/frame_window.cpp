#include "core/engine/frame_window.h"

#include <algorithm>
#include <cstring>

#include "core/engine/edited_wire.h"
#include "core/nic/received_frame.h"

namespace ringside {

FrameWindow::FrameWindow(std::unique_ptr<nic::FrameSource> source, const nic::LocalHost& local,
                         FrameForm form, const std::vector<WireEdit>& edits)
    : source_(std::move(source)),
      local_(local),
      form_(form),
      edits_(edits),
      arena_(kArena + kLongest + kLinkHeader) {}

const FrameWindow::Entry* FrameWindow::load(std::uint64_t index) {
  Entry& slot = slots_[index % kSlots];
  if (slot.index == index && holds(slot)) return &slot;
  return read(index, slot);
}

const FrameWindow::Entry* FrameWindow::read(std::uint64_t index, Entry& slot) {
  const auto frame = source_->at(index);
  if (!frame) return nullptr;
  captured_ = *frame;
  captured_.bytes = captured_.bytes.first(std::min(captured_.bytes.size(), kLongest));
  const nic::ReceivedFrame received = as_the_nic_sees(captured_);
  // A frame lies in one piece: it may reach beyond kArena, and the next one then begins anew.
  const std::size_t len = std::min(received.bytes.size(), kLongest + kLinkHeader);
  if (len != 0) std::memcpy(&arena_[next_ % kArena], received.bytes.data(), len);
  if (!edits_.empty()) {
    const auto shift = static_cast<std::int64_t>(len) - static_cast<std::int64_t>(captured_.bytes.size());
    corrupt(edits_, frame->number, shift, std::span(arena_).subspan(next_ % kArena, len));
  }
  slot.index = index;
  slot.position = next_;
  slot.t_ns = frame->t_ns;
  slot.number = frame->number;
  slot.len = static_cast<std::uint32_t>(len);
  slot.wire_len = std::max(received.wire_len, slot.len);
  const std::uint64_t end = next_ + std::max<std::size_t>(len, 1);
  next_ = end / kArena == next_ / kArena ? end : (next_ / kArena + 1) * kArena;
  return &slot;
}

nic::ReceivedFrame FrameWindow::as_the_nic_sees(const nic::Frame& frame) {
  const bool ethernet = form_ == FrameForm::ethernet;
  const auto is_zero = [](std::uint8_t b) { return b == 0; };
  const bool addressed = frame.link == nic::LinkType::kEthernet && frame.bytes.size() >= MacAddr::kSize &&
                         !std::all_of(frame.bytes.begin(), frame.bytes.begin() + MacAddr::kSize, is_zero);
  if (ethernet ? addressed : frame.link == nic::LinkType::kRaw) return {frame.bytes, frame.wire_len, false};
  const auto link = nic::parse_link(frame.link, frame.bytes);
  if (!link) return {frame.bytes, frame.wire_len, false};
  if (ethernet) return nic::as_received(frame, *link, local_.classify(frame), local_, scratch_);
  const auto header = static_cast<std::uint32_t>(frame.bytes.size() - link->l3.size());
  return {link->l3, frame.wire_len - header, true};
}

}  // namespace ringside
