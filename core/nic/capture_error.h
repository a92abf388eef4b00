// Errors of capture files; the ids are listed at CaptureFile.
#pragma once
#include <string>
#include <utility>

#include "core/base/result.h"

namespace ringside::nic {

inline Error capture_error(std::string id, const std::string& file, std::uint64_t packet = 0) {
  Error error;
  error.id = std::move(id);
  error.file = file;
  error.packet = packet;
  return error;
}

inline Error capture_error(std::string id, const std::string& file, std::uint64_t packet, std::string name,
                           std::string value) {
  Error error = capture_error(std::move(id), file, packet);
  error.args.emplace_back(std::move(name), std::move(value));
  return error;
}

}  // namespace ringside::nic
