// Hears of packets as they go, whether or not a journal is written: what lists and charts are made from.
#pragma once
#include <cstdint>

#include "core/model/counters.h"
#include "core/model/enums.h"
#include "core/model/ids.h"

namespace ringside {

struct Arrival;

/// Called in the run's order, by the thread that runs. The host is as it is just after what is told.
class Observer {
 public:
  virtual ~Observer() = default;
  /// The frame reaches the NIC.
  virtual void arrived(const Arrival& arrival) = 0;
  virtual void moved(SkbId skb, SockId sock, Place from, Place to) = 0;
  /// A request sock goes from place to place.
  virtual void moved_request(RequestId request, Place from, Place to) = 0;
  /// `skb` none: the frame never became one, `packet` is its number.
  virtual void dropped(SkbId skb, std::uint32_t packet, SockId sock, Drop reason) = 0;
  virtual void freed(SkbId skb) = 0;
  /// Of the counters that hears_of() names.
  virtual void counted(Counter counter, std::uint32_t packet, SockId sock) = 0;
  /// A process takes or gives up the socket lock.
  virtual void locked(SockId sock, bool owned) = 0;

  static constexpr bool hears_of(Counter counter) {
    return counter == Counter::softnet_time_squeeze || counter == Counter::PruneCalled ||
           counter == Counter::RcvPruned || counter == Counter::OfoPruned;
  }
};

}  // namespace ringside
