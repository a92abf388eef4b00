#include "core/model/fields.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <type_traits>
#include <vector>

namespace ringside {

namespace {

template <class T>
constexpr bool signed_field() {
  if constexpr (std::is_arithmetic_v<T>)
    return std::is_signed_v<T>;
  else
    return false;
}

/// What follows the `parts`-last dot: "tp.out_of_order_queue.count" ends in "count" and in
/// "out_of_order_queue.count".
const char* last_parts(std::string_view path, int parts) {
  std::size_t dot = std::string_view::npos;
  for (int n = 0; n < parts; ++n) {
    dot = path.rfind('.', n == 0 ? std::string_view::npos : dot - 1);
    if (dot == std::string_view::npos || dot == 0) return path.data();
  }
  return path.data() + dot + 1;
}

/// A queue's length says nothing without the queue.
void tell_namesakes_apart(std::vector<FieldInfo>& all) {
  std::vector<const char*> names;
  for (const FieldInfo& field : all) {
    const bool alone = std::count_if(all.begin(), all.end(), [&](const FieldInfo& other) {
                         return other.object == field.object && std::string_view(other.name) == field.name;
                       }) == 1;
    names.push_back(alone ? field.name : last_parts(field.path, 2));
  }
  for (std::size_t i = 0; i < all.size(); ++i) all[i].name = names[i];
}

std::vector<FieldInfo> build() {
  std::vector<FieldInfo> all;
  all.push_back({ObjectKind::none, 0, 0, false, FieldFormat::number, "", ""});
#define F(Type, member, fmt)                                                                  \
  all.push_back({Type::kind, offsetof(Type, member), sizeof(std::declval<Type&>().member),    \
                 signed_field<std::remove_cvref_t<decltype(std::declval<Type&>().member)>>(), \
                 FieldFormat::fmt, #member, last_parts(#member, 1)});
#include "core/model/fields.def"
#undef F
  tell_namesakes_apart(all);
  std::stable_sort(all.begin() + 1, all.end(), [](const FieldInfo& a, const FieldInfo& b) {
    return a.object != b.object ? a.object < b.object : a.offset < b.offset;
  });
  return all;
}

const std::vector<FieldInfo>& table() {
  static const std::vector<FieldInfo> all = build();
  return all;
}

}  // namespace

std::span<const FieldInfo> fields() { return table(); }

std::uint16_t field_at(const Loc& loc) {
  const auto& all = table();
  const auto found =
      std::lower_bound(all.begin() + 1, all.end(), loc, [](const FieldInfo& field, const Loc& at) {
        return field.object != at.kind ? field.object < at.kind : field.offset < at.offset;
      });
  if (found == all.end() || found->object != loc.kind || found->offset != loc.offset) return 0;
  return static_cast<std::uint16_t>(found - all.begin());
}

std::uint16_t field_named(ObjectKind object, std::string_view name) {
  const auto& all = table();
  for (std::size_t i = 1; i < all.size(); ++i)
    if (all[i].object == object && (name == all[i].path || name == all[i].name))
      return static_cast<std::uint16_t>(i);
  return 0;
}

const char* name_of(ObjectKind kind) {
  static constexpr std::array<const char*, static_cast<std::size_t>(ObjectKind::count_)> names{
      "none",       "net",       "cpu",        "nic",          "rx_descriptors", "ehash",   "bhash",
      "skb",        "frag",      "sock",       "request_sock", "timewait_sock",  "process", "file",
      "frag_queue", "neighbour", "epoll_item", "wire_header",  "fd_table"};
  const auto at = static_cast<std::size_t>(kind);
  return at < names.size() ? names[at] : "?";
}

}  // namespace ringside
