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

std::vector<RecordedEntry> read_recording(const std::string& path);

/// Names that the model leaves out on purpose: tests/recorded/functions-left-out.txt, one a line with its
/// reason.
std::set<std::string> functions_left_out();

/// Empty if the model entered the same functions in the same order, context and thread with the same socket
/// state; else the story of the first difference.
std::string first_difference(const std::vector<RecordedEntry>& recorded,
                             const std::vector<FunctionEntry>& model, const std::set<std::string>& left_out);

}  // namespace ringside::drill
