// A pass over a capture file beside what libpcap itself takes for it, and what is added on top.
#include <benchmark/benchmark.h>
#include <pcap/pcap.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "core/nic/capture_file.h"
#include "core/nic/capture_writer.h"
#include "core/nic/host_record.h"
#include "tests/core/nic/frames.h"

namespace ringside::nic {
namespace {

constexpr std::uint64_t kFrames = 200'000;

/// 200,000 segments of 1448 bytes and their ACKs, of 100 connections; removed at exit.
const std::string& capture() {
  static const struct File {
    std::string path = std::string(std::getenv("TMPDIR") ? std::getenv("TMPDIR") : "/tmp") +
                       "/ringside-bench-" + std::to_string(getpid()) + ".pcap";
    File() {
      const IpAddr peer = IpAddr::v4(10, 0, 0, 1);
      const IpAddr ours = IpAddr::v4(10, 0, 0, 2);
      auto writer = CaptureWriter::create(path, LinkType::kEthernet);
      if (!writer) std::abort();
      for (std::uint32_t i = 0; i < kFrames; ++i) {
        const auto port = static_cast<std::uint16_t>(40000 + i % 100);
        const auto flags = wire::TCPHDR_ACK;
        (*writer)->write(i * 1000, i % 2 == 0 ? tcp_frame(peer, ours, segment(port, 80, flags, i * 724), 1448)
                                              : tcp_frame(ours, peer, segment(80, port, flags, 1, i * 724)));
      }
      if (!(*writer)->finish()) std::abort();
    }
    ~File() { unlink(path.c_str()); }
  } file;
  return file.path;
}

void count_frames(benchmark::State& state) {
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kFrames));
}

void bare_libpcap(benchmark::State& state) {
  for (auto _ : state) {
    char words[PCAP_ERRBUF_SIZE];
    pcap_t* pcap = pcap_open_offline(capture().c_str(), words);
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    std::uint64_t sum = 0;
    while (pcap_next_ex(pcap, &header, &data) == 1) sum += data[header->caplen - 1];
    benchmark::DoNotOptimize(sum);
    pcap_close(pcap);
  }
  count_frames(state);
}
BENCHMARK(bare_libpcap)->Unit(benchmark::kMillisecond);

/// Every frame once, in order; `visit` gets it.
template <class Visit>
void pass(benchmark::State& state, Visit visit) {
  for (auto _ : state) {
    const auto file = CaptureFile::open(capture());
    const auto reader = (*file)->reader();
    for (std::uint64_t i = 0;; ++i) {
      const auto frame = reader->at(i);
      if (!frame) break;
      visit(*frame);
    }
  }
  count_frames(state);
}

void capture_reader(benchmark::State& state) {
  pass(state, [](const Frame& frame) { benchmark::DoNotOptimize(frame.bytes.back()); });
}
BENCHMARK(capture_reader)->Unit(benchmark::kMillisecond);

void capture_reader_and_dissect(benchmark::State& state) {
  pass(state, [](const Frame& frame) { benchmark::DoNotOptimize(dissect(frame.link, frame.bytes)); });
}
BENCHMARK(capture_reader_and_dissect)->Unit(benchmark::kMillisecond);

void capture_reader_and_host_record(benchmark::State& state) {
  const auto file = CaptureFile::open(capture());
  const auto first = (*file)->reader();
  const LocalHost local = choose_local_host(*first);
  std::optional<HostRecord> record;
  pass(state, [&](const Frame& frame) {
    if (frame.number == 1) record.emplace(local);
    record->add(frame);
  });
}
BENCHMARK(capture_reader_and_host_record)->Unit(benchmark::kMillisecond);

void random_frame(benchmark::State& state) {
  const auto file = CaptureFile::open(capture());
  (*file)->load();
  const auto reader = (*file)->reader();
  std::uint64_t index = 1;
  for (auto _ : state) {
    index = (index * 48271) % kFrames;
    benchmark::DoNotOptimize(reader->at(index));
  }
}
BENCHMARK(random_frame)->Unit(benchmark::kMicrosecond);

void checksum_of_a_segment(benchmark::State& state) {
  const wire::Buffer bytes(static_cast<std::size_t>(state.range(0)), 0x5a);
  for (auto _ : state) benchmark::DoNotOptimize(wire::checksum(bytes));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
}
BENCHMARK(checksum_of_a_segment)->Arg(64)->Arg(1460)->Arg(65160);

}  // namespace
}  // namespace ringside::nic
