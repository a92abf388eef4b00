// Edits of the wire as text: one by one, as a user writes them, and all of them as JSON, as they are saved.
#pragma once
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/scenario/scenario.h"

namespace ringside {

/// "drop N", "duplicate N [TIME]", "delay N TIME", "reorder N behind M" (M 0: in front of all),
/// "corrupt N OFFSET [MASK]". TIME: a number with ns, us, ms or s, perhaps negative; a duplicate without it
/// follows at once. MASK: hexadecimal, two digits, default ff. Error: edit.syntax (args value).
Result<WireEdit> parse_wire_edit(const std::string& text);

/// The same text again.
std::string text_of(const WireEdit& edit);

/// A list of objects: {"kind": "delay", "packet": 7, "delay_ns": 500000}; only what the kind needs.
std::string wire_edits_to_json(const std::vector<WireEdit>& edits);
/// Error: edit.json (args detail).
Result<std::vector<WireEdit>> wire_edits_from_json(const std::string& json);

}  // namespace ringside
