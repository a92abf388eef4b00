#include "core/query/expression.h"

#include <gmock/gmock.h>

namespace ringside::query {
namespace {

const Vocabulary& words() {
  static const Vocabulary all{{"port", Type::number, {}, false, {}},
                              {"host", Type::address, {}, false, {"addr"}},
                              {"fate", Type::word, {"dropped", "delivered"}, false, {}},
                              {"syn", Type::flag, {}, false, {}},
                              {"time", Type::time, {}, false, {}},
                              {"queue.len", Type::number, {}, true, {}},
                              {"window", Type::number, {}, true, {}},
                              {"was_in", Type::set, {"ring", "backlog"}, false, {}}};
  return all;
}

struct Packet {
  std::int64_t sport = 40000, dport = 8080;
  IpAddr from = IpAddr::v4(10, 0, 0, 2), to = IpAddr::v4(192, 168, 1, 1);
  const char* fate = "dropped";
  bool syn = false;
  std::int64_t before = 0, after = 0;
  std::int64_t changed = 5;  ///< which of the two fields that change
};

FieldValue read(const Packet& p, std::uint16_t field) {
  switch (field) {
    case 0:
      return FieldValue::of(p.sport, p.dport);
    case 1:
      return FieldValue::of(p.from, p.to);
    case 2:
      return FieldValue::of_word(p.fate);
    case 3:
      return FieldValue::of(p.syn ? 1 : 0);
    case 4:
      return FieldValue::of(1500000);
    case 7:
      return FieldValue::of(0b10);
    default:
      return p.changed == field ? FieldValue::change(p.before, p.after) : FieldValue::none();
  }
}

bool matches(const char* text, const Packet& packet = {}) {
  const auto parsed = Expression::parse(text, words());
  EXPECT_TRUE(parsed) << text << ": " << (parsed ? "" : parsed.error().id);
  return parsed && parsed->matches([&](std::uint16_t field) { return read(packet, field); });
}

TEST(Expression, ComparesAndJoinsAsPeopleKnowIt) {
  EXPECT_TRUE(matches(""));
  EXPECT_TRUE(matches("port == 8080 && fate == dropped"));
  EXPECT_TRUE(matches("port eq 0x1f90 and not syn"));
  EXPECT_TRUE(matches("fate == delivered || port > 30000"));
  EXPECT_FALSE(matches("!(port == 8080)"));
  EXPECT_FALSE(matches("port != 8080")) << "one of the two ports is";
  EXPECT_TRUE(matches("port in {80, 8080}"));
  EXPECT_TRUE(matches("fate = DROPPED"));
  EXPECT_TRUE(matches("fate contains rop"));
  EXPECT_TRUE(matches("was_in == backlog && was_in != ring"));
}

TEST(Expression, KnowsNetworksAndTimes) {
  EXPECT_TRUE(matches("host == 10.0.0.0/8"));
  EXPECT_TRUE(matches("addr == 192.168.1.1"));
  EXPECT_FALSE(matches("host == 10.1.0.0/16"));
  EXPECT_FALSE(matches("host == fe80::/10"));
  EXPECT_TRUE(matches("time == 1.5ms && time < 1s && time >= 1500us && time == 0.0015"));
}

TEST(Expression, BindsAndBeforeOr) {
  EXPECT_TRUE(matches("port == 8080 || port == 1 && port == 2"));
  EXPECT_FALSE(matches("(port == 8080 || port == 1) && port == 2"));
}

/// A field of the host has a value where it changes: the condition is met where it becomes true.
TEST(Expression, AChangingFieldMatchesWhereTheConditionBecomesTrue) {
  Packet becomes{.before = 0, .after = 1};
  Packet stays{.before = 1, .after = 2};
  Packet ends{.before = 1, .after = 0};
  EXPECT_TRUE(matches("queue.len > 0", becomes));
  EXPECT_FALSE(matches("queue.len > 0", stays));
  EXPECT_FALSE(matches("queue.len > 0", ends));
  EXPECT_TRUE(matches("!(queue.len > 0)", ends)) << "the opposite becomes true";
  EXPECT_FALSE(matches("!(queue.len > 0)", stays));
}

struct Wrong {
  const char* text;
  const char* id;
  int column;
};

TEST(Expression, SaysWhereItMakesNoSense) {
  const Wrong all[] = {{"port ==", "query.syntax", 8},
                       {"port == 80 &&", "query.syntax", 14},
                       {"prot == 80", "query.unknown_field", 1},
                       {"fate == droped", "query.value", 9},
                       {"port", "query.not_a_flag", 1},
                       {"(port == 80", "query.syntax", 12},
                       {"port == 80 ~", "query.syntax", 12},
                       {"port == 80 80", "query.syntax", 12},
                       {"syn == 1", "query.syntax", 5},
                       {"host > 10.0.0.1", "query.syntax", 6},
                       {"host == 10.0.0.0/33", "query.value", 9},
                       {"port == 99999999999999999999", "query.value", 9},
                       {"queue.len > 0 && window > 0", "query.two_changes", 15},
                       {"fate == \"dropped", "query.syntax", 9}};
  for (const Wrong& wrong : all) {
    const auto parsed = Expression::parse(wrong.text, words());
    ASSERT_FALSE(parsed) << wrong.text;
    EXPECT_EQ(parsed.error().id, wrong.id) << wrong.text;
    EXPECT_EQ(parsed.error().column, wrong.column) << wrong.text;
  }
  const auto parsed = Expression::parse("fate == droped", words());
  EXPECT_EQ(parsed.error().args.back().second, "dropped") << "the nearest value is named";
}

TEST(Expression, DepthAndLengthHaveALimit) {
  EXPECT_FALSE(Expression::parse(std::string(5000, '('), words()));
  EXPECT_FALSE(Expression::parse(std::string(200, '(') + "syn" + std::string(200, ')'), words()));
  EXPECT_FALSE(Expression::parse(std::string(3000, '!') + "syn", words()));
  std::string many = "syn";
  for (int i = 0; i < 500; ++i) many += "||syn";
  EXPECT_TRUE(Expression::parse(many, words()));
}

TEST(Completion, OffersFieldsThenTheFieldsValues) {
  Completion c = complete("po", 2, words());
  EXPECT_EQ(c.begin, 0u);
  EXPECT_THAT(c.candidates, testing::ElementsAre("port"));
  c = complete("port == 80 && fa", 16, words());
  EXPECT_EQ(c.begin, 14u);
  EXPECT_THAT(c.candidates, testing::ElementsAre("fate"));
  c = complete("fate == d", 9, words());
  EXPECT_THAT(c.candidates, testing::ElementsAre("dropped", "delivered"));
  c = complete("fate == ", 8, words());
  EXPECT_THAT(c.candidates, testing::ElementsAre("dropped", "delivered"));
  EXPECT_EQ(c.begin, 8u);
}

}  // namespace
}  // namespace ringside::query
