// A live host's wire: the TAP's frames get their stamps here, what the host sends goes out when its time has
// come, and the wall clock is mapped to the host's.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include "core/engine/live_wire.h"
#include "core/live/link.h"
#include "core/live/tap_device.h"
#include "core/nic/live_frames.h"
#include "core/nic/pcapng_writer.h"

namespace ringside::live {

struct TapWireOptions {
  MacAddr mac;        ///< the host's: frames that claim to come from it are not taken
  double speed = 1;   ///< the host's seconds per second of the world, > 0
  LinkFaults faults;  ///< in both directions
  std::uint64_t seed = 1;
  /// Gets every frame at the host's end of the cable, both directions; may be null.
  std::shared_ptr<nic::PcapngWriter> save;
};

/// How it goes; for windows and reports.
struct TapStatus {
  std::int64_t now_ns = 0;  ///< the host's time
  std::uint64_t received = 0, sent = 0;
  std::uint64_t received_bytes = 0, sent_bytes = 0;
  std::uint64_t lost = 0;        ///< by the link, on purpose
  std::uint64_t overflowed = 0;  ///< by the link's queue
  std::uint64_t not_taken = 0;   ///< claimed to come from the host itself
  std::int64_t behind_ns = 0;    ///< so much the world was ahead: the model could not keep up
  double speed = 1;
  bool held = false;
  std::uint64_t held_frames = 0;  ///< have come since it is held, and wait at its ring
  std::uint32_t held_first = 0;   ///< number of the first of them
};

class TapWire : public LiveWire {
 public:
  TapWire(std::unique_ptr<TapDevice> tap, std::unique_ptr<nic::LiveFrames> frames, TapWireOptions options);
  ~TapWire() override;

  std::optional<std::int64_t> wait(std::int64_t next_ns, std::int64_t reached_ns) override;
  void sent(Kernel& k, const Outgoing& frame) override;
  std::optional<Held> held() const override;
  bool shows() override;

  // From any thread:
  /// Stops the host's CPUs and its clock, as a debugger would. Frames that come meanwhile are counted, and
  /// are at its ring all at once, before a CPU does anything, when it goes on: what does not fit is dropped.
  void hold(bool held);
  void set_speed(double speed);
  void set_faults(const LinkFaults& faults);
  /// wait() ends, now and for good.
  void shut();
  TapStatus status() const;
  /// tap.gone (args dev): the device was deleted; tap.read (args dev, detail).
  std::optional<Error> problem() const;
  const std::string& dev() const { return tap_->name(); }
  /// Of the world, when the host's time was 0.
  std::int64_t epoch_start_ns() const { return epoch_start_ns_; }

 private:
  std::int64_t mapped_now() const;
  void rebase(std::int64_t host_ns);
  void take_orders();
  bool read_tap();
  std::int64_t stamp_arrivals(std::int64_t now, std::int64_t floor);
  void stamp(std::int64_t t_ns, const wire::Buffer& frame);
  void send_due(std::int64_t now);
  void doze(std::int64_t host_ns);
  void fail(const char* id, int code);
  void note(std::int64_t next_ns);

  std::unique_ptr<TapDevice> tap_;
  std::unique_ptr<nic::LiveFrames> frames_;
  TapWireOptions options_;
  Link in_, out_;
  int wake_fd_;
  std::int64_t epoch_start_ns_;
  std::int64_t wall_base_ns_, host_base_ns_ = 0;
  std::int64_t floor_ns_ = -1;  ///< the host has seen this time: what comes now is stamped later
  std::int64_t shown_ns_ = 0;   ///< of the world: when those who watch were last told
  bool unseen_ = false;         ///< something has happened since
  bool started_ = false, held_ = false, gone_ = false;
  std::uint64_t held_frames_ = 0;
  wire::Buffer buffer_;
  std::atomic<bool> shut_{false};

  mutable std::mutex mutex_;  // guards what follows
  TapStatus status_;
  std::optional<Error> problem_;
  std::optional<bool> order_hold_;
  std::optional<double> order_speed_;
  std::optional<LinkFaults> order_faults_;
};

}  // namespace ringside::live
