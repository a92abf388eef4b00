// Writes the captures that tests/bench/run measures with: make_capture KIND N FILE
//   mixed         N packets of N/500 connections that overlap: 2 % of the data overtaken, 1 % lost and sent
//   again connections   N connections, all open at once, of ten packets each one           one connection of
//   N packets receive-queue N bytes in N segments on one connection, in order out-of-order  N bytes in N
//   segments, every other byte missing syn-flood     N SYNs from N addresses, never answered
// Our host is 10.0.0.1. The same arguments give the same bytes.
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "core/nic/capture_writer.h"
#include "tests/core/nic/frames.h"

namespace ringside {
namespace {

constexpr std::uint16_t kPort = 9000;
constexpr std::size_t kMss = 1448;
constexpr std::int64_t kApartNs = 50'000;
constexpr auto kAck = wire::TCPHDR_ACK, kSyn = wire::TCPHDR_SYN, kFin = wire::TCPHDR_FIN;

class Random {
 public:
  std::uint32_t below(std::uint32_t n) {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<std::uint32_t>((state_ >> 33) % n);
  }

 private:
  std::uint64_t state_ = 7;
};

/// Frames, one every 50 us, into a file.
class Wire {
 public:
  explicit Wire(nic::CaptureWriter& writer) : writer_(writer) {}
  void from_peer(std::uint32_t peer, const wire::TcpHeader& tcp, std::size_t payload = 0) {
    put(nic::tcp_frame(address(peer), kOurs, tcp, payload));
  }
  void from_us(std::uint32_t peer, const wire::TcpHeader& tcp, std::size_t payload = 0) {
    put(nic::tcp_frame(kOurs, address(peer), tcp, payload));
  }
  std::uint64_t count() const { return count_; }

 private:
  static constexpr IpAddr kOurs = IpAddr::v4(10, 0, 0, 1);
  static IpAddr address(std::uint32_t peer) { return IpAddr::v4(0x0a010001u + peer); }
  void put(const wire::Buffer& frame) {
    writer_.write(static_cast<std::int64_t>(count_++) * kApartNs, frame);
  }
  nic::CaptureWriter& writer_;
  std::uint64_t count_ = 0;
};

wire::TcpHeader header(bool ours, std::uint8_t flags, Seq seq, Seq ack, std::uint16_t window = 0xffff) {
  constexpr std::uint16_t kTheirs = 40000;
  wire::TcpHeader tcp = ours ? nic::segment(kPort, kTheirs, flags, seq, ack, window)
                             : nic::segment(kTheirs, kPort, flags, seq, ack, window);
  if ((flags & kSyn) != 0)
    tcp.options = {wire::TcpOption::mss(1460), wire::TcpOption::sack_permitted(),
                   wire::TcpOption::window_scale(14)};
  return tcp;
}

/// A client that connects to us and sends; what our host answered is in the capture, too.
class Client {
 public:
  Client(Wire& wire, std::uint32_t number) : wire_(wire), number_(number) {}
  void syn() { wire_.from_peer(number_, header(false, kSyn, 0, 0)); }
  void syn_ack() { wire_.from_us(number_, header(true, kSyn | kAck, 0, 1)); }
  void ack() { wire_.from_peer(number_, header(false, kAck, 1, 1)); }
  void open() {
    syn();
    syn_ack();
    ack();
  }
  void data(Seq at, std::size_t len) { wire_.from_peer(number_, header(false, kAck, 1 + at, 1), len); }
  void acked(Seq upto) { wire_.from_us(number_, header(true, kAck, 1, 1 + upto)); }
  void close(Seq at) {
    wire_.from_peer(number_, header(false, kFin | kAck, 1 + at, 1));
    wire_.from_us(number_, header(true, kFin | kAck, 1, 2 + at));
    wire_.from_peer(number_, header(false, kAck, 2 + at, 2));
  }

