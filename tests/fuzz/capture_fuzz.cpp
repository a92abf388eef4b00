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
  nic::HostRecord record(local);
  nic::record_host(*forwards, record);
  const nic::FrameSource::State state = (*file)->state();
  must(state.complete && state.frames == (*file)->records());
  std::uint64_t acks = 0;
  for (std::uint32_t i = 0; i < record.size(); ++i)
    record.each_ack(record.connection(i), [&](const nic::HostAck&) { ++acks; });
  must(acks <= state.frames && record.size() <= state.frames);
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
