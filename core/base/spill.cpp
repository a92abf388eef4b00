#include "core/base/spill.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <utility>

namespace ringside {

namespace {

constexpr std::size_t kWorthAFile = 1u << 20;

/// The disk has set `size` bytes aside: a full one would be noticed only as a signal, much later. A folder in
/// memory spares nothing.
bool reserve(int fd, std::size_t size) {
  struct statfs where {};
  if (fstatfs(fd, &where) != 0 || where.f_type == TMPFS_MAGIC || where.f_type == RAMFS_MAGIC) return false;
  return fallocate(fd, 0, 0, static_cast<off_t>(size)) == 0;
}

}  // namespace

std::string spill_folder() {
  if (const char* chosen = std::getenv("TMPDIR"); chosen != nullptr && *chosen != 0) return chosen;
  constexpr const char* kOnDisk = "/var/tmp";
  std::error_code code;
  return access(kOnDisk, W_OK) == 0 ? kOnDisk : std::filesystem::temp_directory_path(code).string();
}

int open_unnamed_file(std::string* name) {
  std::string path = spill_folder() + "/ringside-XXXXXX";
  const int fd = mkostemp(path.data(), O_CLOEXEC);
  if (name != nullptr) *name = path;
  if (fd >= 0) unlink(path.c_str());  // it goes when the last descriptor does
  return fd;
}

SpilledMemory SpilledMemory::allocate(std::size_t size) {
  SpilledMemory memory;
  memory.size_ = size;
  if (const int fd = size < kWorthAFile ? -1 : open_unnamed_file(); fd >= 0) {
    if (reserve(fd, size)) {
      memory.data_ = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
      memory.in_file_ = memory.data_ != MAP_FAILED;
    }
    close(fd);  // the mapping keeps the file
  }
  if (!memory.in_file_)
    memory.data_ = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory.data_ != MAP_FAILED) return memory;
  memory.data_ = nullptr;
  throw std::bad_alloc();
}

SpilledMemory::~SpilledMemory() {
  if (data_ != nullptr) munmap(data_, size_);
}

SpilledMemory::SpilledMemory(SpilledMemory&& other) noexcept { *this = std::move(other); }

SpilledMemory& SpilledMemory::operator=(SpilledMemory&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(in_file_, other.in_file_);
  return *this;
}

void SpilledMemory::leave_to_file(std::size_t from, std::size_t to) const {
  if (!in_file_) return;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  from = (from + page - 1) / page * page;
  to = to / page * page;
  if (from < to && to <= size_) madvise(static_cast<char*>(data_) + from, to - from, MADV_DONTNEED);
}

}  // namespace ringside
