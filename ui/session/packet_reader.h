// What stands in the frames of a run's input, read when it is asked for.
#pragma once
#include <QHash>
#include <QString>
#include <memory>

#include "core/engine/engine.h"
#include "ui/stage/picture.h"

namespace ringside::ui {

/// One frame as a list shows it.
struct PacketSummary {
  std::uint32_t number = 0;
  std::int64_t t_ns = 0;
  std::uint32_t wire_len = 0;
  QString source, destination;  ///< addresses, "" without IP
  std::uint16_t source_port = 0, destination_port = 0;
  QString protocol;  ///< "TCP", "UDP", "ARP", ...
  ChipPicture chip;  ///< seq, length, flags
  std::uint32_t ack = 0;
  std::uint16_t window = 0;
};

class PacketReader {
 public:
  explicit PacketReader(std::shared_ptr<const Run> run);
  /// Of the frame with that number; an empty one if there is none.
  PacketSummary summary(std::uint32_t number);
  /// Its bytes stay valid until the next call; nullopt if there is no such frame (any more).
  std::optional<nic::Frame> frame(std::uint32_t number);

 private:
  std::shared_ptr<const Run> run_;
  std::unique_ptr<nic::FrameSource> frames_;
  QHash<std::uint32_t, PacketSummary> known_;
};

}  // namespace ringside::ui
