#pragma once

class QCoreApplication;

namespace ringside::ui {

/// Once, in main(): see qt_handover.cpp.
void tell_handovers(QCoreApplication& app);

}  // namespace ringside::ui
