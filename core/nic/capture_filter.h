// Filters in libpcap's language ("tcp port 80 and not host 10.0.0.1").
#pragma once
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/wire/bytes.h"

struct bpf_program;

namespace ringside::nic {

/// A compiled filter. Immutable; may be used by several threads.
class CaptureFilter {
 public:
  /// Errors: filter.syntax (column: where it stops making sense; args detail, near), filter.invalid (args
  /// detail: libpcap's reason, for example an unknown host or a test this link layer cannot make).
  static Result<std::shared_ptr<const CaptureFilter>> compile(const std::string& expression, int dlt);
  ~CaptureFilter();
  CaptureFilter(const CaptureFilter&) = delete;
  CaptureFilter& operator=(const CaptureFilter&) = delete;

  bool matches(wire::Bytes frame, std::uint32_t wire_len) const;

 private:
  CaptureFilter();
  std::unique_ptr<bpf_program> program_;
};

}  // namespace ringside::nic
