#include "core/kernel/lib/skb_tree.h"

#include "core/base/seq.h"

namespace ringside {

namespace {

enum Side : std::uint8_t { left_side, right_side };
Side opposite(Side side) { return side == left_side ? right_side : left_side; }

const SkbId& child(const Kernel& k, SkbId node, Side side) {
  return side == left_side ? k[node].tree.left : k[node].tree.right;
}
bool is_red(const Kernel& k, SkbId node) { return node && k[node].tree.red != 0; }
void paint(Kernel& k, SkbId node, bool red) {
  if (node) k.put(k[node].tree.red, static_cast<std::uint8_t>(red ? 1 : 0));
}
Side side_of(const Kernel& k, SkbId node, SkbId parent) {
  return k[parent].tree.left == node ? left_side : right_side;
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

/// `node` goes down to `side`; its child of the other side takes its place.
void rotate(Kernel& k, const SkbTree& tree, SkbId node, Side side) {
  const SkbId up = child(k, node, opposite(side));
  const SkbId inner = child(k, up, side);
  replace_child(k, tree, k[node].tree.parent, node, up);
  k.put(child(k, node, opposite(side)), inner);
  if (inner) k.put(k[inner].tree.parent, node);
  k.put(child(k, up, side), node);
  k.put(k[node].tree.parent, up);
}

/// A red node was linked: no red node may have a red parent.
void balance_after_insert(Kernel& k, const SkbTree& tree, SkbId node) {
  while (is_red(k, k[node].tree.parent)) {
    SkbId parent = k[node].tree.parent;
    const SkbId grandparent = k[parent].tree.parent;
    const Side side = side_of(k, parent, grandparent);
    const SkbId uncle = child(k, grandparent, opposite(side));
    if (is_red(k, uncle)) {
      paint(k, parent, false);
      paint(k, uncle, false);
      paint(k, grandparent, true);
      node = grandparent;
      continue;
    }
    if (side_of(k, node, parent) != side) {
      node = parent;
      rotate(k, tree, node, side);
      parent = k[node].tree.parent;
    }
    paint(k, parent, false);
    paint(k, grandparent, true);
    rotate(k, tree, grandparent, opposite(side));
  }
  paint(k, tree.root, false);
}

/// A black node has gone from above `node` (none: a leaf's place), below `parent`: its paths lack one.
void balance_after_erase(Kernel& k, const SkbTree& tree, SkbId node, SkbId parent) {
  while (node != tree.root && !is_red(k, node)) {
    const Side side = side_of(k, node, parent);
    SkbId sibling = child(k, parent, opposite(side));
    if (is_red(k, sibling)) {
      paint(k, sibling, false);
      paint(k, parent, true);
      rotate(k, tree, parent, side);
      sibling = child(k, parent, opposite(side));
    }
    if (!is_red(k, child(k, sibling, side)) && !is_red(k, child(k, sibling, opposite(side)))) {
      paint(k, sibling, true);
      node = parent;
      parent = k[node].tree.parent;
      continue;
    }
    if (!is_red(k, child(k, sibling, opposite(side)))) {
      paint(k, child(k, sibling, side), false);
      paint(k, sibling, true);
      rotate(k, tree, sibling, opposite(side));
      sibling = child(k, parent, opposite(side));
    }
    paint(k, sibling, is_red(k, parent));
    paint(k, parent, false);
    paint(k, child(k, sibling, opposite(side)), false);
    rotate(k, tree, parent, side);
    break;
  }
  if (node == tree.root || is_red(k, node)) paint(k, node, false);
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
  k.assign(k[skb].tree, SkbTreeNode{parent, {}, {}, 1});
  if (!parent)
    k.put(tree.root, skb);
  else
    k.put(left ? k[parent].tree.left : k[parent].tree.right, skb);
  balance_after_insert(k, tree, skb);
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
  const SkbTreeNode node = k[skb].tree;
  SkbId parent = node.parent, moved_up;
  bool lost_black = node.red == 0;
  if (!node.left || !node.right) {
    moved_up = node.left ? node.left : node.right;
    replace_child(k, tree, parent, skb, moved_up);
  } else {  // the next one takes its place and colour
    const SkbId next = outermost(k.host(), node.right, true);
    moved_up = k[next].tree.right;
    lost_black = !is_red(k, next);
    parent = k[next].tree.parent;
    if (parent == skb) {
      parent = next;
    } else {
      replace_child(k, tree, parent, next, moved_up);
      k.put(k[next].tree.right, node.right);
      k.put(k[node.right].tree.parent, next);
    }
    replace_child(k, tree, node.parent, skb, next);
    k.put(k[next].tree.left, node.left);
    k.put(k[node.left].tree.parent, next);
    paint(k, next, node.red != 0);
  }
  if (lost_black && tree.root) balance_after_erase(k, tree, moved_up, parent);
  k.assign(k[skb].tree, SkbTreeNode{});
  k.set(tree.count, tree.count - 1);
}

void skb_tree_replace(Kernel& k, const SkbTree& tree, SkbId old, SkbId fresh) {
  const SkbTreeNode node = k[old].tree;
  k.assign(k[fresh].tree, node);
  replace_child(k, tree, node.parent, old, fresh);
  if (node.left) k.put(k[node.left].tree.parent, fresh);
  if (node.right) k.put(k[node.right].tree.parent, fresh);
  k.assign(k[old].tree, SkbTreeNode{});
}

}  // namespace ringside
