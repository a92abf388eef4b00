// Frames as a TAP brings them: appended by one thread, read by any number of others through clones.
#pragma once
#include <atomic>
#include <memory>

#include "core/nic/frame_source.h"
#include "core/nic/spill_file.h"

namespace ringside::nic {

/// Ethernet frames, whole. Kept in files without names: memory does not grow with them.
class LiveFrames : public FrameSource {
 public:
  /// Errors: those of SpillFile::create().
  static Result<std::unique_ptr<LiveFrames>> create();

  /// Times must not run back. Numbers are given from 1 on.
  void append(std::int64_t t_ns, wire::Bytes bytes);
  /// No more will come.
  void finish();

  std::optional<Frame> at(std::uint64_t index) override;
  State state() const override;
  /// spill.write (args detail): what came later is lost.
  std::vector<Error> problems() const override;
  /// Sees also what is appended later.
  std::unique_ptr<FrameSource> clone() const override;

 private:
  struct Record {
    std::int64_t t_ns = 0;
    std::uint64_t offset = 0;
    std::uint32_t len = 0, unused = 0;
  };
  struct Store {
    std::unique_ptr<SpillFile> records, bytes;
    std::atomic<std::uint64_t> count{0};
    std::atomic<bool> complete{false};
  };
  explicit LiveFrames(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  std::shared_ptr<Store> store_;
  wire::Buffer frame_;
};

}  // namespace ringside::nic
