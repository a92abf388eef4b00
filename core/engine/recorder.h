// Listens to a first run and fills the trace's columns.
#pragma once
#include <array>
#include <memory>
#include <vector>

#include "core/engine/arrivals.h"
#include "core/engine/stream_hashes.h"
#include "core/machine/machine.h"
#include "core/trace/trace_builder.h"

namespace ringside {

class WireTap;

class Recorder : public Observer, public OutgoingSink, public DeliverySink {
 public:
  Recorder(TraceBuilder& builder, const FirstArrivals& arrivals, bool hash_delivered)
      : builder_(builder),
        arrivals_(arrivals),
        hashes_(hash_delivered ? std::make_unique<StreamHashes>() : nullptr) {}
  /// Before the machine runs.
  void watch(Machine& machine) { machine_ = &machine; }
  /// It hears of every frame that reaches the NIC, too. Null: nobody.
  void tell(WireTap* tap) { tap_ = tap; }

  void arrived(const Arrival& arrival) override;
  void moved(SkbId skb, SockId sock, Place from, Place to) override;
  void moved_request(RequestId request, Place from, Place to) override;
  void dropped(SkbId skb, std::uint32_t packet, SockId sock, Drop reason) override;
  void freed(SkbId skb) override;
  void counted(Counter counter, std::uint32_t packet, SockId sock) override;
  void locked(SockId sock, bool owned) override;
  void transmitted(const Outgoing& frame) override;
  bool wants_checksums() const override { return false; }
  void delivered(std::int64_t t_ns, SockId sock, std::uint32_t flow, const DataRef& bytes,
                 bool peeked) override;

  /// After every turn.
  void end_turn() {
    if (builder_.series().end_turn()) close_stretch();
  }
  void close_stretch();
  /// No more is delivered. May throw std::bad_alloc.
  void finish() {
    if (hashes_ != nullptr) hashes_->finish();
  }
  /// Hex, of flow `number`, when finished; "" without hash_delivered.
  std::string sha256(std::uint32_t number) { return hashes_ != nullptr ? hashes_->hex(number) : ""; }
  /// No packet is anywhere but in the hands of applications.
  bool all_quiet() const { return inside_ == 0; }

 private:
  /// Where an skb is counted, by SkbId::index: what the model's own memory no longer says once it is freed.
  struct Track {
    std::uint32_t row = UINT32_MAX;
    std::uint32_t flow = 0;
    Place place = Place::none;
  };
  Track& track(SkbId skb);
  void deepen(SeriesId id, std::int32_t by);
  void hash(std::uint32_t flow, const DataRef& bytes);
  std::uint32_t flow_of(SockId sock);
  std::uint32_t noted(std::uint32_t flow, SockId sock);
  void leave(const Track& t);
  void enter(const Track& t);
  StepIndex step() const { return machine_->steps(); }
  std::uint32_t row_of(std::uint32_t packet) const {
    return packet == 0 ? UINT32_MAX : builder_.row_of(packet);
  }
  void mark(MarkerKind kind, std::uint32_t packet, std::uint32_t flow, Drop reason = Drop::none);

  TraceBuilder& builder_;
  WireTap* tap_ = nullptr;
  const FirstArrivals& arrivals_;
  std::unique_ptr<StreamHashes> hashes_;
  Machine* machine_ = nullptr;
  std::vector<Track> tracks_;
  std::int64_t inside_ = 0;
};

}  // namespace ringside
