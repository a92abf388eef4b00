#include "core/nic/capture_file.h"

#include <pcap/pcap.h>
#include <unistd.h>

#include <algorithm>

#include "core/nic/capture_error.h"
#include "core/nic/capture_reader.h"
#include "core/nic/link_frame.h"

namespace ringside::nic {

CaptureFile::CaptureFile() = default;

CaptureFile::~CaptureFile() {
  if (fd_ >= 0) close(fd_);
}

Result<std::shared_ptr<CaptureFile>> CaptureFile::open(const std::string& path, const std::string& filter) {
  std::shared_ptr<CaptureFile> file(new CaptureFile);
  file->path_ = path;
  const auto fd = open_regular_file(path, path, &file->size_bytes_);
  if (!fd) return fd.error();
  file->fd_ = *fd;

  CaptureReader reader(file);
  if (!reader.open_stream()) return *reader.failure_;
  const int dlt = reader.stream_->dlt();
  const auto link = link_type_of_dlt(dlt);
  if (!link) {
    const char* name = pcap_datalink_val_to_name(dlt);
    Error error = capture_error("capture.link_type", path, 0, "dlt", std::to_string(dlt));
    error.args.emplace_back("name", name ? name : "?");
    return error;
  }
  file->link_ = *link;
  if (!filter.empty()) {
    auto compiled = CaptureFilter::compile(filter, dlt);
    if (!compiled) return compiled.error();
    file->filter_ = *compiled;
  }
  if (reader.step() != CaptureReader::Step::kEnd) file->start_ns_ = reader.stream_->stamp_ns();
  return file;
}

std::unique_ptr<FrameSource> CaptureFile::reader() {
  return std::make_unique<CaptureReader>(shared_from_this());
}

FrameSource::State CaptureFile::state() const {
  const std::lock_guard lock(mutex_);
  return {frames_known_, complete_};
}

std::uint64_t CaptureFile::records() const {
  const std::lock_guard lock(mutex_);
  return records_known_;
}

std::vector<Error> CaptureFile::problems() const {
  const std::lock_guard lock(mutex_);
  std::vector<Error> all;
  if (first_backwards_ != 0) {
    all.push_back(capture_error("capture.time_backwards", path_, first_backwards_, "count",
                                std::to_string(backwards_count_)));
  }
  if (problem_) all.push_back(*problem_);
  if (failure_) all.push_back(*failure_);
  return all;
}

bool CaptureFile::load(const std::function<void(const CaptureProgress&)>& progress,
                       const std::atomic<bool>* cancel) {
  constexpr std::uint64_t kReportBytes = 2 * 1024 * 1024;
  constexpr std::uint64_t kCheckRecords = 256;
  CaptureReader reader(shared_from_this());
  const FrameSource::State known = state();
  if (known.complete) return true;
  if (!reader.go_to(known.frames)) return false;
  std::uint64_t reported = 0;
  for (std::uint64_t n = 0; reader.step() != CaptureReader::Step::kEnd; ++n) {
    if (n % kCheckRecords != 0) continue;
    if (cancel && cancel->load(std::memory_order_relaxed)) return false;
    const auto bytes = static_cast<std::uint64_t>(reader.stream_->tell());
    if (!progress || bytes < reported + kReportBytes) continue;
    reported = bytes;
    progress({reader.next_index_, bytes, size_bytes_});
  }
  if (reader.failure_) return false;
  if (progress) progress({reader.next_index_, size_bytes_, size_bytes_});
  return true;
}

CaptureFile::Mark CaptureFile::mark_before(std::uint64_t index) const {
  const std::lock_guard lock(mutex_);
  const auto after = std::upper_bound(marks_.begin(), marks_.end(), index,
                                      [](std::uint64_t i, const Mark& mark) { return i < mark.index; });
  return after == marks_.begin() ? Mark{} : *std::prev(after);
}

void CaptureFile::add_mark(const Mark& mark) {
  const std::lock_guard lock(mutex_);
  if (complete_) return;
  records_known_ = std::max<std::uint64_t>(records_known_, mark.number);
  frames_known_ = std::max(frames_known_, mark.index);
  if (!marks_.empty() && marks_.back().number >= mark.number) return;
  // A stretch the filter leaves out needs no place of its own: reading begins behind it.
  if (!marks_.empty() && marks_.back().index == mark.index) marks_.pop_back();
  marks_.push_back(mark);
}

void CaptureFile::note_failure(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = error;
}

void CaptureFile::note_backwards(std::uint32_t number) {
  const std::lock_guard lock(mutex_);
  if (number <= last_backwards_) return;
  if (first_backwards_ == 0) first_backwards_ = number;
  last_backwards_ = number;
  ++backwards_count_;
}

std::optional<Error> CaptureFile::end_met(std::uint32_t records, std::uint64_t frames,
                                          std::optional<Error> problem) {
  const std::lock_guard lock(mutex_);
  if (records < records_known_) {
    return capture_error("capture.changed", path_, std::uint64_t{records} + 1);
  }
  if (complete_) return std::nullopt;
  complete_ = true;
  records_known_ = records;
  frames_known_ = frames;
  end_index_.store(frames, std::memory_order_relaxed);
  problem_ = std::move(problem);
  return std::nullopt;
}

}  // namespace ringside::nic
