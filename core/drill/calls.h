// A script's system calls as the model's, and whether what came back is what the script says.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/model/process.h"
#include "core/scenario/packetdrill/ast.h"
#include "core/scenario/packetdrill/options.h"
#include "core/wire/address.h"

namespace ringside {
class Host;
}

namespace ringside::drill {

/// What calls need to know of the script's world.
struct CallContext {
  packetdrill::ScriptConfig config;
  IpAddr local, remote;
  std::map<std::int64_t, std::int64_t> live_fd;  ///< the script's descriptor -> the model's
  std::map<std::string, std::int64_t> files;     ///< lengths of the files its commands have made
};

struct ModelCall {
  Syscall call;
  std::vector<std::uint8_t> data;      ///< what a write sends
  std::int64_t new_fd = -1;            ///< the script's name for the descriptor that a success gives
  std::vector<std::int64_t> pipe_fds;  ///< pipe(): its names for out[0], out[1]
  /// What the call is to write to memory, by word of Syscall::out; unset words are not compared.
  std::vector<std::pair<std::size_t, std::uint32_t>> expected_out;
  std::string expected_text;                 ///< TCP_CONGESTION
  std::optional<std::int64_t> expected_inq;  ///< TCP_CM_INQ in recvmsg's control data
  bool any_result = false;
  std::int64_t result = 0;  ///< or -errno
};

/// Errors: packetdrill.unknown_symbol and the like (evaluate.h), drill.call_argument (args: call, argument),
/// drill.unknown_file (args: call),
/// drill.unsupported_call (args: call): neither passes nor fails.
Result<ModelCall> translate(const packetdrill::Syscall& call, const CallContext& context);

/// Empty if what the call gave is what the script wants; else which part: "result", "errno", "output".
/// `actual` is the call in the script's words with what really came back.
std::string mismatch(const packetdrill::Syscall& script, const ModelCall& wanted, const Syscall& done,
                     std::string& actual);

}  // namespace ringside::drill
