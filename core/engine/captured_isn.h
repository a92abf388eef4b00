// The captured host has chosen its initial sequence numbers and timestamps; the model must choose the same,
// or the peer's acknowledgments would mean nothing.
#pragma once
#include <map>
#include <mutex>
#include <tuple>

#include "core/kernel/net/tcp_adopt.h"
#include "core/machine/isn_policy.h"
#include "core/nic/layers.h"

namespace ringside {

/// Filled by the first run as it reads ahead; read by it and by replays, which get the same answers.
class CapturedIsn : public IsnPolicy {
 public:
  /// The captured host sent a SYN or SYN-ACK. It is known from when on the model
  /// gets frame `known_from`.
  void sent_syn(const nic::Layers& layers, std::uint32_t number, std::int64_t t_ns, std::uint32_t known_from);
  /// It must have sent a SYN that is not in the capture: `answered` stands as the SYN-ACK left it.
  void assume(const AdoptedConnection& answered, std::int64_t t_ns);
  /// The host's own choice: its answer to that SYN, or the SYN it sent latest by then. A number made from the
  /// connection if the capture does not show it.
  Choice choose(const Connection& connection) const override;

 private:
  using Key = std::tuple<IpAddr, IpAddr, std::uint16_t, std::uint16_t>;
  struct Syn {
    std::uint32_t number = 0;
    std::uint32_t known_from = 0;
    std::int64_t t_ns = 0;
    bool is_answer = false;
    Choice choice;
  };
  Choice answer(const Connection& connection, const Key& key) const;
  Choice opening(const Connection& connection, const Key& key) const;

  mutable std::mutex mutex_;      // guards what follows
  std::multimap<Key, Syn> syns_;  ///< those of one key in the order of the file
  /// By time: what the first run was told when the model connected.
  mutable std::map<std::pair<Key, std::int64_t>, Choice> chosen_;
};

}  // namespace ringside
