// Any bytes as a capture file: it is refused with an id, or every frame of it is read, forwards and backwards
// alike, and sorted for a host. (What the modelled kernel makes of the frames is another target's business.)
#include "core/nic/capture_file.h"
#include "core/nic/host_record.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace ringside;
using fuzz::must;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = nic::CaptureFile::open(fuzz::scratch_file({reinterpret_cast<const char*>(data), size}));
  if (!file) {
    must(!file.error().id.empty());
    return 0;
  }
  const auto forwards = (*file)->reader();
  const nic::LocalHost local = nic::choose_local_host(*forwards);
  const nic::HostRecord record = nic::record_host(*forwards, local);
  const nic::FrameSource::State state = (*file)->state();
  must(state.complete && state.frames == (*file)->records());
  std::uint64_t segments = 0;
  for (const auto& [key, connections] : record.connections()) {
    for (const auto& connection : connections) segments += connection.segments_sent;
  }
  must(segments <= state.frames);
  const auto backwards = (*file)->reader();
  for (std::uint64_t i = 0; i < state.frames && i < 300; ++i) {
    const std::uint64_t index = state.frames - 1 - i;
    const auto a = backwards->at(index);
    const auto b = forwards->at(index);
    must(a && b && a->number == b->number && a->t_ns == b->t_ns && a->wire_len == b->wire_len);
    must(std::equal(a->bytes.begin(), a->bytes.end(), b->bytes.begin(), b->bytes.end()));
  }
  return 0;
}
