#include "core/model/function.h"

#include <array>
#include <cstddef>

namespace ringside {

namespace {
struct Where {
  InProfile in;
  const char* file_413 = nullptr;
};
constexpr Where both{InProfile::both};
constexpr Where p413{InProfile::p413};
constexpr Where p618{InProfile::p618};
constexpr Where moved(const char* file_413) { return {InProfile::both, file_413}; }

constexpr std::array<FunctionInfo, static_cast<std::size_t>(Fn::count_)> kFunctions{{
    {"", "", InProfile::none, nullptr},
#define X(name, file, where) {#name, file, (where).in, (where).file_413},
#include "core/profiles/functions/all.def"
#undef X
}};
}  // namespace

const FunctionInfo& info_of(Fn fn) {
  const auto at = static_cast<std::size_t>(fn);
  return kFunctions[at < kFunctions.size() ? at : 0];
}

Fn function_named(std::string_view name) {
  for (std::size_t i = 1; i < kFunctions.size(); ++i)
    if (name == kFunctions[i].name) return static_cast<Fn>(i);
  return Fn::none;
}

}  // namespace ringside
