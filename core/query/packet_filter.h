// The display filter: which packets of a list are shown.
#pragma once
#include "core/query/expression.h"
#include "core/query/packet_table.h"
#include "core/trace/rows.h"

namespace ringside::query {

/// Names as in Wireshark where it has them; `fate`, `place`, `was_in`, `reason` and `delivered` are our own.
const Vocabulary& packet_vocabulary();

class PacketFilter {
 public:
  PacketFilter() = default;  ///< shows everything
  /// Errors: those of Expression::parse().
  static Result<PacketFilter> parse(std::string_view text);
  bool empty() const { return expression_.empty(); }
  bool matches(const PacketTable& table, const PacketFacts& facts, const PacketRow& row) const;

 private:
  Expression expression_;
};

/// "tcp", "udp", "arp", "fragment", ...: what a list says of a frame.
std::string protocol_of(const PacketFacts& facts);

}  // namespace ringside::query
