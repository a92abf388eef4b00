#include "core/base/seq.h"

#include <gtest/gtest.h>

namespace ringside {

TEST(Seq, OrderSurvivesTheWrap) {
  EXPECT_TRUE(before(0xfffffff0u, 0x10u));
  EXPECT_TRUE(after(0x10u, 0xfffffff0u));
  EXPECT_TRUE(between(0x05u, 0xfffffff0u, 0x10u));
  EXPECT_FALSE(between(0x20u, 0xfffffff0u, 0x10u));
}

}  // namespace ringside
