// The trace as JSON Lines: one object a step. The format is documented in core/README.md.
#pragma once
#include <functional>
#include <string>

#include "core/trace/trace.h"

namespace ringside {

struct JsonLinesOptions {
  Level level = Level::decision;
  std::uint32_t packet = 0;  ///< only steps about this frame; 0: all
};

/// Calls `line` with each step's object, without the line end, in order; stops when it returns false. True:
/// all were written; false: stopped, or the input could not be read again.
bool write_json_lines(const Trace& trace, const JsonLinesOptions& options,
                      const std::function<bool(const std::string&)>& line);

}  // namespace ringside
