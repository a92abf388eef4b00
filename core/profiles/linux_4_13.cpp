#include "core/profiles/profile.h"

namespace ringside {

const KernelProfile& linux_4_13() {
  static const KernelProfile profile = [] {
    KernelProfile p;
    p.name = "4.13";
    p.id = InProfile::p413;
    p.hz = 1000;
    p.has_prequeue = true;
    p.ksoftirqd_gate = true;
    p.frag_overlap_trims = true;
    p.frag_evictor = true;
    p.sockopt = sockopt_4_13();
    p.tcp_rcv = tcp_receive_4_13();
    p.connection = connection_4_13();
    return p;
  }();
  return profile;
}

}  // namespace ringside
