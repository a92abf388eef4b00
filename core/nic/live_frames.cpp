#include "core/nic/live_frames.h"

#include <cstring>

namespace ringside::nic {

Result<std::unique_ptr<LiveFrames>> LiveFrames::create() {
  auto records = SpillFile::create();
  if (!records) return records.error();
  auto bytes = SpillFile::create();
  if (!bytes) return bytes.error();
  auto store = std::make_shared<Store>();
  store->records = std::move(*records);
  store->bytes = std::move(*bytes);
  return std::unique_ptr<LiveFrames>(new LiveFrames(std::move(store)));
}

void LiveFrames::append(std::int64_t t_ns, wire::Bytes bytes) {
  Record record;
  record.t_ns = t_ns;
  record.offset = store_->bytes->append(bytes);
  record.len = static_cast<std::uint32_t>(bytes.size());
  store_->records->append({reinterpret_cast<const std::uint8_t*>(&record), sizeof record});
  store_->count.fetch_add(1, std::memory_order_release);
}

void LiveFrames::finish() { store_->complete.store(true, std::memory_order_release); }

std::optional<Frame> LiveFrames::at(std::uint64_t index) {
  if (index >= store_->count.load(std::memory_order_acquire)) return std::nullopt;
  Record record;
  if (!store_->records->read(index * sizeof record,
                             {reinterpret_cast<std::uint8_t*>(&record), sizeof record}))
    return std::nullopt;
  frame_.resize(record.len);
  if (!store_->bytes->read(record.offset, frame_)) return std::nullopt;
  return Frame{static_cast<std::uint32_t>(index + 1), record.t_ns, record.len, LinkType::kEthernet, frame_};
}

FrameSource::State LiveFrames::state() const {
  const bool complete = store_->complete.load(std::memory_order_acquire);
  return {store_->count.load(std::memory_order_acquire), complete};
}

std::vector<Error> LiveFrames::problems() const {
  for (const SpillFile* file : {store_->records.get(), store_->bytes.get()}) {
    if (file->failed() == 0) continue;
    Error error;
    error.id = "spill.write";
    error.args.emplace_back("detail", std::strerror(file->failed()));
    return {error};
  }
  return {};
}

std::unique_ptr<FrameSource> LiveFrames::clone() const {
  return std::unique_ptr<FrameSource>(new LiveFrames(store_));
}

}  // namespace ringside::nic
