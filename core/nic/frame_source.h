// Where frames come from, whatever it is: a capture file, a script, a TAP that still grows.
// Random access by index, so that a page of the trace can be run again.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "core/wire/bytes.h"

namespace ringside::nic {

/// How the first bytes of a frame are to be read. LINKTYPE_ numbers of the tcpdump project in brackets.
enum class LinkType : std::uint8_t {
  kEthernet,   ///< [1]
  kLinuxSll,   ///< Linux cooked capture [113]
  kLinuxSll2,  ///< Linux cooked capture v2 [276]
  kNull,       ///< BSD loopback, family in the capturing host's byte order [0]
  kLoop,       ///< OpenBSD loopback, family in network order [108]
  kRaw,        ///< begins with the IP header [101, 12, 14, 228, 229]
};

/// One frame as it was captured.
struct Frame {
  std::uint32_t number = 0;    ///< in the file, from 1: frames a filter leaves out count too
  std::int64_t t_ns = 0;       ///< since the file's first frame; negative if stamped before it
  std::uint32_t wire_len = 0;  ///< bytes it had on the wire; at least bytes.size()
  LinkType link = LinkType::kEthernet;
  wire::Bytes bytes;  ///< as captured: fewer than wire_len if a snap length cut it
};

/// A sequence of frames read by one thread. Indices run from 0 in the order of the source.
class FrameSource {
 public:
  struct State {
    std::uint64_t frames = 0;  ///< known to be there; may still grow
    bool complete = false;     ///< the end has been seen: there are no more
  };

  virtual ~FrameSource() = default;
  /// nullopt behind the last frame there is (so far), or when it cannot be read any more: see problems().
  /// The bytes stay valid until the next call on this object.
  virtual std::optional<Frame> at(std::uint64_t index) = 0;
  virtual State state() const = 0;
  /// What is wrong with the source; what could be read is kept all the same.
  virtual std::vector<Error> problems() const = 0;
  /// A second reader of the same frames, for another thread.
  virtual std::unique_ptr<FrameSource> clone() const = 0;
};

/// Where the frame of that number in the file stands; nullopt if the source has none (a filter left it out).
std::optional<std::uint64_t> index_of(FrameSource& source, std::uint32_t number);

}  // namespace ringside::nic
