#include "core/kernel/lib/skb_tree.h"

#include "core/base/seq.h"

namespace ringside {

namespace {

std::uint32_t priority(SkbId skb) {
  std::uint32_t x = skb.index * 0x9e3779b9u;
  x = (x ^ (x >> 16)) * 0x85ebca6bu;
  x = (x ^ (x >> 13)) * 0xc2b2ae35u;
  return x ^ (x >> 16);
}

/// Whoever named `old` as its child (or root) names `fresh` now.
void replace_child(Kernel& k, const SkbTree& tree, SkbId parent, SkbId old, SkbId fresh) {
  if (!parent)
    k.put(tree.root, fresh);
  else if (k[parent].tree.left == old)
    k.put(k[parent].tree.left, fresh);
  else
    k.put(k[parent].tree.right, fresh);
  if (fresh) k.put(k[fresh].tree.parent, parent);
}

/// Turns the edge between `node` and its parent: `node` goes up one level.
void rotate_up(Kernel& k, const SkbTree& tree, SkbId node) {
  const SkbId parent = k[node].tree.parent;
  replace_child(k, tree, k[parent].tree.parent, parent, node);
  const bool was_left = k[parent].tree.left == node;
  const SkbId inner = was_left ? k[node].tree.right : k[node].tree.left;
  k.put(was_left ? k[parent].tree.left : k[parent].tree.right, inner);
  if (inner) k.put(k[inner].tree.parent, parent);
  k.put(was_left ? k[node].tree.right : k[node].tree.left, parent);
  k.put(k[parent].tree.parent, node);
}

SkbId outermost(const Host& host, SkbId node, bool left) {
  if (!node) return {};
  for (;;) {
    const SkbId child = left ? host[node].tree.left : host[node].tree.right;
    if (!child) return node;
    node = child;
  }
}

SkbId neighbour(const Host& host, SkbId skb, bool left) {
  const SkbTreeNode& node = host[skb].tree;
  const SkbId below = left ? node.left : node.right;
  if (below) return outermost(host, below, !left);
  SkbId child = skb;
  SkbId parent = node.parent;
  while (parent && child == (left ? host[parent].tree.left : host[parent].tree.right)) {
    child = parent;
    parent = host[parent].tree.parent;
  }
  return parent;
}

}  // namespace

SkbId skb_tree_first(const Host& host, const SkbTree& tree) { return outermost(host, tree.root, true); }
SkbId skb_tree_last(const Host& host, const SkbTree& tree) { return outermost(host, tree.root, false); }
SkbId skb_tree_next(const Host& host, SkbId skb) { return neighbour(host, skb, false); }
SkbId skb_tree_prev(const Host& host, SkbId skb) { return neighbour(host, skb, true); }

void skb_tree_link(Kernel& k, const SkbTree& tree, SkbId skb, SkbId parent, bool left) {
  k.assign(k[skb].tree, SkbTreeNode{parent, {}, {}});
  if (!parent)
    k.put(tree.root, skb);
  else
    k.put(left ? k[parent].tree.left : k[parent].tree.right, skb);
  while (k[skb].tree.parent && priority(skb) > priority(k[skb].tree.parent)) rotate_up(k, tree, skb);
  k.set(tree.count, tree.count + 1);
}

void skb_tree_insert(Kernel& k, const SkbTree& tree, SkbId skb) {
  SkbId parent;
  bool left = false;
  for (SkbId at = tree.root; at;) {
    parent = at;
    left = before(k[skb].cb.seq, k[at].cb.seq);
    at = left ? k[at].tree.left : k[at].tree.right;
  }
  skb_tree_link(k, tree, skb, parent, left);
}

void skb_tree_erase(Kernel& k, const SkbTree& tree, SkbId skb) {
  const SkbTreeNode& node = k[skb].tree;
  while (node.left && node.right)
    rotate_up(k, tree, priority(node.left) > priority(node.right) ? node.left : node.right);
  replace_child(k, tree, node.parent, skb, node.left ? node.left : node.right);
  k.assign(k[skb].tree, SkbTreeNode{});
  k.set(tree.count, tree.count - 1);
}

void skb_tree_replace(Kernel& k, const SkbTree& tree, SkbId old, SkbId fresh) {
  const SkbId next = skb_tree_next(k.host(), old);
  const SkbId prev = skb_tree_prev(k.host(), old);
  skb_tree_erase(k, tree, old);
  // Between the same neighbours: one of the two touching child slots is free.
  if (prev && !k[prev].tree.right)
    skb_tree_link(k, tree, fresh, prev, false);
  else
    skb_tree_link(k, tree, fresh, next, true);
}

}  // namespace ringside
