// Bytes that only grow, kept in a file without a name: memory holds the newest few, however long it goes on.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/result.h"
#include "core/wire/bytes.h"

namespace ringside::nic {

/// Several threads may read while one appends.
class SpillFile {
 public:
  /// In the temporary folder: TMPDIR, else that which keeps large files (not in memory). Error: spill.open
  /// (args detail).
  static Result<std::unique_ptr<SpillFile>> create();
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  /// Where it begins. After failed() nothing is kept any more.
  std::uint64_t append(wire::Bytes bytes);
  /// Fills `out` from `offset` on; false if these bytes are not there.
  bool read(std::uint64_t offset, std::span<std::uint8_t> out) const;
  std::uint64_t size() const;
  /// errno of the first write that failed (the disk is full), or 0.
  int failed() const;

 private:
  explicit SpillFile(int fd) : fd_(fd) {}
  void flush();
  void write(wire::Bytes bytes);
  static constexpr std::size_t kTail = 256u << 10;
  int fd_;
  mutable std::mutex mutex_;  // guards what follows
  std::uint64_t written_ = 0;
  wire::Buffer tail_;  ///< appended and not yet written
  int failure_ = 0;
};

}  // namespace ringside::nic
