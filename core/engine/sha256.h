// SHA-256 of a stream (nettle does it).
#pragma once
#include <nettle/sha2.h>

#include <cstdint>
#include <span>
#include <string>

namespace ringside {

class Sha256 {
 public:
  Sha256() { sha256_init(&context_); }
  void add(std::span<const std::uint8_t> bytes) { sha256_update(&context_, bytes.size(), bytes.data()); }
  void add_zeros(std::size_t count);
  /// In hexadecimal, of all bytes so far.
  std::string hex() const;

 private:
  sha256_ctx context_;
};

}  // namespace ringside
