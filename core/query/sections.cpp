#include "core/query/sections.h"

#include <algorithm>
#include <array>

#include "core/nic/layers.h"

namespace ringside::query {

namespace {

using Kind = Section::Kind;

class Cutter {
 public:
  explicit Cutter(wire::Bytes bytes) : bytes_(bytes) {}

  /// The next `length` bytes are of that kind; nothing if there are none left.
  Section* cut(Kind kind, std::size_t length) {
    const auto left = static_cast<std::uint32_t>(bytes_.size()) - at_;
    const auto take = static_cast<std::uint32_t>(std::min<std::size_t>(length, left));
    if (take == 0) return nullptr;
    out.push_back({kind, at_, at_ + take, {}});
    at_ += take;
    return &out.back();
  }
  /// A field of the last section, `offset` bytes into it, most significant byte first.
  void number(const char* name, std::uint32_t offset, std::uint32_t size, bool hex = false) {
    if (out.empty() || out.back().begin + offset + size > out.back().end) return;
    std::uint64_t value = 0;
    for (std::uint32_t i = 0; i < size; ++i) value = value << 8 | bytes_[out.back().begin + offset + i];
    std::string text = std::to_string(value);
    if (hex) {
      constexpr char kDigits[] = "0123456789abcdef";
      text = "0x";
      for (std::uint32_t i = size * 2; i-- > 0;) text += kDigits[value >> (4 * i) & 15];
    }
    out.back().fields.push_back({name, out.back().begin + offset, out.back().begin + offset + size, text});
  }
  void text(const char* name, std::uint32_t offset, std::uint32_t size, std::string value) {
    if (out.empty() || out.back().begin + offset + size > out.back().end) return;
    out.back().fields.push_back(
        {name, out.back().begin + offset, out.back().begin + offset + size, std::move(value)});
  }
  std::uint32_t at() const { return at_; }

  std::vector<Section> out;

 private:
  wire::Bytes bytes_;
  std::uint32_t at_ = 0;
};

void cut_link(Cutter& cutter, const nic::Frame& frame, const nic::LinkFrame& link) {
  const std::size_t whole = frame.bytes.size() - link.l3.size();
  const std::size_t tags = std::size_t{link.tag_count} * 4;
  const bool ethernet = frame.link == nic::LinkType::kEthernet && whole >= 14 + tags;
  if (!ethernet) {
    cutter.cut(Kind::link, whole);
    return;
  }
  cutter.cut(Kind::link, 12);
  cutter.text("h_dest", 0, 6, link.dest.to_string());
  cutter.text("h_source", 6, 6, link.source.to_string());
  for (std::size_t i = 0; i < link.tag_count; ++i) {
    cutter.cut(Kind::vlan, 4);
    cutter.number("tpid", 0, 2, true);
    cutter.text("vlan_id", 2, 2, std::to_string(link.tags[i].vid()));
  }
  cutter.cut(Kind::link, whole - 12 - tags);
  cutter.number("h_proto", 0, 2, true);
}

void cut_ip(Cutter& cutter, const nic::Layers& layers, wire::Bytes l3, std::size_t header) {
  const bool v4 = layers.ip_version == 4;
  cutter.cut(Kind::ip, v4 ? 20 : 40);
  if (v4) {
    cutter.number("tos", 1, 1, true);
    cutter.number("tot_len", 2, 2);
    cutter.number("id", 4, 2, true);
    cutter.number("frag_off", 6, 2, true);
    cutter.number("ttl", 8, 1);
    cutter.number("protocol", 9, 1);
    cutter.number("check", 10, 2, true);
    cutter.text("saddr", 12, 4, layers.saddr.to_string());
    cutter.text("daddr", 16, 4, layers.daddr.to_string());
  } else {
    cutter.number("payload_len", 4, 2);
    cutter.number("nexthdr", 6, 1);
    cutter.number("hop_limit", 7, 1);
    cutter.text("saddr", 8, 16, layers.saddr.to_string());
    cutter.text("daddr", 24, 16, layers.daddr.to_string());
  }
  const std::size_t fixed = v4 ? 20 : 40;
  if (header > fixed && header <= l3.size()) cutter.cut(Kind::options, header - fixed);
}

void cut_tcp(Cutter& cutter, const wire::TcpView& tcp) {
  cutter.cut(Kind::tcp, 20);
  cutter.number("source", 0, 2);
  cutter.number("dest", 2, 2);
  cutter.number("seq", 4, 4);
  cutter.number("ack_seq", 8, 4);
  cutter.number("flags", 13, 1, true);
  cutter.number("window", 14, 2);
  cutter.number("check", 16, 2, true);
  cutter.number("urg_ptr", 18, 2);
  if (tcp.header_len() > 20) cutter.cut(Kind::options, tcp.header_len() - 20);
}

}  // namespace

const char* name_of(Kind kind) {
  static constexpr std::array<const char*, 9> names{"link",  "vlan",    "ip",      "tcp",    "udp",
                                                    "other", "options", "payload", "padding"};
  return names[static_cast<std::size_t>(kind)];
}

std::vector<Section> sections_of(const nic::Frame& frame) {
  Cutter cutter(frame.bytes);
  const auto layers = nic::dissect(frame.link, frame.bytes);
  if (!layers) {
    cutter.cut(Kind::link, frame.bytes.size());
    return std::move(cutter.out);
  }
  cut_link(cutter, frame, layers->link);
  const wire::Bytes l3 = layers->link.l3;
  if (layers->ip_version == 0) {
    cutter.cut(Kind::other, l3.size());
    return std::move(cutter.out);
  }
  const bool has_transport = !layers->transport.empty() && layers->transport.data() >= l3.data();
  const std::size_t header =
      has_transport ? static_cast<std::size_t>(layers->transport.data() - l3.data()) : l3.size();
  cut_ip(cutter, *layers, l3, header);
  const std::uint32_t start = cutter.at();
  if (layers->tcp) {
    cut_tcp(cutter, *layers->tcp);
  } else if (layers->udp) {
    cutter.cut(Kind::udp, 8);
    cutter.number("source", 0, 2);
    cutter.number("dest", 2, 2);
    cutter.number("len", 4, 2);
    cutter.number("check", 6, 2, true);
  }
  const std::uint32_t used = cutter.at() - start;
  if (layers->transport.size() > used)
    cutter.cut(layers->has_ports() ? Kind::payload : Kind::other, layers->transport.size() - used);
  cutter.cut(Kind::padding, frame.bytes.size());
  return std::move(cutter.out);
}

}  // namespace ringside::query
