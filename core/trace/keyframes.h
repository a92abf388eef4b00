// Images of the host taken now and then, small enough for a long run: each holds only what has changed since
// the one before it.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "core/model/host.h"

namespace ringside {

/// One writer; restore() by any thread.
class HostArchive {
 public:
  HostArchive();
  ~HostArchive();
  /// Takes an image of the host and of further bytes that belong to it; returns its number, counted from 0.
  std::uint32_t add(const Host& host, const std::vector<std::uint8_t>& extra = {});
  /// Forgets every second image: number 2n is n from now on.
  void thin_out();
  /// Makes `host` and `extra` what they were at image `number`.
  void restore(std::uint32_t number, Host& host, std::vector<std::uint8_t>* extra = nullptr) const;
  std::size_t bytes() const;

 private:
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
  };
  class Settled;
  static void compare(const Host& before, const Host& after, Image& image, Settled* settled);
  static void compare_region(const Run& region, const std::uint8_t* before, const std::uint8_t* after,
                             Image& image);
  static void add_run(Image& image, const Run& run, const std::uint8_t* bytes);
  static void compare_extra(const std::vector<std::uint8_t>& before, const std::vector<std::uint8_t>& after,
                            Image& image);
  static void apply(const Image& image, Host* host, std::vector<std::uint8_t>* extra);
  static Image merge(const Image& first, const Image& second);

  std::unique_ptr<Settled> settled_;
  Host latest_;  ///< the writer's: as it was at the last image
  std::vector<std::uint8_t> latest_extra_;
  mutable std::mutex mutex_;
  std::vector<Image> images_;
  std::size_t bytes_ = 0, since_whole_ = 0;
};

}  // namespace ringside
