// The catalogue of sentences, as JSON text. Read it through core/words.
#pragma once
#include <string_view>

namespace ringside {

std::string_view narration_en();
/// HTML with {places}, for core/apps/visit_page.h.
std::string_view visit_page();

}  // namespace ringside
