// The way in: text to Script.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/scenario/packetdrill/ast.h"

namespace ringside::packetdrill {

/// Something packetdrill knows and Ringside does not model. The script is good, but it neither passes nor
/// fails.
struct Unsupported {
  std::string kind;  ///< option, tcp_option, header, syscall, symbol, code
  std::string what;  ///< its name as written
  Where where;

  friend bool operator==(const Unsupported&, const Unsupported&) = default;
};

struct ParseSettings {
  /// Words to replace, as packetdrill's `-D NAME=VALUE` does; the script's own --define come on top.
  std::map<std::string, std::string> defines;
};

struct ParseOutcome {
  Script script;              ///< everything that could be read, also if there are errors
  std::vector<Error> errors;  ///< ids packetdrill.*, in the order of the file; README.md lists them
  std::vector<Unsupported> unsupported;
};

/// Reads a whole script. Never throws on bad input; takes linear time. Files over 4 MiB and nesting over 64
/// levels are refused, and after 100 errors it gives up.
ParseOutcome parse(std::string_view text, std::string file_name, const ParseSettings& settings = {});

/// What packetdrill's own run_all.py defines for every script: TFO_COOKIE, CODE, CMSG_LEVEL_IP,
/// CMSG_TYPE_RECVERR.
ParseSettings run_all_settings(bool ipv6);

}  // namespace ringside::packetdrill
