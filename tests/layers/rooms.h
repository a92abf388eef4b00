// Who may know whom: the house as data. A room is a folder; what it may include stands in one table.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace ringside::layers {

struct Room {
  std::string_view path;                      ///< folder, from the root of the sources, without a final slash
  std::vector<std::string_view> may_include;  ///< rooms, beside itself and those inside it
  std::string_view reason;                    ///< why these and no others
};

/// All rooms. The longest path that is a prefix of a file's path is the file's room.
const std::vector<Room>& rooms();

/// The room of a file, given from the root of the sources; nullptr if it lies in none.
const Room* room_of(std::string_view file);

}  // namespace ringside::layers
