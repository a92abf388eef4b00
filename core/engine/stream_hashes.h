// SHA-256 of what every connection delivers, made by a thread of its own.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "core/engine/frame_batch.h"
#include "core/engine/sha256.h"

namespace ringside {

class StreamHashes {
 public:
  StreamHashes();
  ~StreamHashes();
  StreamHashes(const StreamHashes&) = delete;
  StreamHashes& operator=(const StreamHashes&) = delete;

  /// Bytes of flow `flow` (from 1) that stay where they are for as long as `holder` is kept.
  void add(std::uint32_t flow, std::span<const std::uint8_t> bytes, std::shared_ptr<const FrameBatch> holder);
  void add_copy(std::uint32_t flow, std::span<const std::uint8_t> bytes);
  void add_zeros(std::uint32_t flow, std::size_t count);
  /// Waits until all of it is hashed; throws what hashing threw (std::bad_alloc). No add() may follow.
  void finish();
  /// In hexadecimal, when finished.
  std::string hex(std::uint32_t flow);

 private:
  struct Piece {
    std::uint32_t flow = 0;
    std::size_t zeros = 0;  ///< instead of bytes
    std::span<const std::uint8_t> bytes;
    std::shared_ptr<const FrameBatch> holder;
    std::vector<std::uint8_t> copy;
  };
  using Lot = std::vector<Piece>;
  static constexpr std::size_t kLotPieces = 256, kLotBytes = 256u << 10, kMostLots = 4;

  void add(Piece piece);
  void hand_over();
  void run();
  void hash(const Lot& lot);
  void end();

  Lot lot_;  ///< being filled
  std::size_t lot_bytes_ = 0;
  std::vector<Sha256> hashes_;  ///< the thread's, as is what follows
  std::exception_ptr failure_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Lot> lots_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace ringside
