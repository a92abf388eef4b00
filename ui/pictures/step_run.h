// A run of steps that is to leave the program as pictures.
#pragma once
#include <QSize>

#include "core/trace/trace.h"

namespace ringside::ui {

struct StepRun {
  enum class Form : std::uint8_t { mp4, gif, pdf } form = Form::mp4;
  StepIndex from = 0, to = 0;  ///< positions of the player
  Level level = Level::function;
  double seconds_a_step = 0.8;  ///< of a film
  QSize size{1280, 720};        ///< of a film
};

/// The positions at which something is shown, from `from` on; at most `most` of them.
std::vector<StepIndex> positions_of(const Trace& trace, const StepRun& run, std::size_t most);

}  // namespace ringside::ui
