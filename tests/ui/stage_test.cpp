#include <QElapsedTimer>
#include <map>

#include "tests/ui/window_fixture.h"
#include "ui/stage/animator.h"
#include "ui/stage/branches.h"
#include "ui/stage/layout.h"

namespace ringside::ui {
namespace {

TEST_F(WindowTest, SegmentsSevenAndEightWaitBehindTheHoleUntilSixComes) {
  open(script("segments-5-to-9.pkt"));
  ASSERT_TRUE(go_to(Place::out_of_order_queue));
  const QueuePicture& queue = window->stage().picture().queue(Place::out_of_order_queue);
  ASSERT_EQ(queue.chips.size(), 1u);
  EXPECT_EQ(queue.chips[0].packet, 7u);
  EXPECT_TRUE(QTest::qWaitFor([&] { return !window->stage().animating(); }, 10000));
  window->stage().repaint();
  const QRectF packet = window->stage().packet_rect(7);
  EXPECT_TRUE(window->stage().place_rect(Place::out_of_order_queue).contains(packet))
      << "the packet is drawn in its queue";
}

TEST_F(WindowTest, AStepIsAnimatedAlongTheWayAndAlsoBack) {
  open(script("segments-5-to-9.pkt"));
  ASSERT_TRUE(go_to(Place::out_of_order_queue));
  window->session().set_level(Level::packet);
  press(Qt::Key_Left);
  ASSERT_FALSE(window->session().motions().empty());
  const Motion back = window->session().motions().front();
  EXPECT_EQ(back.stops.front().place, Place::out_of_order_queue) << "undone: it leaves the queue again";
  EXPECT_TRUE(window->stage().animating());
  press(Qt::Key_Right);
  ASSERT_FALSE(window->session().motions().empty());
  EXPECT_EQ(window->session().motions().front().stops.back().place, Place::out_of_order_queue);
  EXPECT_TRUE(QTest::qWaitFor([&] { return !window->stage().animating(); }, 10000));
}

class StageTest : public WindowTest {
 protected:
  const StagePicture& picture() { return window->stage().picture(); }
  /// Seeks behind the first step that matches.
  bool go_behind(const std::function<bool(const Event&)>& matches) {
    const auto found = window->session().trace().find_forward(
        0, [&](const Page&, const Event& event) { return matches(event); });
    if (found) window->session().seek(*found + 1);
    return found.has_value();
  }
  bool go_behind_decision(Fn function, const char* question, std::int64_t answer) {
    return go_behind([=](const Event& e) {
      return e.kind == EventKind::decide && e.function == function && e.name == std::string_view(question) &&
             e.answer == answer;
    });
  }
  std::map<Node, Branch> branches() {
    std::map<Node, Branch> all;
    for (const Branch& branch : branches_of(picture())) all[branch.node] = branch;
    return all;
  }
};

TEST_F(StageTest, TheWayNotTakenSaysWhy) {
  open(script("segments-5-to-9.pkt"));
  ASSERT_TRUE(go_behind_decision(Fn::tcp_v4_rcv, "sock_owned_by_user", 0));
  EXPECT_FALSE(branches().at(Node::tcp_add_backlog).taken);
  EXPECT_EQ(branches().at(Node::tcp_add_backlog).reason, QStringLiteral("no process owns the socket"));
  ASSERT_TRUE(go_behind_decision(Fn::tcp_prequeue, "no_reader_waits", 1));
  EXPECT_EQ(branches().at(Node::tcp_prequeue).reason, QStringLiteral("no reader waits"));
  ASSERT_TRUE(go_behind_decision(Fn::tcp_data_queue, "in_sequence", 1));
  EXPECT_EQ(branches().at(Node::tcp_data_queue_ofo).reason, QStringLiteral("in order: seq is rcv_nxt"));
  open(capture("bulk-reorder.pcap"));
  ASSERT_TRUE(go_behind_decision(Fn::tcp_v4_rcv, "sock_owned_by_user", 1));
  EXPECT_TRUE(branches().at(Node::tcp_add_backlog).taken);
  EXPECT_TRUE(branches().at(Node::tcp_v4_do_rcv).reason.startsWith(QStringLiteral("owned by pid")));
}

TEST_F(StageTest, ThePacketThatComesNextGlowsOnTheWireAndThenStandsAtTheRing) {
  open(script("segments-5-to-9.pkt"));
  const PacketRow seventh = window->session().trace().packet(6);
  window->session().seek(seventh.first_step);
  EXPECT_EQ(picture().arriving, 7u);
  ASSERT_FALSE(picture().wire.empty());
  EXPECT_EQ(picture().wire.front().packet, 7u);
  ASSERT_TRUE(go_behind(
      [](const Event& e) { return e.kind == EventKind::move && e.to == Place::rx_ring && e.packet == 7; }));
  EXPECT_EQ(picture().moving.packet, 7u);
  EXPECT_EQ(picture().moving.place, Place::rx_ring);
  EXPECT_EQ(picture().arriving, 0u);
  StageWidget& stage = window->stage();
  EXPECT_TRUE(QTest::qWaitFor([&] { return !stage.animating(); }, 10000));
  stage.repaint();
  const QRectF chip = stage.packet_rect(7);
  ASSERT_FALSE(chip.isEmpty());
  EXPECT_LT(chip.right(), stage.place_rect(Place::rx_ring).left() + 1)
      << "beside the ring, with a line to its slot";
  ASSERT_TRUE(go_behind(
      [](const Event& e) { return e.kind == EventKind::copy && e.to == Place::rx_ring && e.packet == 7; }));
  stage.repaint();
  EXPECT_EQ(stage.packet_rect(7), chip) << "while its bytes are written by DMA";
  ASSERT_TRUE(go_behind([&](const Event& e) {
    return e.kind == EventKind::call && e.function == Fn::ixgb_intr && e.t_ns >= seventh.t_ns;
  }));
  stage.repaint();
  EXPECT_EQ(stage.packet_rect(7), chip) << "and while its interrupt is handled";
  ASSERT_TRUE(go_behind([&](const Event& e) {
    return e.kind == EventKind::call && e.function == Fn::ip_rcv && e.packet == 7;
  }));
  stage.repaint();
  EXPECT_NE(stage.packet_rect(7), chip) << "a CPU has it";
}

TEST_F(StageTest, AScriptsThreadBetweenTwoCallsWaitsForTheScript) {
  open(script("segments-5-to-9.pkt"));
  ASSERT_TRUE(go_to(Place::out_of_order_queue));
  ASSERT_FALSE(picture().processes.empty());
  EXPECT_TRUE(picture().processes.front().script_idle);
  EXPECT_TRUE(window->stage_text().contains(QStringLiteral("waiting for the script's next call")));
  EXPECT_FALSE(window->stage_text().contains(QStringLiteral("nanosleep")));
}

TEST_F(StageTest, AFunctionWithoutAPlaceOfItsOwnStandsWithTheOneThatCallsIt) {
  open(capture("bulk-reorder.pcap"));
  ASSERT_TRUE(go_behind(
      [](const Event& e) { return e.kind == EventKind::call && e.function == Fn::tcp_validate_incoming; }));
  EXPECT_NE(innermost_node(picture().current_stack), Node::tcp_ack) << "the ACK is looked at later";
  const auto& stack = picture().current_stack;
  ASSERT_GE(stack.size(), 2u);
  EXPECT_EQ(innermost_node(stack), node_of(stack[stack.size() - 2], Fn::none));
}

TEST_F(StageTest, AfterAJumpTheConnectionIsShownAndNotTheListener) {
  open(script("segments-5-to-9.pkt"));
  ASSERT_TRUE(go_behind([](const Event& e) {
    return e.kind == EventKind::call && e.function == Fn::tcp_v4_rcv && e.packet == 1;
  }));
  ASSERT_TRUE(go_behind(
      [](const Event& e) { return e.kind == EventKind::decide && e.function == Fn::tcp_conn_request; }));
  ASSERT_TRUE(picture().sock);
  EXPECT_EQ(picture().sock->state, TcpState::listen) << "the step is about it";
  const PacketRow fifth = window->session().trace().packet(4);
  window->session().seek(fifth.first_step - 1);
  ASSERT_TRUE(picture().event);
  ASSERT_FALSE(picture().event->sock) << "a step that names no socket";
  ASSERT_TRUE(picture().sock);
  EXPECT_EQ(picture().sock->state, TcpState::established);
}

TEST_F(StageTest, TheHoleBeforeTheOutOfOrderQueueCanBePointedAt) {
  open(script("segments-5-to-9.pkt"));
  ASSERT_TRUE(go_to(Place::out_of_order_queue));
  window->stage().repaint();
  const QRectF ruler = window->stage().ruler_rect();
  QString words;
  for (qreal x = ruler.left(); x < ruler.right() && !words.startsWith(QStringLiteral("hole")); x += 2)
    words = window->stage().words_at({x, ruler.center().y()});
  EXPECT_EQ(words, QStringLiteral("hole: 2,000 bytes from 4001 have not come"));
}

TEST_F(StageTest, AClickOnAQueueShowsAllOfItAndEscapeFoldsItAgain) {
  open(capture("bulk-reorder.pcap"));
  ASSERT_TRUE(go_behind([](const Event& e) {
    return e.kind == EventKind::move && e.to == Place::out_of_order_queue && e.packet > 160;
  }));
  StageWidget& stage = window->stage();
  EXPECT_TRUE(QTest::qWaitFor([&] { return !stage.animating(); }, 10000));
  stage.repaint();
  const QRectF queue = stage.place_rect(Place::out_of_order_queue);
  QTest::mouseClick(&stage, Qt::LeftButton, Qt::NoModifier,
                    QPointF(queue.left() + 20, queue.top() + 8).toPoint());
  EXPECT_EQ(stage.view().unfolded, Place::out_of_order_queue);
  stage.repaint();
  for (const ChipPicture& chip : picture().queue(Place::out_of_order_queue).chips)
    EXPECT_FALSE(stage.packet_rect(chip.packet).isEmpty()) << "packet " << chip.packet;
  QTest::keyClick(&stage, Qt::Key_Escape);
  EXPECT_EQ(stage.view().unfolded, Place::none);
}

TEST_F(StageTest, ByKeyboardOnePlaceAfterTheOtherUnfolds) {
  open(capture("bulk-reorder.pcap"));
  ASSERT_TRUE(go_to(Place::out_of_order_queue));
  StageWidget& stage = window->stage();
  stage.setFocus();
  QTest::keyClick(&stage, Qt::Key_U);
  EXPECT_EQ(stage.view().unfolded, Place::rx_ring) << "every descriptor";
  QTest::keyClick(&stage, Qt::Key_U);
  EXPECT_EQ(stage.view().unfolded, Place::out_of_order_queue) << "the next one that holds something";
}

TEST_F(StageTest, InAnUnfoldedQueueTheArrowsChooseAPacketAndEnterTakesIt) {
  open(capture("bulk-reorder.pcap"));
  ASSERT_TRUE(go_behind([](const Event& e) {
    return e.kind == EventKind::move && e.to == Place::out_of_order_queue && e.packet > 160;
  }));
  StageWidget& stage = window->stage();
  EXPECT_TRUE(QTest::qWaitFor([&] { return !stage.animating(); }, 10000));
  stage.setFocus();
  stage.unfold(Place::out_of_order_queue);
  stage.repaint();
  const auto& chips = picture().queue(Place::out_of_order_queue).chips;
  ASSERT_GT(chips.size(), 2u);
  const StepIndex before = position();
  QSignalSpy taken(&stage, &StageWidget::packetClicked);
  QTest::keyClick(&stage, Qt::Key_Right);
  QTest::keyClick(&stage, Qt::Key_Right);
  EXPECT_EQ(position(), before) << "the arrows choose here, they do not step";
  QTest::keyClick(&stage, Qt::Key_Return);
  ASSERT_EQ(taken.size(), 1);
  EXPECT_EQ(taken[0][0].toUInt(), chips[1].packet);
  QTest::keyClick(&stage, Qt::Key_End);
  QTest::keyClick(&stage, Qt::Key_Return);
  ASSERT_EQ(taken.size(), 2);
  EXPECT_EQ(taken[1][0].toUInt(), chips.back().packet);
  QTest::keyClick(&stage, Qt::Key_Escape);
  QTest::keyClick(&stage, Qt::Key_Right);
  EXPECT_NE(position(), before) << "folded again, they step";
}

TEST_F(StageTest, OneOfManySocketsCanBeChosen) {
  open(capture("mixed.pcapng"));
  const StepIndex end = window->session().trace().step_count();
  for (StepIndex tenth = 10; tenth > 0 && picture().sock_count < 2; --tenth)
    window->session().seek(end * tenth / 10);
  StageWidget& stage = window->stage();
  ASSERT_GT(picture().sock_count, 1u);
  stage.unfold_sockets();
  stage.repaint();
  const std::uint32_t shown = picture().sock->index;
  const SockLine other =
      picture().socks.back().index != shown ? picture().socks.back() : picture().socks.front();
  const std::uint32_t wanted = other.index;
  bool clicked = false;
  for (int y = 0; y < stage.height() && !clicked; y += 4)
    for (int x = 0; x < stage.width() && !clicked; x += 8)
      if (stage.words_at(QPointF(x, y))
              .contains(QStringLiteral(":%1,").arg(other.remote_port != 0 ? other.remote_port
                                                                          : other.local_port))) {
        QTest::mouseClick(&stage, Qt::LeftButton, Qt::NoModifier, QPoint(x, y));
        clicked = true;
      }
  ASSERT_TRUE(clicked);
  EXPECT_EQ(picture().sock->index, wanted);
  EXPECT_FALSE(stage.view().unfolded_sockets);
  press(Qt::Key_Left);
  EXPECT_EQ(picture().sock->index, wanted) << "it stays";
}

TEST_F(StageTest, AtHighSpeedManyPacketsAreOneStream) {
  open(capture("bulk-reorder.pcap"));
  window->session().set_level(Level::packet);
  window->session().set_speed(2000);
  press(Qt::Key_Space);
  EXPECT_TRUE(QTest::qWaitFor([&] { return !window->stage().streams().empty(); }, 20000));
  EXPECT_FALSE(window->stage().animating()) << "nothing flickers";
  window->session().play(false);
  EXPECT_TRUE(QTest::qWaitFor([&] { return window->stage().streams().empty(); }, 10000)) << "it fades away";
}

TEST(Animator, AFlightBeginsAndEndsAtTheEndsOfItsWay) {
  Animator animator;
  Flight flight;
  flight.way = Animator::smooth({QPointF(0, 0), QPointF(100, 0), QPointF(100, 50)});
  animator.start({flight}, 400);
  ASSERT_EQ(animator.flyers().size(), 1u);
  EXPECT_EQ(animator.flyers()[0].at, QPointF(0, 0));
  EXPECT_TRUE(animator.advance(200));
  EXPECT_GT(animator.flyers()[0].at.x(), 10);
  EXPECT_FALSE(animator.advance(400)) << "landed";
}

/// No two boxes on one another, nothing outside, at every size people have.
TEST(StageLayout, NothingOverlapsAtAnyUsualSize) {
  for (const QSizeF size : {QSizeF(770, 480), QSizeF(850, 620), QSizeF(1300, 900), QSizeF(3000, 1700)}) {
    for (const bool listener : {false, true}) {
      StageMode mode;
      mode.listener = listener;
      const StageLayout layout = StageLayout::make(size, 1, mode);
      std::vector<std::pair<std::string, QRectF>> all{
          {"process", layout.process}, {"ruler", layout.ruler},          {"lock", layout.lock},
          {"ring", layout.ring},       {"ring text", layout.ring_text},  {"irq", layout.irq},
          {"budget", layout.budget},   {"timers", layout.timers},        {"acks", layout.acks},
          {"chain", layout.chain},     {"send ruler", layout.send_ruler}};
      for (const Place place :
           {Place::sk_receive_queue, Place::out_of_order_queue, Place::sk_backlog, Place::prequeue,
            Place::syn_queue, Place::accept_queue, Place::wire, Place::user_buffer, Place::ip_frag_queue,
            Place::softnet_backlog, Place::sk_write_queue, Place::tcp_rtx_queue, Place::qdisc, Place::tx_ring,
            Place::neigh_queue})
        if (!layout.place(place).isEmpty()) all.emplace_back(name_of(place), layout.place(place));
      for (const NodeInfo& info : nodes()) {
        const bool is_a_box =
            info.node == Node::hard_irq || info.node == Node::xmit_frame || info.floor == Floor::syscall;
        if (!is_a_box && !layout.at(info.node).isEmpty())
          all.emplace_back(label_of(info.node, false).toStdString(), layout.at(info.node));
      }
      for (std::size_t a = 0; a < all.size(); ++a) {
        EXPECT_TRUE(QRectF(QPointF(0, 0), size).adjusted(-1, -1, 1, 1).contains(all[a].second))
            << all[a].first;
        for (std::size_t b = a + 1; b < all.size(); ++b)
          EXPECT_TRUE(all[a]
                          .second.adjusted(1, 1, -1, -1)
                          .intersected(all[b].second.adjusted(1, 1, -1, -1))
                          .isEmpty())
              << all[a].first << " and " << all[b].first << " at " << size.width() << "x" << size.height();
      }
    }
  }
}

}  // namespace
}  // namespace ringside::ui
