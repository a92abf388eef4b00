// The ways that the moving packet did not take, each with the reason: they stay on the stage, grey.
#pragma once
#include <QString>
#include <vector>

#include "ui/stage/nodes.h"
#include "ui/stage/picture.h"

namespace ringside::ui {

struct Branch {
  Node node = Node::count_;
  bool taken = false;
  QString reason;  ///< why (not)
};

/// One for every fork that was decided about the moving packet.
std::vector<Branch> branches_of(const StagePicture& picture);

}  // namespace ringside::ui
