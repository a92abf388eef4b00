// Where a connection's sequence numbers begin: the stage and the sentences count from there.
#include "core/model/host.h"
#include "ui/panels/why_parts.h"
#include "ui/stage/picture_reader.h"

namespace ringside::ui {

namespace {
std::uint32_t flow_of(const Player& player, const Event& event) {
  const Host& host = player.host();
  if (event.packet != 0)
    if (const auto row = player.trace().row_of(event.packet))
      if (const std::uint32_t flow = player.trace().packet(*row).flow) return flow;
  return event.sock && host.socks.is_live(event.sock.index) ? host[event.sock].flow : 0;
}
}  // namespace

SeqBase seq_base(const Player& player) {
  const StepView last = player.last();
  if (!last) return {};
  SeqBase base;
  const std::uint32_t flow = flow_of(player, last.event());
  if (const auto first = first_sent_of(player.trace(), flow)) {
    const bool syn = (first->flags & 2) != 0;
    base.ours = syn ? first->seq : first->seq - 1;
    if (syn && first->ack != 0) base.theirs = first->ack - 1;
  }
  const SockId sock = last->sock;
  const Host& host = player.host();
  if (sock && host.socks.is_live(sock.index) && host[sock].flow == flow && host[sock].tp.irs != 0)
    base.theirs = host[sock].tp.irs;
  return base;
}

}  // namespace ringside::ui
