// The figures of a run, as one JSON object and as text made of the same object.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "core/engine/engine.h"

namespace ringside::cli {

/// `details`: also what the text does not tell, acknowledgment by acknowledgment.
nlohmann::ordered_json stats_of(const Run& run, bool details = true);
std::string stats_text(const nlohmann::ordered_json& stats);

}  // namespace ringside::cli
