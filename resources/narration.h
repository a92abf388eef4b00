// The catalogue of sentences, as JSON text. Read it through core/words.
#pragma once
#include <span>
#include <string_view>

namespace ringside {

struct NarrationSection {
  const char* name;
  std::string_view json;  ///< one object: entries by id
};
std::span<const NarrationSection> narration_en();
/// HTML with {places}, for core/apps/visit_page.h.
std::string_view visit_page();

}  // namespace ringside
