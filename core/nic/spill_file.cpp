#include "core/nic/spill_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

namespace ringside::nic {

namespace {

/// The general temporary folder is often in memory, which is what this is to spare.
std::string folder() {
  if (const char* chosen = std::getenv("TMPDIR"); chosen != nullptr && *chosen != 0) return chosen;
  constexpr const char* kOnDisk = "/var/tmp";
  std::error_code code;
  return access(kOnDisk, W_OK) == 0 ? kOnDisk : std::filesystem::temp_directory_path(code).string();
}

}  // namespace

Result<std::unique_ptr<SpillFile>> SpillFile::create() {
  std::string name = folder() + "/ringside-XXXXXX";
  const int fd = mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) {
    Error error;
    error.id = "spill.open";
    error.file = name;
    error.args.emplace_back("detail", std::strerror(errno));
    return error;
  }
  unlink(name.c_str());  // it goes when the last descriptor does
  return std::unique_ptr<SpillFile>(new SpillFile(fd));
}

SpillFile::~SpillFile() { close(fd_); }

std::uint64_t SpillFile::append(wire::Bytes bytes) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t at = written_ + tail_.size();
  wire::put(tail_, bytes);
  if (tail_.size() >= kTail) flush();
  return at;
}

void SpillFile::flush() {
  std::size_t done = 0;
  while (done < tail_.size() && failure_ == 0) {
    const auto n = pwrite(fd_, tail_.data() + done, tail_.size() - done, static_cast<off_t>(written_ + done));
    if (n > 0) done += static_cast<std::size_t>(n);
    if (n < 0 && errno != EINTR) failure_ = errno;
  }
  written_ += tail_.size();
  tail_.clear();
}

bool SpillFile::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  const std::lock_guard lock(mutex_);
  if (offset + out.size() > written_ + tail_.size()) return false;
  std::size_t done = 0;
  while (done < out.size() && offset + done < written_) {
    const auto most = std::min<std::uint64_t>(out.size() - done, written_ - offset - done);
    const auto n = pread(fd_, out.data() + done, most, static_cast<off_t>(offset + done));
    if (n == 0 || (n < 0 && errno != EINTR)) return false;
    if (n > 0) done += static_cast<std::size_t>(n);
  }
  if (done < out.size())
    std::memcpy(out.data() + done, tail_.data() + (offset + done - written_), out.size() - done);
  return true;
}

std::uint64_t SpillFile::size() const {
  const std::lock_guard lock(mutex_);
  return written_ + tail_.size();
}

int SpillFile::failed() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace ringside::nic
