// Reads pictures of a session's run for a stage, and remembers what they are shown relative to: the window's
// stage and films have one each.
#pragma once
#include "ui/session/session.h"
#include "ui/stage/picture_reader.h"

namespace ringside::ui {

class StageSource {
 public:
  explicit StageSource(Session& session) : session_(session) {}
  /// At the player's position; any player of the session's run.
  StagePicture read(const Player& player);
  /// The socket that a picture read there would show (SockId::index); 0: none.
  std::uint32_t sock_at(const Player& player) const { return sock_of_interest(player, options()); }
  /// What is at a live host's card now; nullopt: the stage shows it, or there is no live host.
  std::optional<NowPicture> now();
  /// The sequence number that the picture read last is shown relative to.
  std::uint32_t isn() const { return isn_; }
  /// The socket the user chose to see (SockId::index); 0: the one a step is about.
  void pin(std::uint32_t sock) { pinned_sock_ = sock; }
  std::uint32_t pinned() const { return pinned_sock_; }
  /// Another run.
  void forget();

 private:
  PictureOptions options() const;
  Session& session_;
  std::unique_ptr<Player> newest_;  ///< stands at the newest step of a held host
  std::uint32_t isn_flow_ = 0, isn_ = 0, shown_sock_ = 0, pinned_sock_ = 0;
};

}  // namespace ringside::ui
