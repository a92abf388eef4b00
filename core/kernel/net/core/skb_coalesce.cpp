#include "core/kernel/net/core/skb_coalesce.h"

#include "core/kernel/net/core/skbuff.h"

namespace ringside {

namespace {
constexpr std::uint32_t kMaxSkbFrags = 17;

bool is_nonlinear(const SkBuff& skb) { return skb.nr_frags != 0 || skb.frag_list; }

/// Appends all pieces of `from` behind those of `to`.
void append_pieces(Kernel& k, SkbId to, SkbId from) {
  skb_for_each_piece(k.host(), from, 0, k[from].len,
                     [&](const DataRef& piece) { skb_add_frag(k, to, piece, false); });
}
}  // namespace

std::uint32_t skb_tailroom(const SkBuff& skb) {
  return is_nonlinear(skb) || skb.tail > skb.headroom_size ? 0 : skb.headroom_size - skb.tail;
}

bool skb_try_coalesce(Kernel& k, SkbId to, SkbId from, std::int32_t& delta) {
  const SkBuff& t = k[to];
  const SkBuff& f = k[from];
  delta = 0;
  if (t.cloned != 0) return false;
  if (k.decide("fits_tailroom", f.len <= skb_tailroom(t), {{"len", f.len}, {"tailroom", skb_tailroom(t)}})) {
    if (f.len == 0) return true;
    k.copy(from, f.place, t.place, f.len);
    const std::uint32_t len = f.len;
    append_pieces(k, to, from);
    k.put(t.tail, t.tail + len);
    return true;
  }
  if (t.frag_list || f.frag_list) return false;
  const bool has_head = is_nonlinear(f) ? skb_headlen(f) != 0 : f.len != 0;
  const std::uint32_t frags = t.nr_frags + f.nr_frags + (has_head ? 1u : 0u);
  if (frags > kMaxSkbFrags) return false;
  if (has_head && !k.decide("head_can_be_stolen", f.head_frag != 0 && f.cloned == 0)) return false;
  const std::uint32_t kept = has_head ? kSkBuffSize : skb_truesize(f.headroom_size);
  delta = static_cast<std::int32_t>(f.truesize - kept);
  append_pieces(k, to, from);
  k.put(t.nr_frags, static_cast<std::uint16_t>(frags));
  k.set(t.truesize, t.truesize + static_cast<std::uint32_t>(delta));
  return true;
}

void skb_condense(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  if (is_nonlinear(s)) {
    if (s.frag_list || s.data_len > s.headroom_size - s.tail || s.cloned != 0) return;
    k.copy(skb, s.place, s.place, s.data_len);
    k.put(s.tail, s.tail + s.data_len);
    k.put(s.nr_frags, std::uint16_t{0});
  }
  k.set(s.truesize, skb_truesize(s.headroom_size));
}

}  // namespace ringside
