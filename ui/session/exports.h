// What leaves the program as a file: the stage as a picture, the trace, the packet list.
#pragma once
#include <QString>

#include "ui/session/background.h"
#include "ui/session/session.h"

class QWidget;

namespace ringside::ui {

class StageWidget;

/// PNG (twice as fine as the screen), SVG or PDF, by the name. Errors: session.write (args detail).
std::optional<Error> save_stage(StageWidget& stage, const QString& path);

/// Writes in a thread; the results are what was written or why not.
class Exporter {
 public:
  using Done = std::function<void(std::optional<Error>)>;
  /// Every step: as comma-separated values if the name ends in .csv, else as JSON Lines (core/README.md).
  void write_trace(const Session& session, const QString& path, Done done);
  /// The packet list as comma-separated values.
  void write_packets(const Session& session, const QString& path, Done done);
  /// The model's packets as pcapng: another run of the same scenario.
  void write_capture(const Session& session, const QString& path, Done done);
  void cancel() { work_.cancel(); }
  bool running() const { return work_.running(); }

 private:
  Background work_;
};

}  // namespace ringside::ui
