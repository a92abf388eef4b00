#pragma once

class QCoreApplication;

namespace ringside::ui {

/// Once, in main(): see qt_handover.cpp.
void tell_handovers(QCoreApplication& app);
/// Before main() ends: waits for the pool's tasks, whose threads the ending program follows.
void tell_the_end();

}  // namespace ringside::ui
