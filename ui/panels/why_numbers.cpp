// Where a connection's sequence numbers begin: the stage and the sentences count from there.
#include "core/model/host.h"
#include "ui/panels/why_parts.h"
#include "ui/stage/picture_reader.h"

namespace ringside::ui {

SeqBase seq_base(const Player& player) {
  const StepView last = player.last();
  if (!last) return {};
  const Host& host = player.host();
  const std::uint32_t index = sock_of_interest(player, {});
  const Sock* sk = index != 0 && host.socks.is_live(index) ? &host.socks[index] : nullptr;
  std::uint32_t flow = sk != nullptr ? sk->flow : 0;
  if (last->packet != 0)
    if (const auto row = player.trace().row_of(last->packet))
      if (const std::uint32_t its = player.trace().packet(*row).flow) flow = its;
  SeqBase base;
  if (const auto first = first_sent_of(player.trace(), flow)) {
    const bool syn = (first->flags & 2) != 0;  // a request's SYN-ACK may belong to no connection
    base.ours = syn ? first->seq : first->seq - 1;
    if (syn && first->ack != 0) base.theirs = first->ack - 1;
  }
  if (sk != nullptr && sk->flow == flow && sk->tp.irs != 0) base.theirs = sk->tp.irs;
  return base;
}

}  // namespace ringside::ui
