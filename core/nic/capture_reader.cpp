#include "core/nic/capture_reader.h"

#include "core/nic/capture_error.h"

namespace ringside::nic {
namespace {

constexpr unsigned kRecordsPerMark = 64;
constexpr std::size_t kBytesPerMark = 128 * 1024;

}  // namespace

std::optional<Frame> CaptureReader::at(std::uint64_t index) {
  if (current_ && index + 1 == next_index_) return current_;
  if (failure_ || index >= file_->end_index_.load(std::memory_order_relaxed) || !go_to(index)) {
    return std::nullopt;
  }
  for (;;) {
    const Step result = step();
    if (result == Step::kEnd) return std::nullopt;
    if (result == Step::kFrame && next_index_ == index + 1) return current_;
  }
}

/// Puts the stream where reading on meets the frame soonest: where it is, or at a mark.
bool CaptureReader::go_to(std::uint64_t index) {
  if (stream_ && next_index_ == index) return true;
  if (!stream_ && !open_stream()) return false;
  const CaptureFile::Mark mark = file_->mark_before(index);
  if (next_index_ <= index && mark.number <= next_number_) return true;
  current_.reset();
  if (mark.number > 1 && next_number_ == 1) stream_->next();  // pcapng: learn the interfaces in front
  sought_ = true;
  next_number_ = mark.number;
  next_index_ = mark.index;
  records_since_mark_ = 0;
  bytes_since_mark_ = 0;
  previous_stamp_.reset();
  expected_stamp_ = mark.stamp_ns;
  if (stream_->seek(mark.offset)) return true;
  fail(error("capture.read"));
  return false;
}

bool CaptureReader::open_stream() {
  // By descriptor: the very file that was opened, even if its name now belongs to another or to none.
  const std::string path = "/proc/self/fd/" + std::to_string(file_->fd_);
  auto stream = PcapStream::open(path, file_->path());
  if (!stream) stream = PcapStream::open(file_->path(), file_->path());
  if (!stream) {
    fail(stream.error());
    return false;
  }
  stream_ = std::move(*stream);
  return true;
}

/// Reads all from the start again, up to the record `number`: the slow way back into a pcapng file whose
/// sections or late interfaces a seek has skipped.
bool CaptureReader::restart_at(std::uint32_t number) {
  sought_ = false;
  if (!open_stream()) return false;
  for (std::uint32_t n = 1; n < number; ++n) {
    if (stream_->next() != PcapStream::Status::kRecord) return false;
  }
  return true;
}

PcapStream::Status CaptureReader::next_record() {
  const auto as_expected = [this](PcapStream::Status status) {
    return !expected_stamp_ ||
           (status == PcapStream::Status::kRecord && *expected_stamp_ == stream_->stamp_ns());
  };
  PcapStream::Status status = stream_->next();
  if (sought_ && stream_->is_pcapng() && (status == PcapStream::Status::kFailed || !as_expected(status)) &&
      restart_at(next_number_)) {
    status = stream_->next();
  }
  if (!as_expected(status)) fail(error("capture.changed"));
  expected_stamp_.reset();
  return status;
}

CaptureReader::Step CaptureReader::step() {
  if (failure_) return Step::kEnd;
  current_.reset();
  const bool mark_due = records_since_mark_ == 0 || records_since_mark_ >= kRecordsPerMark ||
                        bytes_since_mark_ >= kBytesPerMark;
  const std::int64_t offset = mark_due ? stream_->tell() : 0;
  const PcapStream::Status status = next_record();
  if (failure_) return Step::kEnd;
  if (status == PcapStream::Status::kEnd) return end_here(std::nullopt);
  if (status == PcapStream::Status::kFailed) return end_here(stream_->failure());

  const wire::Bytes bytes = stream_->bytes();
  const std::int64_t stamp = stream_->stamp_ns();
  if (stamp == 0 && stream_->wire_len() == 0 && stream_->hole_at(stream_->tell() - 16)) {
    return end_here(error("capture.zeros"));
  }
  if (mark_due) {
    file_->add_mark({offset, next_number_, next_index_, stamp});
    records_since_mark_ = 0;
    bytes_since_mark_ = 0;
  }
  ++records_since_mark_;
  bytes_since_mark_ += bytes.size();
  if (previous_stamp_ && stamp < *previous_stamp_) file_->note_backwards(next_number_);
  previous_stamp_ = stamp;
  const std::uint32_t number = next_number_++;
  if (file_->filter_ && !file_->filter_->matches(bytes, stream_->wire_len())) return Step::kFiltered;
  ++next_index_;
  current_ = Frame{number, stamp - file_->start_ns_, stream_->wire_len(), file_->link_, bytes};
  return Step::kFrame;
}

CaptureReader::Step CaptureReader::end_here(std::optional<Error> problem) {
  if (problem) problem->packet = next_number_;
  if (auto failure = file_->end_met(next_number_ - 1, next_index_, std::move(problem))) {
    fail(std::move(*failure));
  }
  return Step::kEnd;
}

/// Ends this reader's work, and tells the file, whose users may not know its readers.
void CaptureReader::fail(Error error) {
  file_->note_failure(error);
  failure_ = std::move(error);
}

Error CaptureReader::error(std::string id) const {
  return capture_error(std::move(id), file_->path(), next_number_);
}

}  // namespace ringside::nic
