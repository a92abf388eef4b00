// Writes frames of both directions to a pcapng file (draft-ietf-opsawg-pcapng), which libpcap only reads. One
// Ethernet interface, nanoseconds, the direction as each packet's flags.
#pragma once
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/wire/bytes.h"

namespace ringside::nic {

enum class Direction : std::uint8_t { inbound = 1, outbound = 2 };

/// The file can be read while it grows, and is whole wherever writing ended.
class PcapngWriter {
 public:
  /// `start_ns` is added to every time: nanoseconds since 1970. Errors: capture.write (args detail).
  static Result<std::unique_ptr<PcapngWriter>> create(const std::string& path, const std::string& interface,
                                                      std::int64_t start_ns);
  ~PcapngWriter();
  PcapngWriter(const PcapngWriter&) = delete;
  PcapngWriter& operator=(const PcapngWriter&) = delete;

  /// In any order; kept until settle().
  void write(std::int64_t t_ns, wire::Bytes frame, Direction direction);
  /// Nothing earlier than this will come any more: what is earlier goes into the file, in order of time.
  void settle(std::int64_t t_ns);
  /// Settles everything. The number of frames written, or the first error.
  Result<std::uint64_t> finish();
  const std::string& path() const { return path_; }
  /// Time of the first frame in the file, as it was given; 0 if there is none.
  std::int64_t first_ns() const { return first_ns_; }

 private:
  struct Record {
    wire::Buffer bytes;
    Direction direction = Direction::inbound;
  };
  PcapngWriter() = default;
  void put_block(std::uint32_t type, const wire::Buffer& body);
  void put_packet(std::int64_t t_ns, const Record& record);
  std::string path_;
  std::FILE* file_ = nullptr;
  std::int64_t start_ns_ = 0, first_ns_ = 0;
  std::uint64_t order_ = 0, count_ = 0;
  int failure_ = 0;  ///< errno
  std::map<std::pair<std::int64_t, std::uint64_t>, Record> waiting_;
};

}  // namespace ringside::nic
