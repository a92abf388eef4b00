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
    compare_region({region.kind, region.number, 0, static_cast<std::uint32_t>(region.size)},
                   static_cast<const std::uint8_t*>(old), static_cast<const std::uint8_t*>(memory), image);
  }
}

void HostArchive::compare_region(const Run& region, const std::uint8_t* before, const std::uint8_t* after,
                                 Image& image) {
  for (std::uint32_t offset = 0; offset < region.size; offset += kBlock) {
    const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(kBlock, region.size - offset));
    if (std::memcmp(before + offset, after + offset, size) == 0) continue;
    Run* last = image.runs.empty() ? nullptr : &image.runs.back();
    if (last != nullptr && last->kind == region.kind && last->region == region.region &&
        last->offset + last->size == offset)
      last->size += size;
    else
      image.runs.push_back({region.kind, region.region, offset, size});
    image.bytes.insert(image.bytes.end(), after + offset, after + offset + size);
  }
}

/// The extra bytes are a region of kind none; bytes beyond the old end count as having been 0.
void HostArchive::compare_extra(const std::vector<std::uint8_t>& before,
                                const std::vector<std::uint8_t>& after, Image& image) {
  std::vector<std::uint8_t> old = before;
  old.resize(after.size());
  image.extra_size = after.size();
  compare_region({ObjectKind::none, 0, 0, static_cast<std::uint32_t>(after.size())}, old.data(), after.data(),
                 image);
  image.runs.shrink_to_fit();
  image.bytes.shrink_to_fit();
}

void HostArchive::apply(const Image& image, Host* host, std::vector<std::uint8_t>* extra) {
  if (host != nullptr) host->cpu_count = image.cpu_count;
  if (extra != nullptr) extra->resize(image.extra_size);
  const std::uint8_t* from = image.bytes.data();
  std::uint8_t* memory = nullptr;
  ObjectKind kind = ObjectKind::none;
  std::uint32_t number = 0;
  for (const Run& run : image.runs) {
    const bool is_extra = run.kind == ObjectKind::none;
    if (is_extra ? extra == nullptr : host == nullptr) {
      from += run.size;
      continue;
    }
    if (memory == nullptr || run.kind != kind || run.region != number) {
      kind = run.kind;
      number = run.region;
      memory = is_extra ? extra->data() : static_cast<std::uint8_t*>(host->region(kind, number));
    }
    std::memcpy(memory + run.offset, from, run.size);
    from += run.size;
  }
}

std::uint32_t HostArchive::add(const Host& host, const std::vector<std::uint8_t>& extra) {
  for (const auto& [region, memory] : host.regions()) latest_.region(region.kind, region.number);
  Image image;
  compare(latest_, host, image);
  compare_extra(latest_extra_, extra, image);
  apply(image, &latest_, &latest_extra_);
  const std::lock_guard lock(mutex_);
  const auto number = static_cast<std::uint32_t>(images_.size());
  since_base_ += image.size();
  if (number == 0) {
    since_base_ = 0;
  } else if (since_base_ > 2 * (host.bytes() + extra.size())) {
    // A chain as long as that costs more to walk than to begin anew.
    Image whole;
    compare(Host{}, host, whole);
    compare_extra({}, extra, whole);
    image = std::move(whole);
    image.base = number;
    since_base_ = 0;
  } else {
    image.base = images_.back().base;
  }
  image.runs.shrink_to_fit();
  image.bytes.shrink_to_fit();
  bytes_ += image.size();
  images_.push_back(std::move(image));
  return number;
}

void HostArchive::restore(std::uint32_t number, Host& host, std::vector<std::uint8_t>* extra) const {
  host = Host{};
  if (extra != nullptr) extra->clear();
  const std::lock_guard lock(mutex_);
  for (std::uint32_t i = images_[number].base; i <= number; ++i) apply(images_[i], &host, extra);
}

std::size_t HostArchive::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace ringside
