#include "ui/session/packet_reader.h"

#include "core/nic/layers.h"

namespace ringside::ui {

namespace {

constexpr int kMostKept = 20000;

QString protocol_name(const nic::Layers& layers, std::uint16_t ethertype) {
  if (layers.ip_version == 0) {
    if (ethertype == 0x0806) return QStringLiteral("ARP");
    return QStringLiteral("0x%1").arg(ethertype, 4, 16, QLatin1Char('0'));
  }
  if (layers.fragment && !layers.has_ports()) return QStringLiteral("fragment");
  switch (layers.protocol) {
    case 1:
      return QStringLiteral("ICMP");
    case 6:
      return QStringLiteral("TCP");
    case 17:
      return QStringLiteral("UDP");
    case 58:
      return QStringLiteral("ICMPv6");
    default:
      return QStringLiteral("IP %1").arg(layers.protocol);
  }
}

PacketSummary summarize(const nic::Frame& frame) {
  PacketSummary out;
  out.number = frame.number;
  out.t_ns = frame.t_ns;
  out.wire_len = frame.wire_len;
  out.chip.packet = frame.number;
  out.chip.protocol = 0;
  out.chip.len = frame.wire_len;
  const auto layers = nic::dissect(frame.link, frame.bytes);
  if (!layers) {
    out.protocol = QStringLiteral("?");
    return out;
  }
  out.protocol = protocol_name(*layers, layers->link.protocol);
  if (layers->ip_version == 0) return out;
  out.source = QString::fromStdString(layers->saddr.to_string());
  out.destination = QString::fromStdString(layers->daddr.to_string());
  out.source_port = layers->sport();
  out.destination_port = layers->dport();
  out.chip.protocol = layers->protocol;
  if (!layers->tcp) return out;
  out.chip.seq = layers->tcp->seq();
  out.chip.flags = layers->tcp->flags();
  out.chip.len = layers->tcp_payload_len();
  out.chip.end_seq = out.chip.seq + out.chip.len + (out.chip.flags & 1) + (out.chip.flags >> 1 & 1);
  out.ack = layers->tcp->ack_seq();
  out.window = layers->tcp->window();
  return out;
}

}  // namespace

PacketReader::PacketReader(std::shared_ptr<const Run> run) : run_(std::move(run)), frames_(run_->frames()) {}

std::optional<nic::Frame> PacketReader::frame(std::uint32_t number) {
  if (frames_ == nullptr || number == 0) return std::nullopt;
  // What waits at a held host's card has no row yet; a live host's frames are numbered as they come.
  auto frame = frames_->at(run_->frame_index(number).value_or(number - 1));
  return frame && frame->number == number ? frame : std::nullopt;
}

PacketSummary PacketReader::summary(std::uint32_t number) {
  const auto known = known_.constFind(number);
  if (known != known_.constEnd()) return *known;
  const auto found = frame(number);
  if (!found) return {};
  if (known_.size() >= kMostKept) known_.clear();
  return *known_.insert(number, summarize(*found));
}

}  // namespace ringside::ui
