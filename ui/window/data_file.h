// Data that comes with the program.
#pragma once
#include <QString>

namespace ringside::ui {

/// Beside the program (a build tree's copy), where it is installed, or in the sources it was built from; ""
/// if it is nowhere. `name` is relative to resources/.
QString data_file(const QString& name);

}  // namespace ringside::ui
