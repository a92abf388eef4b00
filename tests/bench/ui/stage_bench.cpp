// What a frame of the stage takes with 2,000 packets on it, at 1920x1080, drawn in software. Goal: 16 ms,
// i.e. 60 frames a second.
#include <benchmark/benchmark.h>

#include <QApplication>
#include <QImage>

#include "ui/stage/stage_widget.h"

namespace ringside::ui {
namespace {

ChipPicture segment(std::uint32_t number, Place place) {
  ChipPicture chip;
  chip.packet = chip.skb = number;
  chip.seq = 1448 * number;
  chip.end_seq = chip.seq + 1448;
  chip.len = 1448;
  chip.place = place;
  return chip;
}

/// A busy host: 2,000 packets in its queues, a full ring of 4096, 200 sockets.
StagePicture busy() {
  StagePicture p;
  p.kernel = "4.13";
  std::uint32_t number = 1;
  const auto fill = [&](Place place, std::uint32_t count) {
    QueuePicture& queue = p.queue(place);
    queue.count = count;
    for (std::uint32_t i = 0; i < count; ++i) queue.chips.push_back(segment(number++, place));
  };
  fill(Place::sk_receive_queue, 1000);
  fill(Place::out_of_order_queue, 500);
  fill(Place::sk_backlog, 200);
  fill(Place::prequeue, 30);
  fill(Place::sk_write_queue, 150);
  fill(Place::softnet_backlog, 120);
  for (std::uint32_t i = 0; i < 16; ++i) p.wire.push_back(segment(number++, Place::wire));
  p.nic.size = 4096;
  p.nic.descriptors.assign(4096, 2);
  p.sock.emplace();
  p.sock->state = TcpState::established;
  p.sock->rcv_nxt = 1448 * 1001;
  p.sock->copied_seq = 1448;
  p.sock->rcv_wnd = 1 << 20;
  p.sock->window_edge = p.sock->rcv_nxt + p.sock->rcv_wnd;
  for (std::uint32_t i = 0; i < 250; ++i)
    p.sock->ranges.push_back({1448 * (1001 + 2 * i), 1448 * (1002 + 2 * i), Place::out_of_order_queue});
  p.sock_count = 200;
  for (std::uint32_t i = 1; i <= 200; ++i) p.socks.push_back({i, 6, TcpState::established, {}, 40000, 80, i});
  return p;
}

/// 48 packets that rise from the ring to the receive queue.
std::vector<Motion> rising() {
  std::vector<Motion> all;
  for (std::uint32_t i = 1; i <= 48; ++i) {
    Motion motion;
    motion.chip = segment(i, Place::sk_receive_queue);
    motion.stops = {{Place::rx_ring},
                    {Place::none, Node::ip_rcv},
                    {Place::none, Node::tcp_v4_rcv},
                    {Place::none, Node::tcp_data_queue},
                    {Place::sk_receive_queue}};
    all.push_back(motion);
  }
  return all;
}

struct Scene {
  explicit Scene(Place unfolded) {
    stage.resize(1920, 1080);
    if (unfolded != Place::none) stage.unfold(unfolded);
    stage.show_picture(busy(), {}, 0);
    paint();
  }
  void paint() { stage.render(&image, {}, {}, QWidget::DrawChildren); }

  StageWidget stage;
  QImage image{1920, 1080, QImage::Format_ARGB32_Premultiplied};
};

/// While packets fly.
void AnimatedFrame(benchmark::State& state) {
  Scene scene(Place::none);
  scene.stage.show_picture(busy(), rising(), 1000000);
  for (auto _ : state) scene.paint();
}
BENCHMARK(AnimatedFrame)->Unit(benchmark::kMillisecond);

/// All 1,000 packets of a queue unfolded.
void UnfoldedFrame(benchmark::State& state) {
  Scene scene(Place::sk_receive_queue);
  for (auto _ : state) scene.paint();
}
BENCHMARK(UnfoldedFrame)->Unit(benchmark::kMillisecond);

/// The frame after a step: everything is new.
void FrameAfterStep(benchmark::State& state) {
  Scene scene(static_cast<Place>(state.range(0)));
  const StagePicture picture = busy();
  for (auto _ : state) {
    scene.stage.show_picture(picture, {}, 0);
    scene.paint();
  }
}
BENCHMARK(FrameAfterStep)
    ->Arg(static_cast<int>(Place::none))
    ->Arg(static_cast<int>(Place::sk_receive_queue))
    ->Arg(static_cast<int>(Place::rx_ring))
    ->Unit(benchmark::kMillisecond);

/// At high speed: 30 times a second something else moves.
void StreamFrame(benchmark::State& state) {
  Scene scene(Place::none);
  const StagePicture picture = busy();
  const std::vector<Motion> motions = rising();
  for (auto _ : state) {
    scene.stage.show_picture(picture, motions, 33);
    scene.paint();
  }
}
BENCHMARK(StreamFrame)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ringside::ui

int main(int argc, char** argv) {
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication app(argc, argv);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
