// Reads a StagePicture off a player.
#pragma once
#include <functional>

#include "core/playback/player.h"
#include "ui/stage/picture.h"
#include "ui/wire/wire_plan.h"

namespace ringside::ui {

/// What the reader needs beside the player.
struct PictureOptions {
  std::uint32_t flow = 0;          ///< show this connection; 0: the one that the step is about
  std::uint32_t shown_sock = 0;    ///< SockId::index shown before: kept while nothing else suggests itself
  std::uint32_t pinned_sock = 0;   ///< SockId::index that the user chose; 0: what the step is about
  std::size_t most_chips = 4096;   ///< listed per queue; all are counted
  bool scripted = false;           ///< the processes are the threads of a script
  const WirePlan* wire = nullptr;  ///< of an edited wire
  /// What frame `number` is, before the host has seen it. May be empty.
  std::function<ChipPicture(std::uint32_t number)> summary;
};

/// The first TCP segment that our side sent on a connection.
std::optional<SentRow> first_sent_of(const Trace& trace, std::uint32_t flow);

StagePicture read_picture(const Player& player, const PictureOptions& options);

/// Which connection's socket a step is about; 0: none.
std::uint32_t sock_of_interest(const Player& player, const PictureOptions& options);

}  // namespace ringside::ui
