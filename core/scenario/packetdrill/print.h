// The way out: AST to packetdrill's text. What is printed parses to an equal AST; comments and the exact
// blanks of the source are not kept.
#pragma once
#include <string>

#include "core/scenario/packetdrill/ast.h"

namespace ringside::packetdrill {

std::string print(const Script& script);
std::string print(const Event& event);       ///< one event, without a line end
std::string print(const Packet& packet);     ///< "< P. 1:1001(1000) ack 1 win 257"
std::string print(const TcpOption& option);  ///< "mss 1460"
std::string print(const Syscall& call);      ///< "read(4, ..., 1000) = 1000"
std::string print(const Expression& expression);

/// Seconds with as many digits as needed, at least one: 0.1, 0, 12.000001.
std::string print_seconds(std::int64_t nanoseconds);

}  // namespace ringside::packetdrill
