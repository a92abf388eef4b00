// A capture file, read by libpcap and never held in memory.
//
// libpcap reads every byte; what stands here is the way back to a frame: every 64 records, or 128 KiB, the
// file offset libpcap had reached (pcap_file() and ftello()), 32 bytes each. A frame is reached by seeking to
// the last such place before it and reading on. So 10^7 frames cost 5 MB, a pass costs what libpcap costs,
// and a file that is changed, cut or removed while it is open ends in an error, not in a signal (no mmap).
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "core/nic/capture_filter.h"
#include "core/nic/frame_source.h"

namespace ringside::nic {

struct CaptureProgress {
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;  ///< of the file, read so far
  std::uint64_t total_bytes = 0;
};

/// What is known of a capture file, shared by its readers; all members may be called by any thread.
///
/// Errors of open(), `file` being the path: capture.missing, capture.permission, capture.directory,
/// capture.not_regular, capture.empty_file (0 bytes), capture.compressed, capture.not_a_capture,
/// capture.header_cut, capture.link_type (args dlt, name), capture.read (args detail), filter.*.
/// problems() afterwards, `packet` being the record concerned: capture.cut (the file ends inside this
/// record), capture.corrupt (args detail), capture.zeros (a hole of zeros begins here: a file never written
/// to its end), capture.mixed_link_types and capture.mixed_snaplen (libpcap reads no further),
/// capture.time_backwards (the first such record; args count), capture.changed, capture.read.
class CaptureFile : public std::enable_shared_from_this<CaptureFile> {
 public:
  /// `filter` in libpcap's language; "" takes every frame. Reads no further than the first record.
  static Result<std::shared_ptr<CaptureFile>> open(const std::string& path, const std::string& filter = "");
  ~CaptureFile();

  const std::string& path() const { return path_; }
  LinkType link() const { return link_; }
  std::uint64_t size_bytes() const { return size_bytes_; }
  /// When the first record was captured, nanoseconds since 1970 (the t_ns 0 of every frame); 0 if there is
  /// none. Times beyond the year 2116 are cut to what fits.
  std::int64_t start_ns() const { return start_ns_; }

  std::unique_ptr<FrameSource> reader();
  FrameSource::State state() const;
  /// Records seen so far, those the filter leaves out included.
  std::uint64_t records() const;
  std::vector<Error> problems() const;

  /// Reads to the end, so that state() is complete. `progress` is called from the calling thread about every
  /// 2 MiB. Stops early, returning false, once `cancel` is true; what is known by then stays usable.
  /// Readers may work meanwhile, and what they find first is not read twice into the index.
  bool load(const std::function<void(const CaptureProgress&)>& progress = {},
            const std::atomic<bool>* cancel = nullptr);

 private:
  friend class CaptureReader;

  /// A place to start reading from.
  struct Mark {
    std::int64_t offset = 0;    ///< in the file
    std::uint32_t number = 1;   ///< of the record there
    std::uint64_t index = 0;    ///< of the first frame from there on that the filter takes
    std::int64_t stamp_ns = 0;  ///< of that record: a change of the file is noticed by it
  };

  CaptureFile();
  Mark mark_before(std::uint64_t index) const;
  void add_mark(const Mark& mark);
  void note_failure(const Error& error);
  void note_backwards(std::uint32_t number);
  /// Called by a reader that met the end behind record `records`. Returns an error if it knows of more.
  std::optional<Error> end_met(std::uint32_t records, std::uint64_t frames, std::optional<Error> problem);

  std::string path_;
  int fd_ = -1;  ///< kept open, so that the file can be read on after it was removed or replaced
  LinkType link_ = LinkType::kEthernet;
  std::uint64_t size_bytes_ = 0;
  std::int64_t start_ns_ = 0;
  std::shared_ptr<const CaptureFilter> filter_;

  std::atomic<std::uint64_t> end_index_{~std::uint64_t{0}};  ///< number of frames, once known
  mutable std::mutex mutex_;                                 // guards what follows
  std::vector<Mark> marks_;
  std::uint64_t frames_known_ = 0;
  std::uint64_t records_known_ = 0;
  bool complete_ = false;
  std::uint32_t first_backwards_ = 0;  ///< record stamped before the one in front of it; 0: none
  std::uint32_t last_backwards_ = 0;
  std::uint64_t backwards_count_ = 0;
  std::optional<Error> problem_;  ///< that ended the file
  std::optional<Error> failure_;  ///< the first that ended a reader before the file did
};

}  // namespace ringside::nic
