// The trace as text, a line a step: JSON Lines, or comma-separated values. The format is documented in
// core/README.md.
#pragma once
#include <functional>
#include <string>

#include "core/trace/trace.h"

namespace ringside {

struct JsonLinesOptions {
  enum class Form : std::uint8_t { json, csv } form = Form::json;
  Level level = Level::decision;
  std::uint32_t packet = 0;  ///< only steps about this frame; 0: all
};

/// Calls `line` with each step's object or row (as CSV after a line with the columns' names), without the
/// line end, in order; stops when it returns false. True: all were written; false: stopped, or the input
/// could not be read again.
bool write_json_lines(const Trace& trace, const JsonLinesOptions& options,
                      const std::function<bool(const std::string&)>& line);

}  // namespace ringside
