// Frames kept in memory: what a script writes, what a TAP hands over one by one, what a test makes up.
#pragma once
#include <cstddef>

#include "core/nic/frame_source.h"

namespace ringside::nic {

/// Grows at its end only. One thread appends and reads; a clone is a copy of what is there when it is made.
class MemoryFrames : public FrameSource {
 public:
  explicit MemoryFrames(LinkType link = LinkType::kEthernet) : link_(link) {}

  /// `wire_len` 0 stands for the length of `bytes`. Numbers are given from 1 on.
  void append(std::int64_t t_ns, wire::Bytes bytes, std::uint32_t wire_len = 0);
  /// Says that no more frames will come.
  void finish() { complete_ = true; }

  std::optional<Frame> at(std::uint64_t index) override;
  State state() const override { return {records_.size(), complete_}; }
  std::vector<Error> problems() const override { return {}; }
  std::unique_ptr<FrameSource> clone() const override { return std::make_unique<MemoryFrames>(*this); }

 private:
  struct Record {
    std::int64_t t_ns;
    std::size_t offset;
    std::uint32_t len;
    std::uint32_t wire_len;
  };
  LinkType link_;
  bool complete_ = false;
  std::vector<Record> records_;
  wire::Buffer bytes_;
};

}  // namespace ringside::nic
