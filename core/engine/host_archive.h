// Images of the host taken now and then, small enough for a long run: each holds only what has changed since
// the one before it; and memory holds only the first of them, a file without a name the others.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "core/model/host.h"
#include "core/model/written.h"
#include "core/nic/spill_file.h"

namespace ringside {

/// One writer; restore() by any thread.
class HostArchive {
 public:
  /// Images beyond `most_in_memory` bytes go to the file.
  explicit HostArchive(std::size_t most_in_memory = kMostInMemory) : most_in_memory_(most_in_memory) {}
  /// Takes an image of the host and of further bytes that belong to it; returns its number, counted from 0.
  /// It is lower than the one before if the disk is full: then all images from it on are lost, and from now
  /// on all stay in memory. What is not `written` has not changed since the image before (null: not known).
  std::uint32_t add(const Host& host, const std::vector<std::uint8_t>& extra = {},
                    const WrittenParts* written = nullptr);
  /// Forgets every second image: number 2n is n from now on.
  void thin_out();
  /// Makes `host` and `extra` what they were at image `number`; false if it cannot be read any more.
  bool restore(std::uint32_t number, Host& host, std::vector<std::uint8_t>* extra = nullptr) const;
  /// In memory.
  std::size_t bytes() const;
  std::size_t bytes_in_file() const;

 private:
  static constexpr std::size_t kMostInMemory = 8u << 20;
  /// Bytes of one region that differ, as they are afterwards.
  struct Run {
    ObjectKind kind;
    std::uint32_t region;
    std::uint32_t offset;
    std::uint32_t size;
  };
  struct Image {
    bool whole = false;  ///< differs from an empty host, not from the image before
    std::uint8_t cpu_count = 1;
    std::vector<Run> runs;
    std::vector<std::uint8_t> bytes;
    std::size_t extra_size = 0;
    std::size_t extra_least = 0;  ///< that it has had since the image before: what lay behind it is lost
    std::size_t size() const { return runs.size() * sizeof(Run) + bytes.size(); }
    bool in_file = false;  ///< runs and bytes are there
    std::uint64_t at = 0;  ///< where; and how many
    std::size_t runs_in_file = 0, bytes_in_file = 0;
  };
  static void compare(const Host& before, const Host& after, const WrittenParts* written, Image& image);
  static void compare_with_new(const Host& after, Image& image);
  static void compare_region(const Run& region, const std::uint8_t* before, const std::uint8_t* after,
                             const WrittenParts* written, Image& image);
  static void add_run(Image& image, const Run& run, const std::uint8_t* bytes);
  static void compare_extra(std::vector<std::uint8_t>& before, const std::vector<std::uint8_t>& after,
                            Image& image);
  static void make_new(Host& host);
  static void apply(const Image& image, Host* host, std::vector<std::uint8_t>* extra);
  bool put_in_file(Image& image);
  bool read(Image& image) const;
  static Image merge(const Image& first, const Image& second);

  Host latest_;  ///< the writer's: as it was at the last image
  std::vector<std::uint8_t> latest_extra_;
  const std::size_t most_in_memory_;
  mutable std::mutex mutex_;  // guards what follows
  std::unique_ptr<nic::SpillFile> file_;
  bool no_file_ = false;  ///< it could not be made, or the disk was full
  std::vector<Image> images_;
  std::size_t bytes_ = 0, since_whole_ = 0;
};

}  // namespace ringside
