#include "core/engine/sha256.h"

#include <algorithm>
#include <array>

namespace ringside {

void Sha256::add_zeros(std::size_t count) {
  static constexpr std::array<std::uint8_t, 1024> kZeros{};
  for (; count != 0; count -= std::min(count, kZeros.size()))
    add(std::span(kZeros).first(std::min(count, kZeros.size())));
}

std::string Sha256::hex() const {
  sha256_ctx context = context_;
  std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest;
  sha256_digest(&context, digest.size(), digest.data());
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : digest) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

}  // namespace ringside
