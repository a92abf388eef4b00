// Writes frames to a classic pcap file with nanosecond time stamps, through libpcap.
#pragma once
#include <memory>
#include <string>

#include "core/nic/frame_source.h"

struct pcap;
struct pcap_dumper;

namespace ringside::nic {

/// Writes beside `path` and takes its place in finish(): whoever is stopped in between leaves what was there.
/// Errors: capture.write (args detail; `packet` the frame it happened at), capture.missing,
/// capture.permission, capture.not_regular (something else stands at `path`).
class CaptureWriter {
 public:
  /// `start_ns` is added to every frame's t_ns: nanoseconds since 1970.
  static Result<std::unique_ptr<CaptureWriter>> create(const std::string& path, LinkType link,
                                                       std::int64_t start_ns = 0);
  ~CaptureWriter();  ///< without finish(): removes what was written
  CaptureWriter(const CaptureWriter&) = delete;
  CaptureWriter& operator=(const CaptureWriter&) = delete;

  /// Times before 1970 are written as 1970: the format has no others.
  void write(std::int64_t t_ns, wire::Bytes bytes, std::uint32_t wire_len = 0);
  void write(const Frame& frame) { write(frame.t_ns, frame.bytes, frame.wire_len); }
  /// Flushes, syncs, renames. The number of frames written, or the first error since create().
  Result<std::uint64_t> finish();

 private:
  CaptureWriter() = default;
  std::string path_;
  std::string partial_path_;
  std::int64_t start_ns_ = 0;
  pcap* pcap_ = nullptr;
  pcap_dumper* dumper_ = nullptr;
  std::uint64_t count_ = 0;
  std::uint64_t failed_at_ = 0;
  int failure_ = 0;  ///< errno
};

}  // namespace ringside::nic