 private:
  Wire& wire_;
  std::uint32_t number_;
};

/// One of the connections of `mixed`: bulk data with losses.
class Bulk {
 public:
  Bulk(Wire& wire, std::uint32_t number, Random& random) : client_(wire, number), random_(random) {
    client_.open();
  }
  void step() {
    const auto chance = random_.below(100);
    if (chance == 0) {
      missing_.push_back(next_++);
    } else if (chance < 3) {
      send(next_ + 1);
      send(next_);
      next_ += 2;
    } else {
      send(next_++);
    }
    const bool resend = !missing_.empty() && next_ - missing_.front() > 20;
    if (resend) {
      send(missing_.front());
      missing_.pop_front();
    }
    if (resend || next_ - acked_ >= 2) {
      acked_ = next_;
      client_.acked(static_cast<Seq>((missing_.empty() ? next_ : missing_.front()) * kMss));
    }
  }
  void finish() {
    for (; !missing_.empty(); missing_.pop_front()) send(missing_.front());
    client_.close(static_cast<Seq>(next_ * kMss));
  }

 private:
  void send(std::uint32_t n) { client_.data(static_cast<Seq>(n * kMss), kMss); }
  Client client_;
  Random& random_;
  std::uint32_t next_ = 0, acked_ = 0;
  std::deque<std::uint32_t> missing_;
};

void mixed(Wire& wire, std::uint32_t packets) {
  constexpr std::uint32_t kPacketsEach = 500, kAtOnce = 100;
  struct Open {
    Bulk bulk;
    std::uint64_t left;  ///< steps of its own
  };
  Random random;
  std::vector<std::unique_ptr<Open>> open;
  std::uint32_t connections = 0;
  while (wire.count() < packets) {
    if (open.empty() || (open.size() < kAtOnce && wire.count() / kPacketsEach >= connections))
      open.push_back(std::make_unique<Open>(Open{Bulk(wire, connections++, random), kPacketsEach * 2 / 3}));
    auto& next = open[random.below(static_cast<std::uint32_t>(open.size()))];
    next->bulk.step();
    if (--next->left != 0) continue;
    next->bulk.finish();
    next.swap(open.back());
    open.pop_back();
  }
}

void connections(Wire& wire, std::uint32_t count) {
  std::vector<Client> all;
  for (std::uint32_t i = 0; i < count; ++i) all.emplace_back(wire, i).open();
  for (Seq part = 0; part < 4; ++part)
    for (Client& client : all) client.data(part * 100, 100);
  for (Client& client : all) client.close(400);
}

void one(Wire& wire, std::uint32_t packets) {
  Client client(wire, 0);
  client.open();
  for (Seq at = 0; wire.count() + 3 < packets; at += 2 * kMss) {
    client.data(at, kMss);
    client.data(at + kMss, kMss);
    client.acked(at + 2 * kMss);
  }
}

void bytes(Wire& wire, std::uint32_t count, Seq first, Seq apart) {
  Client client(wire, 0);
  client.open();
  for (Seq i = 0; i < count; ++i) client.data(first + i * apart, 1);
}

void syn_flood(Wire& wire, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) Client(wire, i).syn();
}

int run(const std::string& kind, std::uint32_t n, const std::string& path) {
  auto writer = nic::CaptureWriter::create(path, nic::LinkType::kEthernet);
  if (!writer) {
    std::fprintf(stderr, "make_capture: %s: %s\n", path.c_str(), writer.error().id.c_str());
    return 3;
  }
  Wire wire(**writer);
  if (kind == "mixed") {
    mixed(wire, n);
  } else if (kind == "connections") {
    connections(wire, n);
  } else if (kind == "one") {
    one(wire, n);
  } else if (kind == "receive-queue") {
    bytes(wire, n, 0, 1);
  } else if (kind == "out-of-order") {
    bytes(wire, n, 1, 2);
  } else if (kind == "syn-flood") {
    syn_flood(wire, n);
  } else {
    std::fprintf(stderr, "make_capture: there is no kind %s\n", kind.c_str());
    return 2;
  }
  return (*writer)->finish() ? 0 : 3;
}

}  // namespace
}  // namespace ringside

int main(int argc, char** argv) {
  if (argc == 4)
    return ringside::run(argv[1], static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)), argv[3]);
  std::fprintf(stderr, "usage: make_capture KIND N FILE; see its first lines\n");
  return 2;
}
