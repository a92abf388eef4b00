#include "core/words/words.h"

#include <gtest/gtest.h>

namespace ringside {
namespace {

std::shared_ptr<Page> page_with(const char* id, std::int64_t answer, std::vector<NamedValue> values,
                                EventKind kind = EventKind::decide, Fn function = Fn::tcp_v4_rcv) {
  auto page = std::make_shared<Page>();
  Event event;
  event.kind = kind;
  event.name = id;
  event.answer = answer;
  event.function = function;
  event.packet = 7;
  event.value_count = static_cast<std::uint16_t>(values.size());
  page->journal.values = std::move(values);
  page->journal.events = {event};
  return page;
}

StepView step_with(const char* id, std::int64_t answer, std::vector<NamedValue> values = {}) {
  return {page_with(id, answer, std::move(values)), 0};
}

constexpr const char* kCatalogue = R"({
  "decide": {
    "room": {"ask": "Is there room?",
             "yes": {"says": "{len} bytes fit.", "then": "queue {len}"},
             "no": {"says": "No room for packet {packet}.", "then": "drop"},
             "no@6.18": {"says": "No room, and the peer is told.", "then": "drop, ACK"},
             "no@tcp_v4_rcv": {"says": "No room here.", "then": "drop"}},
    "kind": {"ask": "Which kind?", "4": {"says": "IPv4.", "then": "a"}, "else": {"says": "{answer}?", "then": "b"}}
  },
  "note": {"hint": "A hint about {len}."},
  "step": {"answer.yes": "Yes.", "answer": "The answer is {answer}."},
  "function": {"tcp_ack": {"about": "About ACKs.", "lines": ["if old:", "  return"], "at": {"room": 1}}},
  "counter": {"softnet_dropped": {"says": "Lost.", "see": "cat /proc/net/softnet_stat"}, "IpInDelivers": {"says": "Done."}},
  "glossary": {"b": {"name": "B", "says": "Two."}, "a": {"name": "A", "says": "One."}},
  "simplified": {"gro": {"area": "Device", "says": "GRO is simple.", "about": ["napi_gro_receive"]}}
})";

const Words& words() {
  static const auto words = Words::from(kCatalogue).value();
  return *words;
}

TEST(Words, ADecisionIsToldWithItsValues) {
  const StepView step = step_with("room", 1, {{"len", 1460}});
  EXPECT_EQ(words().step(step), "1460 bytes fit.");
  const DecisionWords told = words().decision(step, "4.13");
  EXPECT_EQ(told.ask, "Is there room?");
  ASSERT_EQ(told.ways.size(), 2u);
  EXPECT_TRUE(told.ways[0].taken);
  EXPECT_EQ(told.ways[0].then, "queue 1460");
  EXPECT_FALSE(told.ways[1].taken);
}

TEST(Words, OneIsNotMany) {
  const auto counting = Words::from(R"({"note": {"n": "{n} {n|packet|packets} {n|waits|wait}."}})").value();
  const auto told = [&](std::int64_t n) {
    return counting->step({page_with("n", 0, {{"n", n}}, EventKind::note), 0});
  };
  EXPECT_EQ(told(1), "1 packet waits.");
  EXPECT_EQ(told(0), "0 packets wait.");
  EXPECT_EQ(told(12), "12 packets wait.");
}

TEST(Words, SequenceNumbersAreToldFromTheConnectionsFirst) {
  const auto numbers = Words::from(R"({"note": {"n": "{seq}, {ack}, {len}"}})").value();
  const StepView step{
      page_with("n", 0, {{"seq", 5001}, {"ack", 900'000'001}, {"len", 5001}}, EventKind::note), 0};
  EXPECT_EQ(numbers->step(step), "5001, 900000001, 5001");
  EXPECT_EQ(numbers->step(step, {}, {5000, 900'000'000}), "1, 1, 5001") << "a length is no sequence number";
  const StepView wrapped{
      page_with("n", 0, {{"seq", 15}, {"ack", 2'000'000'000}, {"len", 0}}, EventKind::note), 0};
  EXPECT_EQ(numbers->step(wrapped, {}, {4'294'967'290, 900}), "21, 2000000000, 0")
      << "past 2^32, and far away";
}

TEST(Words, TheMostParticularWordingCounts) {
  EXPECT_EQ(words().step(step_with("room", 0), "6.18"), "No room here.") << "this function's";
  const StepView elsewhere{page_with("room", 0, {}, EventKind::decide, Fn::tcp_ack), 0};
  EXPECT_EQ(words().step(elsewhere, "6.18"), "No room, and the peer is told.") << "this kernel's";
  EXPECT_EQ(words().step(elsewhere, "4.13"), "No room for packet 7.") << "everybody's";
}

TEST(Words, AnAnswerThatIsANumberHasItsOwnSentence) {
  EXPECT_EQ(words().step(step_with("kind", 4)), "IPv4.");
  EXPECT_EQ(words().step(step_with("kind", 9)), "9?");
}

TEST(Words, ASentSegmentIsNamedByItsFlags) {
  const auto sent = [](std::int64_t flags, std::int64_t len) {
    return StepView{
        page_with(nullptr, 0, {{"seq", 10}, {"ack", 20}, {"len", len}, {"flags", flags}}, EventKind::send),
        0};
  };
  EXPECT_EQ(Words::english().step(sent(0x10, 0)), "The host sends an ACK: everything before 20 has arrived.");
  EXPECT_EQ(Words::english().step(sent(0x18, 5)),
            "The host sends 5 bytes of data from 10 on, and acknowledges everything before 20.");
}

TEST(Words, AnUnknownIdIsListedNotHidden) {
  EXPECT_EQ(words().step(step_with("strange", 1, {{"len", 3}})), "strange: len 3 Yes.");
  EXPECT_EQ(words().say("error", "no.such", {{"x", "1"}}), "no.such: x 1");
}

TEST(Words, PagesAreRead) {
  const FunctionWords page = words().function("tcp_ack");
  EXPECT_EQ(page.about, "About ACKs.");
  ASSERT_EQ(page.lines.size(), 2u);
  EXPECT_EQ(page.at.at("room"), 1u);
  EXPECT_TRUE(words().function("nothing").about.empty());
  EXPECT_EQ(words().counter("softnet_dropped").command, "cat /proc/net/softnet_stat");
  EXPECT_EQ(words().counter("IpInDelivers").command, "nstat -az IpInDelivers");
  ASSERT_EQ(words().glossary().size(), 2u);
  EXPECT_EQ(words().glossary().front().name, "B") << "in the order of the file";
  EXPECT_EQ(words().simplified_at("napi_gro_receive").size(), 1u);
  EXPECT_TRUE(words().simplified_at("tcp_ack").empty());
}

TEST(Words, ADamagedCatalogueIsAnError) {
  const auto broken = Words::from("{\"decide\": {");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().id, "words.syntax");
  EXPECT_FALSE(Words::from("{\"note\": {\"a\": 5}}")) << "a number is no sentence";
}

}  // namespace
}  // namespace ringside
