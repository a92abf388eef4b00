// Who may look at a run while it runs: players, searches, lists and progress of other threads. Built with
// ThreadSanitizer, which is the judge.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "core/engine/engine.h"
#include "core/playback/player.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

class EngineRace : public testing::TestWithParam<const char*> {
 protected:
  static std::shared_ptr<ringside::Run> prepare(const char* file) {
    Scenario scenario;
    scenario.kernel = GetParam();
    scenario.input = CaptureInput{std::string(RINGSIDE_SOURCE_DIR "/resources/captures/") + file, "", ""};
    auto run = ringside::Run::prepare(scenario);
    EXPECT_TRUE(run) << run.error().id;
    return *run;
  }
};
INSTANTIATE_TEST_SUITE_P(BothKernels, EngineRace, testing::Values("4.13", "6.18"), KernelName());

/// What a view does, again and again until the run has ended, and once more.
template <class Look>
void while_it_runs(const ringside::Run& run, Look&& look) {
  bool last = false;
  while (!last) {
    last = run.done();
    look();
  }
}

TEST_P(EngineRace, ViewsLookAtAGrowingTrace) {
  const auto run = prepare("mixed.pcapng");
  run->start();
  std::atomic<std::uint64_t> looks{0};
  std::thread scrubber([&] {
    std::mt19937_64 random(1);
    Player player(run->trace());
    while_it_runs(*run, [&] {
      const StepIndex steps = run->trace()->step_count();
      if (steps != 0 && player.seek(random() % steps)) looks += player.host().socks.header.live + 1;
    });
  });
  std::thread searcher([&] {
    while_it_runs(*run, [&] {
      const auto drop = run->trace()->find_forward(
          0, [](const Page&, const Event& event) { return event.kind == EventKind::drop; });
      looks += drop ? 1 : 0;
    });
  });
  std::thread lists([&] {
    while_it_runs(*run, [&] {
      const Trace& trace = *run->trace();
      for (std::uint32_t row = 0; row < trace.packet_count(); ++row) looks += trace.packet(row).wire_len;
      for (std::uint32_t row = 0; row < trace.sent_count(); ++row) looks += trace.sent(row).len;
      for (std::uint32_t flow = 1; flow <= trace.flow_count(); ++flow) looks += trace.flow(flow).delivered;
      looks += static_cast<std::uint64_t>(trace.series().highest(SeriesId::sk_receive_queue));
      looks += run->progress().frames + run->problems().size() + trace.counters().size();
    });
  });
  scrubber.join();
  searcher.join();
  lists.join();
  run->wait();
  EXPECT_GT(looks, 0u);
}

TEST_P(EngineRace, ARunIsCancelledByAnotherThread) {
  const auto run = prepare("bulk-reorder.pcap");
  run->start();
  std::thread other([&] { run->cancel(); });
  Player player(run->trace());
  player.seek(run->trace()->step_count() / 2);
  other.join();
  run->wait();
  EXPECT_TRUE(run->done());
}

TEST_P(EngineRace, TwoStreamsAreReadAtOnce) {
  const auto run = prepare("http-get.pcap");
  run->run_here();
  std::atomic<std::uint64_t> bytes{0};
  const auto read = [&] { (void)run->read_stream(1, [&](wire::Bytes piece) { bytes += piece.size(); }); };
  std::thread one(read), two(read);
  one.join();
  two.join();
  EXPECT_EQ(bytes, 2 * run->trace()->flow(1).delivered);
}

}  // namespace
}  // namespace ringside::test
