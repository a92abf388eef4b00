#include "core/engine/host_archive.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <tuple>

namespace ringside {

namespace {
constexpr std::size_t kBlock = 64;

bool same(const std::uint8_t* a, const std::uint8_t* b, std::size_t size) {
  if (size != kBlock) return std::memcmp(a, b, size) == 0;
  std::array<std::uint64_t, kBlock / 8> x, y;  // memcmp's call costs more than the comparison
  std::memcpy(x.data(), a, kBlock);
  std::memcpy(y.data(), b, kBlock);
  std::uint64_t difference = 0;
  for (std::size_t i = 0; i < x.size(); ++i) difference |= x[i] ^ y[i];
  return difference == 0;
}

const void* region_of(const Host& host, const Region& region) {
  // Only asks for memory that is there: see compare().
  return const_cast<Host&>(host).region(region.kind, region.number);
}

/// What it is in Host{}.
const void* new_region(const Region& region) {
  static const Host pristine = [] {
    Host one_chunk_each;
    for (std::uint8_t kind = 0; kind < static_cast<std::uint8_t>(ObjectKind::count_); ++kind)
      one_chunk_each.ensure(static_cast<ObjectKind>(kind), 1);
    return one_chunk_each;
  }();
  return region_of(pristine, {region.kind, std::min(region.number, 1u), region.size});  // chunks begin alike
}
}  // namespace

/// `before` must have all chunks that `after` has.
void HostArchive::compare(const Host& before, const Host& after, const WrittenParts* written, Image& image) {
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
                   static_cast<const std::uint8_t*>(old), static_cast<const std::uint8_t*>(memory), written,
                   image);
  }
}

void HostArchive::compare_with_new(const Host& after, Image& image) {
  image.cpu_count = after.cpu_count;
  for (const auto& [region, memory] : after.regions())
    compare_region({region.kind, region.number, 0, static_cast<std::uint32_t>(region.size)},
                   static_cast<const std::uint8_t*>(new_region(region)),
                   static_cast<const std::uint8_t*>(memory), nullptr, image);
}

void HostArchive::compare_region(const Run& region, const std::uint8_t* before, const std::uint8_t* after,
                                 const WrittenParts* written, Image& image) {
  std::uint32_t part = 0, size = 0;
  for (; part < region.size; part += size) {
    size = static_cast<std::uint32_t>(std::min<std::size_t>(WrittenParts::kPart, region.size - part));
    if (written != nullptr && !written->any(after + part, size)) {
      assert(std::memcmp(before + part, after + part, size) == 0);
      continue;
    }
    for (std::uint32_t offset = part; offset < part + size; offset += kBlock) {
      const auto block = static_cast<std::uint32_t>(std::min<std::size_t>(kBlock, region.size - offset));
      if (same(before + offset, after + offset, block)) continue;
      add_run(image, {region.kind, region.region, offset, block}, after + offset);
    }
  }
}

void HostArchive::add_run(Image& image, const Run& run, const std::uint8_t* bytes) {
  Run* last = image.runs.empty() ? nullptr : &image.runs.back();
  if (last != nullptr && last->kind == run.kind && last->region == run.region &&
      last->offset + last->size == run.offset)
    last->size += run.size;
  else
    image.runs.push_back(run);
  image.bytes.insert(image.bytes.end(), bytes, bytes + run.size);
}

/// The extra bytes are a region of kind none; bytes beyond the old end count as having been 0. `before` gets
/// the size of `after`.
void HostArchive::compare_extra(std::vector<std::uint8_t>& before, const std::vector<std::uint8_t>& after,
                                Image& image) {
  image.extra_size = after.size();
  image.extra_least = std::min(before.size(), after.size());
  before.resize(after.size());
  compare_region({ObjectKind::none, 0, 0, static_cast<std::uint32_t>(after.size())}, before.data(),
                 after.data(), nullptr, image);
}

/// Makes of the host what Host{} is, in the memory that is there.
void HostArchive::make_new(Host& host) {
  for (const auto& [region, memory] : host.regions())
    std::memcpy(const_cast<void*>(memory), new_region(region), region.size);
}

