#include <gtest/gtest.h>

#include <algorithm>

#include "core/wire/ethernet.h"
#include "core/wire/ipv4.h"
#include "tests/core/engine/capture_story.h"

namespace ringside::test {

namespace {

const IpAddr kPeer = IpAddr::v4(10, 0, 0, 1), kHost = IpAddr::v4(10, 0, 0, 2);
constexpr MacAddr kPeerMac{{2, 0, 0, 0, 0, 1}}, kHostMac{{2, 0, 0, 0, 0, 2}};

std::uint8_t flags_of(const std::string& text) {
  std::uint8_t flags = 0;
  for (const char c : text)
    flags |= c == 'S'   ? wire::TCPHDR_SYN
             : c == 'F' ? wire::TCPHDR_FIN
             : c == 'R' ? wire::TCPHDR_RST
             : c == 'P' ? wire::TCPHDR_PSH
                        : wire::TCPHDR_ACK;
  return flags;
}

void append_number(std::vector<std::uint8_t>& out, std::uint32_t v) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(v >> shift));
}

}  // namespace

std::string CaptureStory::text(std::uint32_t first, std::uint32_t end) {
  std::string all;
  for (std::uint32_t at = first; at < end; ++at) all += static_cast<char>(byte_at(at));
  return all;
}

CaptureStory& CaptureStory::add(const CapturedSegment& s, bool ours) {
  const Seq isn = ours ? kOurIsn : kPeerIsn, other_isn = ours ? kPeerIsn : kOurIsn;
  wire::TcpHeader tcp;
  tcp.source = ours ? kOurPort : kPeerPort;
  tcp.dest = ours ? kPeerPort : kOurPort;
  tcp.flags = flags_of(s.flags);
  tcp.seq = isn + s.seq;
  if ((tcp.flags & wire::TCPHDR_ACK) != 0) tcp.ack_seq = other_isn + s.ack;
  tcp.window = s.win;
  if ((tcp.flags & wire::TCPHDR_SYN) != 0)
    tcp.options = {wire::TcpOption::mss(1460), wire::TcpOption::sack_permitted(),
                   wire::TcpOption::window_scale(7)};
  if (!s.sack.empty()) {
    wire::TcpOption blocks{wire::TCPOPT_SACK, {}};
    for (const wire::SackBlock& block : s.sack) {
      append_number(blocks.data, other_isn + block.start);
      append_number(blocks.data, other_isn + block.end);
    }
    tcp.options = {wire::TcpOption::nop(), wire::TcpOption::nop(), blocks};
  }
  const std::string payload = text(s.seq - 1, s.seq - 1 + s.len);
  const std::span data(reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size());
  wire::Buffer frame;
  wire::EthernetHeader{ours ? kPeerMac : kHostMac, ours ? kHostMac : kPeerMac, {}, wire::ETH_P_IP}.append_to(
      frame);
  wire::Ipv4Header ip;
  ip.saddr = ours ? kHost : kPeer;
  ip.daddr = ours ? kPeer : kHost;
  ip.append_to(frame, tcp.size() + s.len);
  tcp.append_to(frame, ip.saddr, ip.daddr, data);
  const auto whole = static_cast<std::uint32_t>(frame.size());
  frame.resize(std::min<std::size_t>(frame.size(), snaplen_));
  file_.record(s.us * 1000, frame, whole);
  return *this;
}

CaptureStory& CaptureStory::handshake() {
  peer({.us = 0, .flags = "S"});
  host({.us = 10, .flags = "S.", .ack = 1});
  return peer({.us = 20, .flags = ".", .seq = 1, .ack = 1});
}

std::shared_ptr<Run> CaptureStory::run(const std::string& kernel, std::vector<KnobSetting> knobs,
                                       std::vector<AppChoice> apps) const {
  const auto file = std::make_shared<nic::TemporaryFile>(file_.text);
  Scenario scenario;
  scenario.kernel = kernel;
  scenario.input = CaptureInput{file->path(), "", kHost.to_string()};
  scenario.knobs = std::move(knobs);
  scenario.apps = std::move(apps);
  auto run = Run::prepare(scenario, {.progress = {}, .hash_delivered = true});
  EXPECT_TRUE(run) << run.error().id;
  (*run)->run_here();
  return {run->get(), [run = *run, file](Run*) {}};  // pages and streams read the file again
}

std::string stream_of(const Run& run, std::uint32_t flow) {
  std::string text;
  const auto bytes = run.read_stream(flow, [&](wire::Bytes b) { text.append(b.begin(), b.end()); });
  EXPECT_TRUE(bytes) << bytes.error().id;
  return text;
}

std::string drops_of(const Run& run) {
  std::string text;
  for (const auto& [reason, n] : run.trace()->drops())
    if (n != 0) text += (text.empty() ? "" : ", ") + std::string(name_of(reason)) + " " + std::to_string(n);
  return text;
}

std::vector<std::string> notes_of(const Run& run) {
  std::vector<std::string> names;
  for (std::uint32_t n = 0; n < run.trace()->page_count(); ++n)
    for (const Event& event : run.trace()->page(n)->journal.events)
      if (event.kind == EventKind::note && std::ranges::find(names, event.name) == names.end())
        names.emplace_back(event.name);
  return names;
}

}  // namespace ringside::test
