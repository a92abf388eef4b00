// What the sources ask the catalogue for: the ids of decisions and notes, with the values each place names.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

namespace ringside::test {

struct Asked {
  std::string file;
  std::set<std::string> values;
  bool always_yes = false;  ///< decide("id", true, ...): there is no other answer here
};

struct SourceIds {
  std::map<std::string, std::vector<Asked>> decide, choose, note;
};

/// Reads every source below core/.
SourceIds source_ids();

}  // namespace ringside::test
