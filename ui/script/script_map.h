// Where the lines of a script happen in its run: each event's first step, and the step at which a note is
// due.
#pragma once
#include <QString>
#include <functional>
#include <optional>
#include <vector>

#include "core/trace/trace.h"
#include "ui/session/script_source.h"
#include "ui/stage/picture.h"

namespace ringside::ui {

/// An event of the script, in the order of the file.
struct ScriptMoment {
  int first_line = 0, last_line = 0;
  bool reached = false;      ///< it came to that; else the steps mean nothing
  StepIndex step = 0;        ///< the step it begins with
  StepIndex until = 0;       ///< a call that blocks: the first step after its return; else 0
  std::uint32_t packet = 0;  ///< the frame number it injects; 0: none
};

struct ScriptNote {
  int first_line = 0, last_line = 0;
  QString text;
  bool reached = false;  ///< false: what it is about does not happen in this run
  StepIndex step = 0;    ///< the step it explains
};

class ScriptMap {
 public:
  using Summary = std::function<ChipPicture(std::uint32_t packet)>;
  ScriptMap() = default;
  /// Reads pages of the trace: for a run that is complete.
  ScriptMap(const OpenScript& script, const Trace& trace, const Summary& summary);

  const std::vector<ScriptMoment>& moments() const { return moments_; }
  const std::vector<ScriptNote>& notes() const { return notes_; }  ///< in order of their steps
  /// Index of the event that the run is in at that position (steps done); nullopt: before the first one.
  std::optional<std::size_t> moment_at(StepIndex position) const;
  /// The note to be read at that position: the latest one that is due.
  std::optional<std::size_t> note_at(StepIndex position) const;
  /// Index of the event that stands on that line, or of the next one below it.
  std::optional<std::size_t> moment_on_line(int line) const;

 private:
  std::vector<ScriptMoment> moments_;
  std::vector<ScriptNote> notes_;
};

}  // namespace ringside::ui
