// Images of the host taken now and then, small enough for a long run: each holds only what has changed since
// the one before it.
#pragma once
#include <cstdint>
#include <mutex>
#include <vector>

#include "core/model/host.h"

namespace ringside {

/// One writer; restore() by any thread.
class HostArchive {
 public:
  HostArchive();
  /// Takes an image of the host and of further bytes that belong to it; returns its number, counted from 0.
  std::uint32_t add(const Host& host, const std::vector<std::uint8_t>& extra = {});
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
    std::uint32_t base = 0;  ///< apply from this image on; its own number: it differs from an empty host
    std::uint8_t cpu_count = 1;
    std::vector<Run> runs;
    std::vector<std::uint8_t> bytes;
    std::size_t extra_size = 0;
    std::size_t size() const { return runs.size() * sizeof(Run) + bytes.size(); }
  };
  static void compare(const Host& before, const Host& after, Image& image);
  static void compare_region(const Run& region, const std::uint8_t* before, const std::uint8_t* after,
                             Image& image);
  static void compare_extra(const std::vector<std::uint8_t>& before, const std::vector<std::uint8_t>& after,
                            Image& image);
  static void apply(const Image& image, Host* host, std::vector<std::uint8_t>* extra);

  Host latest_;  ///< the writer's: as it was at the last image
  std::vector<std::uint8_t> latest_extra_;
  mutable std::mutex mutex_;
  std::vector<Image> images_;
  std::size_t bytes_ = 0, since_base_ = 0;
};

}  // namespace ringside
