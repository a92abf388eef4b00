// The invariants of the design hold at the beginning of every page of every capture; and what breaks one is
// noticed. (The sanitizer builds ask after every turn of the machine.)
#include "core/model/laws.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/engine/engine.h"

namespace ringside::test {
namespace {

std::shared_ptr<Run> play(const std::string& file, const std::string& kernel) {
  Scenario scenario;
  scenario.kernel = kernel;
  scenario.input = CaptureInput{std::string(RINGSIDE_SOURCE_DIR) + "/resources/captures/" + file, "", ""};
  auto run = Run::prepare(scenario);
  EXPECT_TRUE(run) << run.error().id;
  (*run)->run_here();
  return *run;
}

std::string text(const std::optional<BrokenLaw>& broken) {
  if (!broken) return "";
  return std::string(broken->law) + " of " + std::to_string(broken->index) + ": " +
         std::to_string(broken->found) + ", should be " + std::to_string(broken->wanted);
}

class Laws : public testing::TestWithParam<const char*> {
 protected:
  bool has_rtx_queue() const { return std::string(GetParam()) == "6.18"; }
};
INSTANTIATE_TEST_SUITE_P(BothKernels, Laws, testing::Values("4.13", "6.18"), [](const auto& kernel) {
  return std::string(kernel.param) == "4.13" ? "v4_13" : "v6_18";
});

TEST_P(Laws, HoldAtEveryPageOfEveryCapture) {
  for (const auto& entry : std::filesystem::directory_iterator(RINGSIDE_SOURCE_DIR "/resources/captures")) {
    if (!entry.path().extension().string().starts_with(".pcap")) continue;
    const auto run = play(entry.path().filename(), GetParam());
    for (std::uint32_t n = 0; n < run->trace()->page_count(); ++n)
      EXPECT_EQ(text(first_broken_law(run->trace()->page(n)->start, has_rtx_queue())), "")
          << entry.path() << " page " << n;
  }
}

/// Writes where only the engine may.
template <class T>
void spoil(const T& field, T value) {
  const_cast<T&>(field) = value;  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

TEST_P(Laws, AreNoticedWhenBroken) {
  const auto run = play("bulk-reorder.pcap", GetParam());
  const Trace& trace = *run->trace();
  Host host;
  const Sock* receiver = nullptr;  // one with something in its queue
  for (std::uint32_t n = 0; n < trace.page_count() && receiver == nullptr; ++n) {
    host = trace.page(n)->start;
    for (std::uint32_t i = 1; i < host.socks.header.used; ++i)
      if (host.socks.is_live(i) && host.socks[i].tp.out_of_order_queue.count != 0) receiver = &host.socks[i];
  }
  ASSERT_NE(receiver, nullptr) << "no page of it begins with packets out of order";
  ASSERT_EQ(text(first_broken_law(host, has_rtx_queue())), "");
  const auto law_after = [&](const auto& field, auto value) {
    const auto before = field;
    spoil(field, static_cast<std::decay_t<decltype(field)>>(value));
    const auto broken = first_broken_law(host, has_rtx_queue());
    spoil(field, before);
    return std::string(broken ? broken->law : "");
  };
  EXPECT_EQ(law_after(receiver->sk_rmem_alloc, receiver->sk_rmem_alloc + 1), "sock.rmem_alloc");
  EXPECT_EQ(law_after(receiver->sk_wmem_queued, 7), "sock.wmem_queued");
  EXPECT_EQ(law_after(receiver->tp.copied_seq, receiver->tp.rcv_nxt + 1), "tcp.copied_seq");
  EXPECT_EQ(law_after(receiver->tp.out_of_order_queue.count, 0), "tree.count");
  EXPECT_EQ(law_after(receiver->receive_queue.qlen, receiver->receive_queue.qlen + 1), "queue.length");
  EXPECT_EQ(law_after(receiver->tp.packets_out, 99), "tcp.packets_out");
  EXPECT_EQ(law_after(receiver->backlog.qlen, 1), "backlog.length");
  const SkBuff& parked = host[receiver->tp.out_of_order_queue.root];
  EXPECT_EQ(law_after(parked.place, Place::sk_receive_queue), "skb.place");
  EXPECT_EQ(law_after(parked.cb.seq, receiver->tp.rcv_nxt), "tcp.ofo_is_behind");
}

}  // namespace
}  // namespace ringside::test
