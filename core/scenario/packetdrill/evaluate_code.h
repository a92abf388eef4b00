// Runs the statements of `%{ ... }%` blocks on the values of TCP_INFO.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/scenario/packetdrill/ast_code.h"

namespace ringside::packetdrill {

/// Variables live from one block to the next, as in packetdrill, where all blocks make one program.
struct CodeState {
  std::map<std::string, std::int64_t> variables;
};

struct CodeReport {
  /// packetdrill.assert_failed (args: check, values), packetdrill.code_* for what cannot be computed.
  std::vector<Error> failures;
  std::vector<std::string> printed;  ///< one per print statement
};

/// Value of tcpi_..., SK_MEMINFO_...; nothing for a name the kernel does not offer.
using CodeLookup = std::function<std::optional<std::int64_t>(std::string_view)>;

/// Constants such as TCP_ESTABLISHED, TCP_CA_Open and TCPI_OPT_SACK are known here and need no lookup.
CodeReport run_code(const Code& code, CodeState& state, const CodeLookup& lookup);

}  // namespace ringside::packetdrill
