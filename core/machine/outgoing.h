// A frame that the modelled host puts on the wire.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "core/model/skb.h"

namespace ringside {

/// Headers as real bytes (parse them with core/wire), payload by reference.
struct Outgoing {
  std::int64_t t_ns = 0;
  std::uint64_t step = 0;  ///< the trace's step that sent it
  std::uint16_t ethertype = 0x0800;
  std::uint8_t header_len = 0;  ///< network and transport header together
  std::array<std::uint8_t, 200> header{};
  std::vector<DataRef> payload;  ///< DataRef::source 0: that many zero bytes
  std::uint32_t payload_len = 0;
  std::uint16_t gso_size = 0;  ///< != 0: the device cuts it into segments of this size
  SockId sock;
  std::uint32_t flow = 0;
};

/// Takes what the host sends. Called in time order per CPU.
class OutgoingSink {
 public:
  virtual ~OutgoingSink() = default;
  virtual void transmitted(const Outgoing& frame) = 0;
  /// Whether it looks at transport checksums: to make them all payload has to be read.
  virtual bool wants_checksums() const { return true; }
};

/// Takes the bytes that read() and its kin gave to an application.
class DeliverySink {
 public:
  virtual ~DeliverySink() = default;
  virtual void delivered(std::int64_t t_ns, SockId sock, std::uint32_t flow, const DataRef& bytes,
                         bool peeked) = 0;
};

}  // namespace ringside