void HostArchive::apply(const Image& image, Host* host, std::vector<std::uint8_t>* extra) {
  if (host != nullptr) host->cpu_count = image.cpu_count;
  if (extra != nullptr) {
    extra->resize(std::min(extra->size(), image.extra_least));
    extra->resize(image.extra_size);
  }
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

/// What is to be applied instead of one after the other.
HostArchive::Image HostArchive::merge(const Image& first, const Image& second) {
  struct Block {
    Run run;
    const std::uint8_t* bytes;
    bool operator<(const Block& other) const {
      return std::tie(run.kind, run.region, run.offset) <
             std::tie(other.run.kind, other.run.region, other.run.offset);
    }
  };
  std::vector<Block> blocks;
  const auto add_blocks = [&](const Image& image, std::size_t extra_limit) {
    const std::uint8_t* from = image.bytes.data();
    for (const Run& run : image.runs)
      for (std::uint32_t at = 0; at < run.size; at += kBlock) {
        const std::uint32_t offset = run.offset + at, size = std::min<std::uint32_t>(kBlock, run.size - at);
        const std::size_t limit = run.kind == ObjectKind::none ? extra_limit : SIZE_MAX;
        if (offset < limit) {
          const auto used = static_cast<std::uint32_t>(std::min<std::size_t>(size, limit - offset));
          blocks.push_back({{run.kind, run.region, offset, used}, from});
        }
        from += size;
      }
  };
  add_blocks(first, second.extra_least);  // what lay behind it is lost by the second
  add_blocks(second, SIZE_MAX);
  std::stable_sort(blocks.begin(), blocks.end());
  Image merged;
  merged.whole = first.whole;
  merged.cpu_count = second.cpu_count;
  merged.extra_size = second.extra_size;
  merged.extra_least = std::min(first.extra_least, second.extra_least);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (i + 1 < blocks.size() && !(blocks[i] < blocks[i + 1])) continue;  // the second's follows
    add_run(merged, blocks[i].run, blocks[i].bytes);
  }
  merged.runs.shrink_to_fit();
  merged.bytes.shrink_to_fit();
  return merged;
}

std::uint32_t HostArchive::add(const Host& host, const std::vector<std::uint8_t>& extra,
                               const WrittenParts* written) {
  for (const auto& [region, memory] : host.regions()) latest_.region(region.kind, region.number);
  Image image;
  compare(latest_, host, written, image);
  compare_extra(latest_extra_, extra, image);
  apply(image, &latest_, &latest_extra_);
  const std::lock_guard lock(mutex_);
  since_whole_ += image.size();
  image.whole = images_.empty();
  const auto begin_anew = [&] {
    Image whole;
    std::vector<std::uint8_t> nothing;
    image = {};
    whole.bytes.reserve(host.bytes() + extra.size());  // a vector that grows would take twice as much
    compare_with_new(host, whole);
    compare_extra(nothing, extra, whole);
    image = std::move(whole);
    image.whole = true;
  };
  // A chain as long as the host costs more to walk than to begin anew.
  if (since_whole_ > host.bytes() + extra.size()) begin_anew();
  if (image.whole) since_whole_ = 0;
  if (bytes_ + image.size() > most_in_memory_ && !put_in_file(image)) {
    while (!images_.empty() && images_.back().in_file) {  // what was there is lost
      images_.pop_back();
      if (!image.whole) begin_anew();
    }
  }
  image.runs.shrink_to_fit();
  image.bytes.shrink_to_fit();
  bytes_ += image.size();
  images_.push_back(std::move(image));
  return static_cast<std::uint32_t>(images_.size() - 1);
}

/// False, once and for ever, if the file takes no more.
bool HostArchive::put_in_file(Image& image) {
  if (no_file_) return false;
  if (file_ == nullptr) {
    auto made = nic::SpillFile::create();
    no_file_ = !made;
    if (no_file_) return false;
    file_ = std::move(*made);
  }
  const auto* runs = reinterpret_cast<const std::uint8_t*>(image.runs.data());
  image.at = file_->append({runs, image.runs.size() * sizeof(Run)});
  file_->append(image.bytes);
  if (file_->failed() != 0) {
    no_file_ = true;
    return false;
  }
  image.in_file = true;
  image.runs_in_file = image.runs.size();
  image.bytes_in_file = image.bytes.size();
  image.runs = {};
  image.bytes = {};
  return true;
}

/// Brings the image back into memory.
bool HostArchive::read(Image& image) const {
  image.runs.resize(image.runs_in_file);
  image.bytes.resize(image.bytes_in_file);
  const std::size_t size = image.runs.size() * sizeof(Run);
  return file_->read(image.at, {reinterpret_cast<std::uint8_t*>(image.runs.data()), size}) &&
         file_->read(image.at + size, image.bytes);
}

void HostArchive::thin_out() {
  const std::lock_guard lock(mutex_);
  std::size_t to = 0;
  for (std::size_t i = 0; i < images_.size() && !images_[i].in_file; i += 2, ++to) {
    if (i != 0 && !images_[i].whole) images_[i] = merge(images_[i - 1], images_[i]);
    if (i != to) images_[to] = std::move(images_[i]);
  }
  images_.resize(to);
  bytes_ = 0;
  for (const Image& image : images_) bytes_ += image.size();
}

bool HostArchive::restore(std::uint32_t number, Host& host, std::vector<std::uint8_t>* extra) const {
  make_new(host);
  if (extra != nullptr) extra->clear();
  const std::lock_guard lock(mutex_);
  std::uint32_t from = number;
  while (!images_[from].whole) --from;
  Image read_now;
  for (; from <= number; ++from) {
    if (!images_[from].in_file) {
      apply(images_[from], &host, extra);
      continue;
    }
    read_now = images_[from];
    if (!read(read_now)) return false;
    apply(read_now, &host, extra);
  }
  return true;
}

std::size_t HostArchive::bytes_in_file() const {
  const std::lock_guard lock(mutex_);
  return file_ != nullptr ? file_->size() : 0;
}

std::size_t HostArchive::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace ringside
