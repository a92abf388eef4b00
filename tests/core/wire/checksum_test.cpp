#include "core/wire/checksum.h"

#include <gtest/gtest.h>

#include <random>

namespace ringside::wire {
namespace {

/// The definition, word by word (RFC 1071 section 1): what the fast sum is compared with.
std::uint16_t slow_checksum(const Buffer& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    sum += bytes[i] * 256u + (i + 1 < bytes.size() ? bytes[i + 1] : 0u);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(~sum);
}

Buffer random_bytes(std::mt19937& rng, std::size_t n) {
  Buffer bytes(n);
  for (auto& b : bytes) b = static_cast<std::uint8_t>(rng());
  return bytes;
}

TEST(Checksum, OfTheExampleInRfc1071) {
  const Buffer bytes = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(checksum(bytes), static_cast<std::uint16_t>(~0xddf2));
}

TEST(Checksum, EqualsTheSlowOneAtEveryLengthAndAlignment) {
  std::mt19937 rng(1);
  for (std::size_t n = 0; n < 300; ++n) {
    const Buffer bytes = random_bytes(rng, n + 8);
    for (std::size_t skip = 0; skip < 8; ++skip) {
      const Bytes part = Bytes(bytes).subspan(skip, n);
      EXPECT_EQ(checksum(part), slow_checksum(Buffer(part.begin(), part.end()))) << n << " bytes at " << skip;
    }
  }
  EXPECT_EQ(checksum(Buffer(65535, 0xff)), slow_checksum(Buffer(65535, 0xff)));
}

TEST(Checksum, PartsAddUpToTheWhole) {
  std::mt19937 rng(2);
  for (int round = 0; round < 200; ++round) {
    const Buffer bytes = random_bytes(rng, rng() % 200);
    const std::size_t cut = rng() % (bytes.size() + 1) & ~std::size_t{1};
    ChecksumSum sum;
    sum.add(Bytes(bytes).subspan(cut));
    sum.add(Bytes(bytes).first(cut));
    EXPECT_EQ(sum.finish(), checksum(bytes));
  }
}

TEST(Checksum, UpdateEqualsComputingItAgain) {
  std::mt19937 rng(3);
  for (int round = 0; round < 1000; ++round) {
    Buffer bytes = random_bytes(rng, 40);
    const std::uint16_t before = checksum(bytes);
    const std::size_t at = rng() % 10 * 4;
    const std::uint32_t from = load32(&bytes[at]);
    const auto to = static_cast<std::uint32_t>(rng());
    store32(&bytes[at], to);
    EXPECT_EQ(checksum_update32(before, from, to), checksum(bytes));
  }
}

TEST(Checksum, SeesEveryFlippedBit) {
  const auto a = IpAddr::v4(10, 77, 0, 1);
  const auto b = IpAddr::v4(10, 77, 0, 2);
  std::mt19937 rng(4);
  Buffer segment = random_bytes(rng, 41);
  store16(&segment[16], 0);
  store16(&segment[16], transport_checksum(a, b, 6, segment));
  ASSERT_TRUE(transport_checksum_ok(a, b, 6, segment));
  EXPECT_FALSE(transport_checksum_ok(a, b, 17, segment));
  EXPECT_FALSE(transport_checksum_ok(a, IpAddr::v4(10, 77, 0, 3), 6, segment));
  for (std::size_t bit = 0; bit < segment.size() * 8; ++bit) {
    segment[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(transport_checksum_ok(a, b, 6, segment)) << bit;
    segment[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
  }
}

TEST(Checksum, KnowsTheUnfinishedOneOfASendersStack) {
  const auto a = *IpAddr::parse("fd77::1");
  const auto b = *IpAddr::parse("fd77::2");
  const Buffer segment(100, 0x5a);
  const std::uint16_t partial = pseudo_header(a, b, 6, 100).folded();
  EXPECT_TRUE(transport_checksum_partial(a, b, 6, segment, partial));
  EXPECT_FALSE(transport_checksum_partial(a, b, 6, segment, static_cast<std::uint16_t>(partial + 1)));
}

}  // namespace
}  // namespace ringside::wire
