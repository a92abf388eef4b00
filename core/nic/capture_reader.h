// Reads frames of a CaptureFile by index. Made by CaptureFile::reader(); belongs to one thread.
#pragma once
#include "core/nic/capture_file.h"
#include "core/nic/pcap_stream.h"

namespace ringside::nic {

class CaptureReader : public FrameSource {
 public:
  explicit CaptureReader(std::shared_ptr<CaptureFile> file) : file_(std::move(file)) {}

  std::optional<Frame> at(std::uint64_t index) override;
  State state() const override { return file_->state(); }
  std::vector<Error> problems() const override { return file_->problems(); }
  std::unique_ptr<FrameSource> clone() const override { return file_->reader(); }

 private:
  friend class CaptureFile;
  enum class Step { kFrame, kFiltered, kEnd };

  bool go_to(std::uint64_t index);
  bool open_stream();
  Step step();
  Step end_here(std::optional<Error> problem);
  PcapStream::Status next_record();
  bool restart_at(std::uint32_t number);
  void fail(Error error);
  Error error(std::string id) const;

  std::shared_ptr<CaptureFile> file_;
  std::unique_ptr<PcapStream> stream_;
  std::uint32_t next_number_ = 1;  ///< of the record the stream stands before
  std::uint64_t next_index_ = 0;   ///< of the next frame the filter takes, from there on
  unsigned records_since_mark_ = 0;
  std::size_t bytes_since_mark_ = 0;
  std::optional<std::int64_t> expected_stamp_;  ///< of the next record, when known
  std::optional<std::int64_t> previous_stamp_;
  bool sought_ = false;           ///< the stream was moved: a pcapng stream may not know the interfaces here
  std::optional<Frame> current_;  ///< the frame at next_index_ - 1
  std::optional<Error> failure_;
};

}  // namespace ringside::nic
