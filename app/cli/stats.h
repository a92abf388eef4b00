// The figures of a run, as one JSON object or as text. Written piece by piece: a run may have had millions of
// connections.
#pragma once
#include <functional>
#include <string>

#include "core/engine/engine.h"

namespace ringside::cli {

using Write = std::function<void(const std::string&)>;

void write_stats_json(const Run& run, const Write& write);
/// Without what takes a line for each acknowledgment.
void write_stats_text(const Run& run, const Write& write);

}  // namespace ringside::cli
