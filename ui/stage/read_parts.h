// The parts of read_picture(): each fills its share of a StagePicture from the host.
#pragma once
#include "core/playback/player.h"
#include "ui/stage/picture.h"

namespace ringside::ui {

struct PictureOptions;

ChipPicture chip_of(const Host& host, SkbId skb);
QueuePicture read_queue(const Host& host, const SkbQueue& queue, Place place, std::size_t most);
/// In order of sequence numbers.
QueuePicture read_tree(const Host& host, const SkbTree& tree, Place place, std::size_t most);

void read_nic(StagePicture& p, const Host& host, std::size_t most);
/// How many more frames the card's ring takes.
void read_room(NowPicture& now, const Host& host);
void read_cpus(StagePicture& p, const Player& player);
void read_sock(StagePicture& p, const Host& host, SockId id, std::size_t most);
void read_processes(StagePicture& p, const Player& player, SockId sock, bool scripted);
/// The sequence numbers that lie in the socket's queues, as the picture lists them.
void read_ranges(StagePicture& p);
/// What the moving packet has been through, and what was decided about it.
void read_path(StagePicture& p, const Player& player);
void read_listener(StagePicture& p, const Host& host);
/// Where our own sequence numbers begin.
void read_first_number(StagePicture& p, const Player& player);
void read_wire(StagePicture& p, const Player& player, const PictureOptions& options);

}  // namespace ringside::ui
