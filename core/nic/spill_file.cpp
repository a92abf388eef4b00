#include "core/nic/spill_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "core/base/spill.h"

namespace ringside::nic {

Result<std::unique_ptr<SpillFile>> SpillFile::create() {
  std::string name;
  const int fd = open_unnamed_file(&name);
  if (fd < 0) {
    Error error;
    error.id = "spill.open";
    error.file = name;
    error.args.emplace_back("detail", std::strerror(errno));
    return error;
  }
  return std::unique_ptr<SpillFile>(new SpillFile(fd));
}

SpillFile::~SpillFile() { close(fd_); }

std::uint64_t SpillFile::append(wire::Bytes bytes) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t at = written_ + tail_.size();
  if (bytes.size() < kTail) {
    wire::put(tail_, bytes);
    if (tail_.size() >= kTail) flush();
  } else {
    flush();
    write(bytes);
  }
  return at;
}

void SpillFile::flush() {
  write(tail_);
  tail_.clear();
}

void SpillFile::write(wire::Bytes bytes) {
  std::size_t done = 0;
  while (done < bytes.size() && failure_ == 0) {
    const auto n = pwrite(fd_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(written_ + done));
    if (n > 0) done += static_cast<std::size_t>(n);
    if (n < 0 && errno != EINTR) failure_ = errno;
  }
  written_ += bytes.size();
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
