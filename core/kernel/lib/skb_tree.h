// The kernel's red-black trees of skbs ordered by sequence number (out_of_order_queue, tcp_rtx_queue;
// lib/rbtree.c). The same insertions and removals give the same tree as there: which skbs a search meets is
// seen in the trace.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// Lowest and highest sequence number; none if empty.
SkbId skb_tree_first(const Host& host, const SkbTree& tree);
SkbId skb_tree_last(const Host& host, const SkbTree& tree);
/// Neighbours in sequence order (skb_rb_next, skb_rb_prev); none at the end.
SkbId skb_tree_next(const Host& host, SkbId skb);
SkbId skb_tree_prev(const Host& host, SkbId skb);

/// Links `skb` as a leaf under `parent` (none: the tree is empty), on its left or right, and rebalances
/// (rb_link_node, rb_insert_color).
void skb_tree_link(Kernel& k, const SkbTree& tree, SkbId skb, SkbId parent, bool left);
/// Inserts by cb.seq; equal sequence numbers go right.
void skb_tree_insert(Kernel& k, const SkbTree& tree, SkbId skb);
void skb_tree_erase(Kernel& k, const SkbTree& tree, SkbId skb);
/// Puts `fresh` in the place of `old`, which leaves the tree (rb_replace_node). Their order must be the same.
void skb_tree_replace(Kernel& k, const SkbTree& tree, SkbId old, SkbId fresh);

}  // namespace ringside
