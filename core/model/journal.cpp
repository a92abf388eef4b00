#include "core/model/journal.h"

#include <cstring>

#include "core/model/writer.h"

namespace ringside {

namespace {

void store(Host& host, const Journal& journal, const Change& change, std::uint64_t value) {
  host.ensure(change.loc.kind, change.loc.index);
  // The host's memory is never const; address() only hands it out read-only.
  auto* base = static_cast<std::uint8_t*>(const_cast<void*>(host.address(change.loc.kind, change.loc.index)));
  if (base == nullptr) return;
  const void* from = change.size > 8 ? static_cast<const void*>(&journal.images[value]) : &value;
  std::memcpy(base + change.loc.offset, from, change.size);
}

}  // namespace

void redo(Host& host, const Journal& journal, std::uint32_t from, std::uint32_t to) {
  for (std::uint32_t i = from; i < to; ++i)
    store(host, journal, journal.changes[i], journal.changes[i].after);
}

void undo(Host& host, const Journal& journal, std::uint32_t from, std::uint32_t to) {
  for (std::uint32_t i = to; i > from; --i)
    store(host, journal, journal.changes[i - 1], journal.changes[i - 1].before);
}

void Writer::note(const void* field, const void* value, std::uint32_t size) {
  Change change;
  change.loc = locate(field);
  change.size = size;
  if (size <= 8) {
    std::memcpy(&change.before, field, size);
    std::memcpy(&change.after, value, size);
    if (change.before == change.after) return;
  } else {
    auto& images = journal_->images;
    change.before = images.size();
    const auto* old = static_cast<const std::uint8_t*>(field);
    images.insert(images.end(), old, old + size);
    change.after = images.size();
    const auto* fresh = static_cast<const std::uint8_t*>(value);
    images.insert(images.end(), fresh, fresh + size);
  }
  journal_->changes.push_back(change);
}

}  // namespace ringside
