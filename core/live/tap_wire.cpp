#include "core/live/tap_wire.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/live/wall_clock.h"
#include "core/live/wire_image.h"
#include "core/wire/ethernet.h"

namespace ringside::live {

namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kLeadNs = 50'000;     // of the world: what is so near is done now, not slept for
constexpr std::int64_t kSliceNs = kMs;       // the host runs so far at most before the TAP is looked at again
constexpr std::int64_t kLagNs = 100 * kMs;   // the host is so late: its clock is set back
constexpr std::int64_t kShowNs = 100 * kMs;  // of the world: so often watchers are told
constexpr std::int64_t kNapNs = 100 * kMs;   // of the world: longest sleep
constexpr std::int64_t kSaveLagNs = 2 * kMs;  // frames stay so long before they are saved: in order of time
constexpr std::size_t kLongestFrame = 65536 + 64;
constexpr std::size_t kReadAhead = 256;  // frames

}  // namespace

TapWire::TapWire(std::unique_ptr<TapDevice> tap, std::unique_ptr<nic::LiveFrames> frames,
                 TapWireOptions options)
    : tap_(std::move(tap)),
      frames_(std::move(frames)),
      options_(std::move(options)),
      in_(options_.faults, options_.seed * 2),
      out_(options_.faults, options_.seed * 2 + 1),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      epoch_start_ns_(epoch_ns()),
      wall_base_ns_(monotonic_ns()),
      buffer_(kLongestFrame) {
  status_.speed = options_.speed;
}

TapWire::~TapWire() {
  if (wake_fd_ >= 0) close(wake_fd_);
}

// --- time

std::int64_t TapWire::mapped_now() const {
  if (held_) return host_base_ns_;
  const auto passed = static_cast<double>(monotonic_ns() - wall_base_ns_);
  return host_base_ns_ + static_cast<std::int64_t>(passed * options_.speed);
}

void TapWire::rebase(std::int64_t host_ns) {
  host_base_ns_ = host_ns;
  wall_base_ns_ = monotonic_ns();
}

void TapWire::take_orders() {
  const std::lock_guard lock(mutex_);
  if (order_hold_ || order_speed_) rebase(std::max(mapped_now(), floor_ns_));
  if (order_hold_) {
    held_ = *order_hold_;
    in_.let_go(host_base_ns_);
  }
  if (order_speed_) options_.speed = *order_speed_;
  if (order_faults_) {
    in_.set(*order_faults_);
    out_.set(*order_faults_);
  }
  order_hold_.reset();
  order_speed_.reset();
  order_faults_.reset();
}

void TapWire::doze(std::int64_t host_ns) {
  std::int64_t ns = kNapNs;
  if (!held_ && host_ns != INT64_MAX) {
    const auto wanted = static_cast<double>(host_ns - mapped_now()) / options_.speed;
    ns = static_cast<std::int64_t>(std::clamp(wanted, 0.0, static_cast<double>(kNapNs)));
  }
  const bool full = in_.waiting() >= kReadAhead;
  pollfd fds[2] = {{tap_->fd(), static_cast<short>(full ? 0 : POLLIN), 0}, {wake_fd_, POLLIN, 0}};
  const timespec timeout{0, static_cast<long>(ns)};
  if (ppoll(fds, 2, &timeout, nullptr) > 0 && fds[1].revents != 0) {
    std::uint64_t count = 0;
    if (read(wake_fd_, &count, sizeof count) < 0) return;
  }
}

std::optional<std::int64_t> TapWire::wait(std::int64_t next_ns, std::int64_t reached_ns) {
  floor_ns_ = std::max(floor_ns_, reached_ns);
  if (!started_) {  // the host boots, and its applications get ready
    started_ = true;
    rebase(0);
    floor_ns_ = std::max<std::int64_t>(floor_ns_, 0);
    return floor_ns_;
  }
  for (;;) {
    take_orders();
    if (shut_.load(std::memory_order_relaxed) || !read_tap()) {
      note(INT64_MAX);
      frames_->finish();
      return std::nullopt;
    }
    std::int64_t now = mapped_now();
    if (!held_ && next_ns < now - kLagNs) {
      const std::int64_t back = std::max(next_ns, floor_ns_) + kSliceNs;
      if (back < now) {
        const std::lock_guard lock(mutex_);
        status_.behind_ns += now - back;
        rebase(back);
        now = back;
      }
    }
    const auto lead = static_cast<std::int64_t>(static_cast<double>(kLeadNs) * options_.speed);
    send_due(now + lead);
    note(reached_ns);
    const std::int64_t arrived = stamp_arrivals(now + lead, floor_ns_);
    std::int64_t until = arrived;
    if (!held_ && next_ns <= now + lead)
      until = std::max({until, floor_ns_, std::clamp(now, next_ns, next_ns + kSliceNs)});
    if (!held_ && (arrived != 0 || next_ns <= now + lead)) {
      floor_ns_ = std::max(floor_ns_, until);
      unseen_ = true;
      return floor_ns_;
    }
    if (unseen_ && monotonic_ns() - shown_ns_ >= kShowNs) return floor_ns_;
    doze(std::min({next_ns, in_.next_ns().value_or(INT64_MAX), out_.next_ns().value_or(INT64_MAX)}));
  }
}

