// What the function tracer of a real kernel wrote down, and the first place where the model did something
// else.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "core/drill/function_trace.h"

namespace ringside::drill {

struct RecordedEntry {
  std::string fn, context, thread, packet;  ///< packet: "in", "out", or ""
  bool has_socket = false;
  std::vector<std::pair<std::string, std::int64_t>> sock;
  int line = 0;
};

/// Without what the functions called that `left_out` names as "under FUNCTION".
std::vector<RecordedEntry> read_recording(const std::string& path, const std::set<std::string>& left_out);

/// Functions (and fields of a socket) that are not compared, on purpose: a file of tests/recorded, one a line
/// with its reason. "under FUNCTION": what that function calls.
std::set<std::string> functions_left_out(const std::string& file);

/// Empty if the model entered the same functions in the same order, context and thread with the same socket
/// state; else the story of the first difference.
std::string first_difference(const std::vector<RecordedEntry>& recorded,
                             const std::vector<FunctionEntry>& model, const std::set<std::string>& left_out);

}  // namespace ringside::drill
