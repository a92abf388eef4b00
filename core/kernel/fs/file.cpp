#include "core/kernel/fs/file.h"

#include <algorithm>
#include <bit>

namespace ringside {

namespace {
constexpr std::int32_t kFirstFd = 3;  // 0, 1 and 2 belong to the shell
}

std::int32_t fd_install(Kernel& k, ProcessId process, FileId file, std::int32_t least) {
  std::int32_t base = kFirstFd;
  FdTableId before{};
  FdTableId part = k[process].fds;
  const auto taken = [&](FdTableId id) {  // descriptors below `least` are none of ours to give
    const std::int32_t skip = std::clamp(least - base, 0, FdTable::kSize);
    return k[id].used | (skip == FdTable::kSize ? ~0ull : (1ull << skip) - 1);
  };
  for (;;) {
    if (!part) {
      part = k.alloc_fd_table();
      if (before)
        k.put(k[before].next, part);
      else
        k.put(k[process].fds, part);
    }
    if (taken(part) != ~0ull) break;
    before = part;
    part = k[part].next;
    base += FdTable::kSize;
  }
  const FdTable& table = k[part];
  const int slot = std::countr_one(taken(part));
  k.put(table.used, table.used | 1ull << slot);
  k.put(table.file[slot], file);
  k.put(k[file].refcnt, static_cast<std::uint16_t>(k[file].refcnt + 1));
  return base + slot;
}

namespace {
/// The part of the table that holds `fd`, and its slot there; none if there is no such part.
FdTableId locate(const Host& host, ProcessId process, std::int32_t fd, std::int32_t& slot) {
  slot = fd - kFirstFd;
  if (slot < 0) return {};
  FdTableId part = host[process].fds;
  for (; part && slot >= FdTable::kSize; slot -= FdTable::kSize) part = host[part].next;
  return part;
}
}  // namespace

FileId fget(const Host& host, ProcessId process, std::int32_t fd) {
  std::int32_t slot = 0;
  const FdTableId part = locate(host, process, fd, slot);
  if (!part || (host[part].used >> slot & 1) == 0) return {};
  return host[part].file[slot];
}

FileId fd_remove(Kernel& k, ProcessId process, std::int32_t fd) {
  const FileId file = fget(k.host(), process, fd);
  if (!file) return {};
  std::int32_t slot = 0;
  const FdTable& table = k[locate(k.host(), process, fd, slot)];
  k.put(table.used, table.used & ~(1ull << slot));
  k.put(table.file[slot], FileId{});
  k.put(k[file].refcnt, static_cast<std::uint16_t>(k[file].refcnt - 1));
  return file;
}

FileId sock_alloc_file(Kernel& k, SockId sk, bool nonblock) {
  const FileId file = k.alloc_file();
  k.put(k[file].self, file);
  k.put(k[file].type, FileType::socket);
  k.put(k[file].sk, sk);
  k.put(k[file].nonblock, static_cast<std::uint8_t>(nonblock ? 1 : 0));
  k.put(k[sk].file, file);
  return file;
}

}  // namespace ringside
