// Room beyond memory: files without a name in the temporary folder, gone with the program however it ends.
#pragma once
#include <cstddef>
#include <string>

namespace ringside {

/// TMPDIR, else the folder that keeps large files: the general temporary folder is often in memory, which is
/// what this is to spare.
std::string spill_folder();
/// Opens a file there. Its descriptor, or -1 and errno. `name`: where it was.
int open_unnamed_file(std::string* name = nullptr);

/// Memory that begins as zeros and lies in such a file where there is room for one; else, or if it is less
/// than a MB, in plain memory.
class SpilledMemory {
 public:
  /// `size` bytes, page aligned. Throws std::bad_alloc if there is room neither on the disk nor in memory.
  static SpilledMemory allocate(std::size_t size);
  SpilledMemory() = default;
  ~SpilledMemory();
  SpilledMemory(SpilledMemory&& other) noexcept;
  SpilledMemory& operator=(SpilledMemory&& other) noexcept;

  void* data() const { return data_; }
  std::size_t size() const { return size_; }
  bool in_file() const { return in_file_; }
  /// The whole pages of [from, to) give their memory back. What stands in them stays readable and writable
  /// by any thread, at any time: it is fetched again. Does nothing without a file.
  void leave_to_file(std::size_t from, std::size_t to) const;

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
  bool in_file_ = false;
};

}  // namespace ringside
