// The include directions of the house.
#pragma once
#include <string>
#include <vector>

#include "tests/layers/source_tree.h"

namespace ringside::layers {

/// One sentence for every #include line of the file that the house forbids; empty if all is well.
std::vector<std::string> forbidden_includes(const SourceFile& file);

}  // namespace ringside::layers
