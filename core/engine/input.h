// The frames of a scenario, whatever they come from, with what they are to our host.
#pragma once
#include <memory>
#include <vector>

#include "core/base/result.h"
#include "core/nic/capture_file.h"
#include "core/nic/local_host.h"
#include "core/scenario/scenario.h"

namespace ringside {

class Input {
 public:
  /// Errors: those of nic::CaptureFile::open() and nic::explicit_local_host(), and scenario.local (args
  /// value: not an address).
  static Result<std::shared_ptr<Input>> open(const Scenario& scenario);

  /// One more reader of the same frames, for one thread.
  std::unique_ptr<nic::FrameSource> reader() const;
  const nic::LocalHost& local() const { return local_; }
  /// Frame numbers may differ from 1, 2, 3, ...: a filter leaves some out.
  bool filtered() const { return filtered_; }
  /// A script's own calls write its frames: they do not arrive by themselves.
  bool paced_by_calls() const { return paced_by_calls_; }
  bool scripted() const { return capture_ == nullptr; }
  std::uint64_t total_bytes() const { return capture_ != nullptr ? capture_->size_bytes() : 0; }
  std::vector<Error> problems() const;
  /// What the user did to the wire.
  const std::vector<WireEdit>& edits() const { return edits_; }

 private:
  std::shared_ptr<nic::CaptureFile> capture_;
  std::unique_ptr<nic::FrameSource> script_;
  nic::LocalHost local_;
  std::vector<WireEdit> edits_;
  bool filtered_ = false, paced_by_calls_ = false;
};

}  // namespace ringside
