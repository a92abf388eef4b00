// What crossed the modelled wire, as a capture of its own: what came in, and what the model sent (not what
// the captured host did).
#pragma once
#include <atomic>
#include <functional>
#include <string>

#include "core/base/result.h"
#include "core/scenario/scenario.h"

namespace ringside::live {

struct ModelCapture {
  std::uint64_t received = 0, sent = 0;  ///< frames in the file
};

/// Runs the scenario once more and writes a pcapng file, with the times of the capture it comes from.
/// `percent` is told now and then from another thread. A cancelled one leaves no file. Errors: those of
/// Run::prepare(), capture.write (args detail).
Result<ModelCapture> write_model_capture(const Scenario& scenario, const std::string& path,
                                         const std::atomic<bool>* cancel = nullptr,
                                         const std::function<void(int percent)>& percent = {});

}  // namespace ringside::live
