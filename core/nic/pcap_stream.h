// libpcap's reader of a file, with its way of saying what is wrong turned into ids. Used by capture_file
// only.
#pragma once
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/wire/bytes.h"

struct pcap;

namespace ringside::nic {

/// One pass over a capture file; can be put back to any place it has told.
class PcapStream {
 public:
  enum class Status { kRecord, kEnd, kFailed };

  /// Opens `path`, which must be a regular file; `name` is what errors call it.
  static Result<std::unique_ptr<PcapStream>> open(const std::string& path, const std::string& name);
  ~PcapStream();
  PcapStream(const PcapStream&) = delete;
  PcapStream& operator=(const PcapStream&) = delete;

  int dlt() const;
  bool is_pcapng() const;
  /// Reads one record; the members below are its parts, valid until the next call.
  Status next();
  wire::Bytes bytes() const { return bytes_; }
  std::uint32_t wire_len() const { return wire_len_; }
  /// Since 1970; cut to what lies between the years 1823 and 2116, so that differences fit.
  std::int64_t stamp_ns() const { return stamp_ns_; }
  /// Why next() failed, without a packet number.
  Error failure() const;

  std::int64_t tell() const;
  bool seek(std::int64_t offset);
  /// True if a hole begins at `offset`: 4 KiB of zeros. (Fewer are read as the empty records they are.)
  bool hole_at(std::int64_t offset) const;

 private:
  PcapStream() = default;
  std::vector<char> buffer_;
  pcap* pcap_ = nullptr;
  std::string name_;
  wire::Bytes bytes_;
  std::uint32_t wire_len_ = 0;
  std::int64_t stamp_ns_ = 0;
};

/// Opens for reading without waiting (a FIFO would) and makes sure it is a regular file. Returns the
/// descriptor. Errors as listed at CaptureFile.
Result<int> open_regular_file(const std::string& path, const std::string& name, std::uint64_t* size);

}  // namespace ringside::nic