bool TapWire::shows() {
  if (!unseen_ || monotonic_ns() - shown_ns_ < kShowNs) return false;
  shown_ns_ = monotonic_ns();
  unseen_ = false;
  return true;
}

// --- frames

void TapWire::fail(const char* id, int code) {
  Error error;
  error.id = id;
  error.args.emplace_back("dev", tap_->name());
  error.args.emplace_back("detail", std::strerror(code));
  const std::lock_guard lock(mutex_);
  if (!problem_) problem_ = std::move(error);
  gone_ = true;
}

/// False: the device is gone.
bool TapWire::read_tap() {
  while (!gone_ && in_.waiting() < kReadAhead) {
    const auto n = read(tap_->fd(), buffer_.data(), buffer_.size());
    if (n < 0) {
      if (errno == EAGAIN || errno == EINTR) break;
      fail(errno == EBADFD ? "tap.gone" : "tap.read", errno);
      break;
    }
    const wire::Bytes frame(buffer_.data(), static_cast<std::size_t>(n));
    const auto link = wire::EthernetView::parse(frame);
    if (!link || link->source() == options_.mac) {
      const std::lock_guard lock(mutex_);
      ++status_.not_taken;
      continue;
    }
    in_.put(mapped_now(), {frame.begin(), frame.end()});
  }
  return !gone_;
}

/// Hands over what has come through the cable by `now`; the latest stamp given, 0 if there is none. While the
/// host is held all that comes has one stamp, that of the moment when it goes on: it is then in its card's
/// ring, as far as that holds it, before a CPU does anything.
std::int64_t TapWire::stamp_arrivals(std::int64_t now, std::int64_t floor) {
  std::int64_t latest = !held_ && held_frames_ != 0 ? floor + 1 : 0;
  if (!held_) held_frames_ = 0;
  while (auto frame = in_.take(held_ ? INT64_MAX : now)) {
    latest = held_ ? floor + 1 : std::max({frame->first, floor + 1, latest + 1});
    stamp(latest, frame->second);
    held_frames_ += held_;
  }
  return latest;
}

void TapWire::stamp(std::int64_t t_ns, const wire::Buffer& frame) {
  frames_->append(t_ns, frame);
  if (options_.save != nullptr) options_.save->write(t_ns, frame, nic::Direction::inbound);
  const std::lock_guard lock(mutex_);
  ++status_.received;
  status_.received_bytes += frame.size();
}

void TapWire::sent(Kernel& k, const Outgoing& frame) {
  for (wire::Buffer& bytes : ethernet_frames_of(k, frame)) {
    if (options_.save != nullptr) options_.save->write(frame.t_ns, bytes, nic::Direction::outbound);
    out_.put(frame.t_ns, std::move(bytes));
  }
}

void TapWire::send_due(std::int64_t now) {
  std::uint64_t count = 0, bytes = 0;
  while (!gone_) {
    const auto frame = out_.take(now);
    if (!frame) break;
    const auto n = write(tap_->fd(), frame->second.data(), frame->second.size());
    if (n < 0 && errno == EBADFD)
      fail("tap.gone", errno);  // a device that is down (EIO) loses it, as cables do
    ++count;
    bytes += frame->second.size();
  }
  if (count == 0) return;
  const std::lock_guard lock(mutex_);
  status_.sent += count;
  status_.sent_bytes += bytes;
}

/// What is earlier than `reached_ns` is settled.
void TapWire::note(std::int64_t reached_ns) {
  if (options_.save != nullptr) {
    const std::int64_t settled = held_ ? floor_ns_ + 2 : std::min(reached_ns, floor_ns_) - kSaveLagNs;
    options_.save->settle(reached_ns == INT64_MAX ? INT64_MAX : settled);
  }
  const std::lock_guard lock(mutex_);
  status_.now_ns = floor_ns_;
  status_.lost = in_.lost() + out_.lost();
  status_.overflowed = in_.overflowed() + out_.overflowed();
  status_.speed = options_.speed;
  status_.held = held_;
  status_.held_frames = held_frames_;
  status_.held_first = static_cast<std::uint32_t>(status_.received - held_frames_ + 1);
}

// --- from any thread

void TapWire::hold(bool held) {
  const std::lock_guard lock(mutex_);
  order_hold_ = held;
  eventfd_write(wake_fd_, 1);
}

void TapWire::set_speed(double speed) {
  const std::lock_guard lock(mutex_);
  order_speed_ = speed;
  eventfd_write(wake_fd_, 1);
}

void TapWire::set_faults(const LinkFaults& faults) {
  const std::lock_guard lock(mutex_);
  order_faults_ = faults;
  eventfd_write(wake_fd_, 1);
}

void TapWire::shut() {
  shut_.store(true, std::memory_order_relaxed);
  eventfd_write(wake_fd_, 1);
}

std::optional<LiveWire::Held> TapWire::held() const {
  const std::lock_guard lock(mutex_);
  if (!status_.held) return std::nullopt;
  return Held{status_.held_frames, status_.held_first};
}

TapStatus TapWire::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::optional<Error> TapWire::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

}  // namespace ringside::live
