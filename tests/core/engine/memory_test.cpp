// A capture is paged, never held: a process that may not have as much memory as the file is long plays it,
// and reaches any step of it.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/engine/engine.h"
#include "core/nic/capture_writer.h"
#include "core/playback/player.h"
#include "tests/core/nic/frames.h"
#include "tests/core/test_folder.h"

namespace ringside {
namespace {

constexpr std::size_t kMss = 1448;
constexpr std::uint32_t kSegments = 60'000;  // 90 MB
constexpr std::size_t kMayTake = 64u << 20;  // 24 MB of it are the stacks of three threads

/// One peer uploads; our host acknowledges every second segment.
void write_upload(const std::string& path) {
  const IpAddr peer = IpAddr::v4(10, 1, 0, 1), ours = IpAddr::v4(10, 0, 0, 1);
  auto writer = nic::CaptureWriter::create(path, nic::LinkType::kEthernet);
  ASSERT_TRUE(writer);
  std::int64_t t_ns = 0;
  const auto put = [&](bool from_us, std::uint8_t flags, Seq seq, Seq ack, std::size_t len) {
    const auto tcp = from_us ? nic::segment(9000, 40000, flags, seq, ack, 0xffff)
                             : nic::segment(40000, 9000, flags, seq, ack, 0xffff);
    (*writer)->write(t_ns += 20'000,
                     from_us ? nic::tcp_frame(ours, peer, tcp, len) : nic::tcp_frame(peer, ours, tcp, len));
  };
  put(false, wire::TCPHDR_SYN, 0, 0, 0);
  put(true, wire::TCPHDR_SYN | wire::TCPHDR_ACK, 0, 1, 0);
  put(false, wire::TCPHDR_ACK, 1, 1, 0);
  for (Seq n = 0; n < kSegments; ++n) {
    put(false, wire::TCPHDR_ACK, 1 + n * kMss, 1, kMss);
    if (n % 2 == 1) put(true, wire::TCPHDR_ACK, 1, 1 + (n + 1) * kMss, 0);
  }
  ASSERT_TRUE((*writer)->finish());
}

std::size_t address_space() {
  std::ifstream statm("/proc/self/statm");
  std::size_t pages = 0;
  statm >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

enum Outcome : int { kPlayed, kNotLimited, kNotPrepared, kProblems, kNotAllDelivered, kNotReached };

/// In a process of its own: what becomes of it with little memory.
Outcome play_with_little_memory(const std::string& path) {
  const rlimit limit{address_space() + kMayTake, RLIM_INFINITY};
  if (setrlimit(RLIMIT_AS, &limit) != 0) return kNotLimited;
  Scenario scenario;
  scenario.input = CaptureInput{path, "", ""};
  RunOptions options;
  options.hash_delivered = true;
  const auto run = Run::prepare(scenario, options);
  if (!run) return kNotPrepared;
  (*run)->run_here();
  if (!(*run)->problems().empty()) return kProblems;
  const auto delivered = (*run)->delivered();
  if (delivered.size() != 1 || delivered.front().bytes != std::uint64_t{kSegments} * kMss)
    return kNotAllDelivered;
  const StepIndex steps = (*run)->trace()->step_count();
  Player player((*run)->trace());
  for (const StepIndex step : {steps - 1, steps / 2, steps / 3, StepIndex{0}, steps * 9 / 10})
    if (!player.seek(step)) return kNotReached;
  return kPlayed;
}

TEST(Memory, ACaptureLargerThanItMayBeIsPlayedAndAnyStepIsReached) {
  constexpr std::size_t kReservedBySanitizers = std::size_t{1} << 40;
  if (address_space() > kReservedBySanitizers) GTEST_SKIP() << "a sanitizer's address space is not limited";
  const test::TestFolder folder;
  const std::string path = folder.path("large.pcap");
  ASSERT_NO_FATAL_FAILURE(write_upload(path));
  ASSERT_GT(std::filesystem::file_size(path), kMayTake * 5 / 4);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(play_with_little_memory(path));
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "it was ended by signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), kPlayed);
}

}  // namespace
}  // namespace ringside
