// The functions a script's run entered, in order, with the socket's state on entry: to lay beside what the
// function tracer of a real kernel recorded.
#pragma once
#include <string>
#include <vector>

#include "core/drill/drill.h"
#include "core/model/enums.h"
#include "core/model/function.h"

namespace ringside::drill {

/// The socket before the function ran; names as in the recordings.
struct SocketOnEntry {
  int st = 0, owned = 0;
  Seq rcv_nxt = 0, copied = 0, rcv_wup = 0;
  std::uint32_t rcv_wnd = 0, ssth = 0, clamp = 0, rxq = 0, backlog = 0;
  std::int32_t rmem = 0, rcvbuf = 0;
  std::uint32_t ofo = 0, ackpend = 0, quick = 0, pingpong = 0, rcv_mss = 0, preq = 0, preq_mem = 0;
  std::int32_t uc_len = 0;
};

struct FunctionEntry {
  std::int64_t t_ns = 0;
  Context context = Context::process;
  int thread = 0;  ///< 0: packets, 1: reader
  Fn fn = Fn::none;
  bool has_socket = false;
  SocketOnEntry sock;
  /// A packet instead of a function: "in", "out"; empty for functions.
  const char* packet = "";
};

struct TracedOutcome {
  Outcome outcome;
  std::vector<FunctionEntry> entries;
};

/// Runs the script with everything recorded.
TracedOutcome run_traced(const std::string& path, const DrillOptions& options);

}  // namespace ringside::drill
