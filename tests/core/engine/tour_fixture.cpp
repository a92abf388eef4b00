#include "tests/core/engine/tour.h"

namespace ringside::test {

std::vector<Stop> tour() {
  std::vector<Stop> all;
  for (const auto& part :
       {nic_stops(), ip_stops(), ipv6_stops(), tcp_stops(), closing_stops(), socket_stops(), sender_stops()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace ringside::test
