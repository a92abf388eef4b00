// net/core/skbuff.c: lists of skbs, their data, their end.
#pragma once
#include <cstdint>
#include <span>

#include "core/machine/kernel.h"

namespace ringside {

/// A fresh skb for `data` whose linear area has room for `head_size` bytes. The allocator rounds the area up
/// (skb_head_object) and truesize counts what it really takes. Source: __alloc_skb, ksize.
SkbId alloc_skb(Kernel& k, const DataRef& data, std::uint32_t head_size);
/// The same from a page fragment, which is cut to size: what drivers receive into. Source: netdev_alloc_skb,
/// napi_alloc_skb.
SkbId netdev_alloc_skb(Kernel& k, const DataRef& data, std::uint32_t head_size);
/// Bytes of the slab object that a linear area of `head_size` bytes with its skb_shared_info takes: powers of
/// two, and on 6.18 skbuff_small_head for everything that fits in it.
std::uint32_t skb_head_object(Kernel& k, std::uint32_t head_size);
/// sizeof(sk_buff) aligned, and sizeof(skb_shared_info) aligned, on x86-64.
inline constexpr std::uint32_t kSkBuffSize = 256, kSharedInfoSize = 320;
constexpr std::uint32_t skb_truesize(std::uint32_t head) { return head + kSkBuffSize + kSharedInfoSize; }

/// kfree_skb_reason(): the packet dies here, counted by reason, a `drop` step. Ownership is given back
/// (sock_rfree ...).
void kfree_skb_reason(Kernel& k, SkbId skb, Drop reason);
/// consume_skb(): it has done its work.
void consume_skb(Kernel& k, SkbId skb);
/// skb_clone(): a second sk_buff for the same data (send side: what travels down while the original stays
/// queued).
SkbId skb_clone(Kernel& k, SkbId skb);

void skb_queue_tail(Kernel& k, const SkbQueue& list, SkbId skb);
void skb_queue_head(Kernel& k, const SkbQueue& list, SkbId skb);
/// Inserts `skb` behind `prev`, which is in `list`.
void skb_append(Kernel& k, const SkbQueue& list, SkbId prev, SkbId skb);
void skb_unlink(Kernel& k, const SkbQueue& list, SkbId skb);
/// Takes the first; none if empty.
SkbId skb_dequeue(Kernel& k, const SkbQueue& list);

/// Drops `bytes` at the front (skb_pull): data_off and len. `bytes` <= len.
void skb_pull(Kernel& k, SkbId skb, std::uint32_t bytes);
/// Moves skb->data back in front of bytes that were pulled (skb_push).
void skb_unpull(Kernel& k, SkbId skb, std::uint32_t bytes);
/// pskb_may_pull(): are `bytes` from skb->data on there in the linear part, fetched from fragments if need
/// be? False if the packet is shorter, or if the capture cut these bytes off (truncated skbs).
bool pskb_may_pull(Kernel& k, SkbId skb, std::uint32_t bytes);
/// Cuts to `len` bytes at the end (pskb_trim).
void skb_trim(Kernel& k, SkbId skb, std::uint32_t len);
inline std::uint32_t skb_headlen(const SkBuff& skb) { return skb.len - skb.data_len; }
/// The linear bytes from skb->data on.
std::span<const std::uint8_t> skb_data(Kernel& k, SkbId skb);
/// The bytes of the head piece from an offset in the frame (mac_off, network_off, transport_off) on.
std::span<const std::uint8_t> skb_header(Kernel& k, SkbId skb, std::uint32_t offset);
/// All bytes from skb->data + `offset` on, pieces joined, at most `len`; shorter if the capture holds fewer.
std::vector<std::uint8_t> skb_copy_bits(Kernel& k, SkbId skb, std::uint32_t offset, std::uint32_t len);
/// Adds a piece of data behind the last one: len, data_len and nr_frags grow; truesize is the caller's
/// business.
void skb_add_frag(Kernel& k, SkbId skb, const DataRef& data, bool counts_as_frag = true);

/// Calls f(const DataRef&) for the pieces that make up [offset, offset+len) counted from skb->data.
template <class F>
void skb_for_each_piece(const Host& host, SkbId id, std::uint32_t offset, std::uint32_t len, F&& f) {
  const SkBuff& skb = host[id];
  const auto emit = [&](const DataRef& piece) {
    if (len == 0) return;
    if (offset >= piece.len) {
      offset -= piece.len;
      return;
    }
    const std::uint32_t take = piece.len - offset < len ? piece.len - offset : len;
    f(DataRef{piece.source, piece.offset + offset, take});
    offset = 0;
    len -= take;
  };
  emit(DataRef{skb.frame.source, skb.frame.offset + skb.data_off, skb_headlen(skb)});
  for (FragId frag = skb.frags; frag && len != 0; frag = host[frag].next) emit(host[frag].data);
}

/// The headers pushed so far (send side), outermost first.
std::span<const std::uint8_t> skb_pushed(Kernel& k, SkbId skb);
/// Pushes header bytes in front of those already there (send side). `len` stays the payload's.
void skb_push_header(Kernel& k, SkbId skb, std::span<const std::uint8_t> bytes);

}  // namespace ringside
