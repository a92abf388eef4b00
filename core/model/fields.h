// The fields that the trace shows, by name: what Kernel::set() may write and what panels list.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "core/model/host.h"

namespace ringside {

/// How a value is best shown.
enum class FieldFormat : std::uint8_t {
  number,
  seq,
  bytes,
  boolean,
  state,
  id,
  jiffies,
  microseconds,
  flags
};

struct FieldInfo {
  ObjectKind object;
  std::uint32_t offset;
  std::uint8_t size;
  bool is_signed;
  FieldFormat format;
  const char* path;  ///< C++ path, e.g. "tp.rcv_nxt"
  const char* name;  ///< its end: the kernel's name, "rcv_nxt"; where that is not enough "receive_queue.qlen"
};

/// All shown fields; a FieldId is an index into it. 0 is "not listed".
std::span<const FieldInfo> fields();
/// The field that stands at `loc`, 0 if none is listed there.
std::uint16_t field_at(const Loc& loc);
/// The field of that object with that path ("tp.rcv_nxt") or name ("rcv_nxt"); 0 if none.
std::uint16_t field_named(ObjectKind object, std::string_view name);
const char* name_of(ObjectKind kind);

}  // namespace ringside
