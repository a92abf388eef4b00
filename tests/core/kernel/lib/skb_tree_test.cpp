#include "core/kernel/lib/skb_tree.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "core/kernel/entry.h"
#include "core/machine/machine.h"

namespace ringside {
namespace {

struct Tree : ::testing::Test {
  static MachineConfig config() {
    MachineConfig c;
    c.profile = &linux_4_13();
    return c;
  }
  Tree() : machine(config()), k(machine.kernel()), sock(k.alloc_sock()) {}
  const SkbTree& tree() const { return k[sock].tp.out_of_order_queue; }
  SkbId make(Seq seq) {
    const SkbId skb = k.alloc_skb();
    k.put(k[skb].cb.seq, seq);
    k.put(k[skb].cb.end_seq, seq + 1);
    return skb;
  }
  std::vector<Seq> upwards() const {
    std::vector<Seq> all;
    for (SkbId at = skb_tree_first(k.host(), tree()); at; at = skb_tree_next(k.host(), at))
      all.push_back(k[at].cb.seq);
    return all;
  }
  std::vector<Seq> downwards() const {
    std::vector<Seq> all;
    for (SkbId at = skb_tree_last(k.host(), tree()); at; at = skb_tree_prev(k.host(), at))
      all.push_back(k[at].cb.seq);
    return all;
  }
  int depth(SkbId at) const { return at ? 1 + std::max(depth(k[at].tree.left), depth(k[at].tree.right)) : 0; }
  /// Black nodes on every path down from here; fails where paths differ or a red node has a red child.
  int black_height(SkbId at) const {
    if (!at) return 1;
    const SkbTreeNode& node = k[at].tree;
    const auto red = [&](SkbId id) { return id && k[id].tree.red != 0; };
    EXPECT_FALSE(node.red != 0 && (red(node.left) || red(node.right)));
    const int left = black_height(node.left);
    EXPECT_EQ(left, black_height(node.right));
    return left + (node.red != 0 ? 0 : 1);
  }
  Machine machine;
  Kernel& k;
  SockId sock;
};

TEST_F(Tree, KeepsSequenceOrderAcrossTheWrap) {
  for (const Seq seq : {5u, 0xfffffff0u, 0u, 0xffffff00u, 100u}) skb_tree_insert(k, tree(), make(seq));
  EXPECT_EQ(upwards(), (std::vector<Seq>{0xffffff00u, 0xfffffff0u, 0u, 5u, 100u}));
  EXPECT_EQ(tree().count, 5u);
}

TEST_F(Tree, InsertEraseAndReplaceAgreeWithASortedSet) {
  std::set<Seq> expected;
  std::vector<SkbId> inside;
  std::uint32_t random = 1;
  for (int step = 0; step < 4000; ++step) {
    random = random * 1664525u + 1013904223u;
    if (inside.empty() || random % 5 < 3) {
      const Seq seq = (random >> 3) & 0xffffff;
      if (!expected.insert(seq).second) continue;
      inside.push_back(make(seq));
      skb_tree_insert(k, tree(), inside.back());
    } else {
      const std::size_t at = (random >> 8) % inside.size();
      if (random % 5 == 3) {
        const SkbId fresh = make(k[inside[at]].cb.seq);
        skb_tree_replace(k, tree(), inside[at], fresh);
        inside[at] = fresh;
        continue;
      }
      expected.erase(k[inside[at]].cb.seq);
      skb_tree_erase(k, tree(), inside[at]);
      inside[at] = inside.back();
      inside.pop_back();
    }
    ASSERT_EQ(tree().count, expected.size());
    if (step % 50 != 0) continue;
    black_height(tree().root);
    ASSERT_EQ(upwards(), (std::vector<Seq>(expected.begin(), expected.end())));
    ASSERT_EQ(downwards(), (std::vector<Seq>(expected.rbegin(), expected.rend())));
  }
}

TEST_F(Tree, StaysShallowWhenFilledInOrder) {
  for (Seq seq = 0; seq < 4096; ++seq) skb_tree_insert(k, tree(), make(seq));
  EXPECT_LE(depth(tree().root), 24);  // 2 log2(n + 1)
}

}  // namespace
}  // namespace ringside
