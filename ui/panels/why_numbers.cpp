// Where a connection's sequence numbers begin: the stage and the sentences count from there.
#include "core/model/host.h"
#include "ui/panels/why_parts.h"
#include "ui/stage/picture_reader.h"

namespace ringside::ui {

namespace {

const Sock* live_sock(const Player& player, std::uint32_t index) {
  const Host& host = player.host();
  return index != 0 && host.socks.is_live(index) ? &host.socks[index] : nullptr;
}

/// `sk`: the connection's socket, if there is one.
SeqBase base_of_flow(const Player& player, std::uint32_t flow, const Sock* sk) {
  SeqBase base;
  if (const auto first = first_sent_of(player.trace(), flow)) {
    const bool syn = (first->flags & 2) != 0;  // a request's SYN-ACK may belong to no connection
    base.ours = syn ? first->seq : first->seq - 1;
    if (syn && first->ack != 0) base.theirs = first->ack - 1;
  }
  if (sk != nullptr && sk->tp.irs != 0) base.theirs = sk->tp.irs;
  return base;
}

}  // namespace

SeqBase seq_base_of_sock(const Player& player, std::uint32_t index) {
  const Sock* sk = live_sock(player, index);
  return sk != nullptr ? base_of_flow(player, sk->flow, sk) : SeqBase{};
}

SeqBase seq_base_of_step(const Player& player) {
  const StepView last = player.last();
  if (!last) return {};
  const Sock* sk = live_sock(player, sock_of_interest(player, {}));
  std::uint32_t flow = sk != nullptr ? sk->flow : 0;
  if (last->packet != 0)
    if (const auto row = player.trace().row_of(last->packet))
      if (const std::uint32_t its = player.trace().packet(*row).flow) flow = its;
  return base_of_flow(player, flow, sk != nullptr && sk->flow == flow ? sk : nullptr);
}

}  // namespace ringside::ui
