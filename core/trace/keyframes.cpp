#include "core/trace/keyframes.h"

#include <algorithm>
#include <cstring>

namespace ringside {

namespace {
constexpr std::size_t kBlock = 64;

const void* region_of(const Host& host, const Region& region) {
  // Only asks for memory that is there: see compare().
  return const_cast<Host&>(host).region(region.kind, region.number);
}
}  // namespace

HostArchive::HostArchive() = default;

/// `before` must have all chunks that `after` has.
void HostArchive::compare(const Host& before, const Host& after, Image& image) {
  image.cpu_count = after.cpu_count;
  const auto old_regions = before.regions();
  std::size_t at = 0;
  for (const auto& [region, memory] : after.regions()) {
    const void* old = nullptr;
    // Both lists are in the same order; `before` may have further chunks.
    while (at < old_regions.size() &&
           (old_regions[at].first.kind != region.kind || old_regions[at].first.number != region.number))
      ++at;
    old = at < old_regions.size() ? old_regions[at].second : region_of(before, region);
    const auto* a = static_cast<const std::uint8_t*>(old);
    const auto* b = static_cast<const std::uint8_t*>(memory);
    for (std::size_t offset = 0; offset < region.size; offset += kBlock) {
      const std::size_t size = std::min(kBlock, region.size - offset);
      if (std::memcmp(a + offset, b + offset, size) == 0) continue;
      if (!image.runs.empty()) {
        Run& last = image.runs.back();
        if (last.kind == region.kind && last.region == region.number && last.offset + last.size == offset) {
          last.size += static_cast<std::uint32_t>(size);
          image.bytes.insert(image.bytes.end(), b + offset, b + offset + size);
          continue;
        }
      }
      image.runs.push_back(
          {region.kind, region.number, static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(size)});
      image.bytes.insert(image.bytes.end(), b + offset, b + offset + size);
    }
  }
  image.runs.shrink_to_fit();
  image.bytes.shrink_to_fit();
}

void HostArchive::apply(const Image& image, Host& host) {
  host.cpu_count = image.cpu_count;
  const std::uint8_t* from = image.bytes.data();
  std::uint8_t* memory = nullptr;
  ObjectKind kind = ObjectKind::none;
  std::uint32_t number = 0;
  for (const Run& run : image.runs) {
    if (memory == nullptr || run.kind != kind || run.region != number) {
      kind = run.kind;
      number = run.region;
      memory = static_cast<std::uint8_t*>(host.region(kind, number));
    }
    std::memcpy(memory + run.offset, from, run.size);
    from += run.size;
  }
}

std::uint32_t HostArchive::add(const Host& host) {
  for (const auto& [region, memory] : host.regions()) latest_.region(region.kind, region.number);
  Image image;
  compare(latest_, host, image);
  apply(image, latest_);
  const std::lock_guard lock(mutex_);
  const auto number = static_cast<std::uint32_t>(images_.size());
  const std::size_t size = image.runs.size() * sizeof(Run) + image.bytes.size();
  since_base_ += size;
  if (number == 0) {
    since_base_ = 0;
  } else if (since_base_ >
             2 * host.bytes()) {  // a chain as long as that costs more to walk than to begin anew
    Image whole;
    compare(Host{}, host, whole);
    image = std::move(whole);
    image.base = number;
    since_base_ = 0;
  } else {
    image.base = images_.back().base;
  }
  bytes_ += image.runs.size() * sizeof(Run) + image.bytes.size();
  images_.push_back(std::move(image));
  return number;
}

void HostArchive::restore(std::uint32_t number, Host& host) const {
  host = Host{};
  const std::lock_guard lock(mutex_);
  for (std::uint32_t i = images_[number].base; i <= number; ++i) apply(images_[i], host);
}

std::size_t HostArchive::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace ringside
