#include "core/engine/stream_hashes.h"

#include <utility>

namespace ringside {

StreamHashes::StreamHashes() {
  thread_ = std::thread([this] { run(); });
}

StreamHashes::~StreamHashes() { end(); }

void StreamHashes::add(std::uint32_t flow, std::span<const std::uint8_t> bytes,
                       std::shared_ptr<const FrameBatch> holder) {
  add({flow, 0, bytes, std::move(holder), {}});
}

void StreamHashes::add_copy(std::uint32_t flow, std::span<const std::uint8_t> bytes) {
  Piece piece{flow, 0, {}, nullptr, {bytes.begin(), bytes.end()}};
  piece.bytes = piece.copy;  // a vector that moves takes its bytes along
  add(std::move(piece));
}

void StreamHashes::add_zeros(std::uint32_t flow, std::size_t count) {
  if (count != 0) add({flow, count, {}, nullptr, {}});
}

void StreamHashes::add(Piece piece) {
  lot_bytes_ += piece.bytes.size();
  lot_.push_back(std::move(piece));
  if (lot_.size() >= kLotPieces || lot_bytes_ >= kLotBytes) hand_over();
}

void StreamHashes::hand_over() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return lots_.size() < kMostLots; });
    lots_.push_back(std::move(lot_));
  }
  changed_.notify_all();
  lot_ = {};
  lot_.reserve(kLotPieces);
  lot_bytes_ = 0;
}

void StreamHashes::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ending_ || !lots_.empty(); });
    if (lots_.empty()) return;
    const Lot lot = std::move(lots_.front());
    lots_.pop_front();
    lock.unlock();
    changed_.notify_all();
    if (failure_) continue;
    try {
      hash(lot);
    } catch (...) {
      failure_ = std::current_exception();
    }
  }
}

void StreamHashes::hash(const Lot& lot) {
  for (const Piece& piece : lot) {
    if (piece.flow > hashes_.size()) hashes_.resize(piece.flow);
    Sha256& hash = hashes_[piece.flow - 1];
    if (piece.zeros != 0)
      hash.add_zeros(piece.zeros);
    else
      hash.add(piece.bytes);
  }
}

void StreamHashes::end() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void StreamHashes::finish() {
  if (thread_.joinable()) hand_over();
  end();
  if (failure_) std::rethrow_exception(failure_);
}

std::string StreamHashes::hex(std::uint32_t flow) {
  end();
  return flow != 0 && flow <= hashes_.size() ? hashes_[flow - 1].hex() : Sha256().hex();
}

}  // namespace ringside
