#include "core/engine/frame_batch.h"

#include <algorithm>

#include "core/engine/edited_wire.h"

namespace ringside {

bool FrameReader::fill(FrameBatch& batch) {
  const std::size_t before = batch.entries.size();
  while (batch.entries.size() < FrameBatch::kFrames) {
    const auto frame = source_->at(batch.number * FrameBatch::kFrames + batch.entries.size());
    if (!frame) break;
    append(batch, *frame);
  }
  return batch.entries.size() != before;
}

void FrameReader::append(FrameBatch& batch, nic::Frame frame) {
  frame.bytes = frame.bytes.first(std::min(frame.bytes.size(), kLongest));
  FrameBatch::Entry entry;
  if (classifies_) look_at(frame, entry);
  const nic::ReceivedFrame received = as_the_nic_sees(frame);
  entry.t_ns = frame.t_ns;
  entry.number = frame.number;
  entry.len = static_cast<std::uint32_t>(received.bytes.size());
  entry.wire_len = std::max(received.wire_len, entry.len);
  entry.captured_len = static_cast<std::uint32_t>(frame.bytes.size());
  entry.offset = entry.before_edits = static_cast<std::uint32_t>(batch.bytes.size());
  batch.bytes.insert(batch.bytes.end(), received.bytes.begin(), received.bytes.end());
  if (!edits_.empty()) {
    entry.offset += entry.len;
    batch.bytes.insert(batch.bytes.end(), received.bytes.begin(), received.bytes.end());
    const auto shift = static_cast<std::int64_t>(entry.len) - static_cast<std::int64_t>(entry.captured_len);
    corrupt(edits_, frame.number, shift, std::span(batch.bytes).subspan(entry.offset, entry.len));
  }
  batch.entries.push_back(entry);
}

void FrameReader::look_at(const nic::Frame& frame, FrameBatch::Entry& entry) {
  const auto layers = nic::dissect(frame.link, frame.bytes);
  if (!layers) return;
  entry.frame_class = local_.classify(*layers);
  const bool ours = entry.frame_class == nic::FrameClass::kOutgoing;
  if (!layers->tcp || (!ours && entry.frame_class != nic::FrameClass::kIncoming)) return;
  entry.tcp = true;
  entry.flags = layers->tcp->flags();
  entry.has_data = layers->tcp_payload_len() != 0;
  entry.connection = nic::connection_key(*layers, ours).hash();
  if (record_ != nullptr) record_->add(frame, *layers, ours, entry.connection);
}

nic::ReceivedFrame FrameReader::as_the_nic_sees(const nic::Frame& frame) {
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
