// The Why panel and the reference, by real clicks.
#include <QAbstractTextDocumentLayout>
#include <QAction>
#include <QMenu>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextBrowser>

#include "core/model/fields.h"
#include "core/words/words.h"
#include "tests/ui/window_fixture.h"
#include "ui/panels/why_panel.h"
#include "ui/panels/why_reference.h"
#include "ui/stage/nodes.h"
#include "ui/stage/stage_widget.h"

namespace ringside::ui {
namespace {

class WhyTest : public WindowTest {
 protected:
  QTextBrowser* why() { return window->findChild<QTextBrowser*>(QStringLiteral("why")); }
  QString text() { return why()->toPlainText(); }

  /// Goes behind the first step that decides `id`.
  bool go_to_decision(const char* id, std::int64_t answer) {
    const auto found = window->session().trace().find_forward(0, [=](const Page&, const Event& event) {
      return event.kind == EventKind::decide && std::string_view(event.name) == id && event.answer == answer;
    });
    if (found) window->session().seek(*found + 1);
    return found.has_value();
  }

  /// Clicks the first link to `target`, where it is drawn.
  static bool click(QTextBrowser* browser, const QString& target) {
    for (QTextBlock block = browser->document()->begin(); block.isValid(); block = block.next())
      for (auto it = block.begin(); !it.atEnd(); ++it) {
        if (it.fragment().charFormat().anchorHref() != target) continue;
        QTextCursor cursor(block);
        cursor.setPosition(it.fragment().position() + 1);
        browser->setTextCursor(cursor);
        browser->ensureCursorVisible();
        QTest::mouseClick(browser->viewport(), Qt::LeftButton, {}, browser->cursorRect(cursor).center());
        return true;
      }
    return false;
  }
};

TEST_F(WhyTest, ADecisionShowsTheQuestionBothWaysAndTheLineAtWork) {
  open(capture("http-get.pcap"));
  ASSERT_TRUE(go_to_decision("header_prediction", 1));
  EXPECT_TRUE(text().contains(QStringLiteral("Is this exactly the segment that was expected?")))
      << text().toStdString();
  EXPECT_TRUE(text().contains(QStringLiteral("fast path"))) << text().toStdString();
  EXPECT_TRUE(text().contains(QStringLiteral("slow path"))) << "the way not taken";
  EXPECT_TRUE(text().contains(QStringLiteral("net/ipv4/tcp_input.c, in both kernels")));
  EXPECT_FALSE(text().contains(QLatin1Char('{'))) << "a value is missing: " << text().toStdString();
  bool lit = false;
  for (QTextBlock block = why()->document()->begin(); block.isValid(); block = block.next())
    lit = lit || (block.text().contains(QStringLiteral("if header and sequence number are as predicted")) &&
                  block.begin().fragment().charFormat().fontWeight() == QFont::Bold);
  EXPECT_TRUE(lit) << "the pseudo-code's line is not lit";
  EXPECT_TRUE(text().contains(QStringLiteral("→ fast path"))) << "what followed: " << text().toStdString();
}

TEST_F(WhyTest, AFunctionsNameOpensItsPageAndTheWayBackClosesIt) {
  open(capture("http-get.pcap"));
  ASSERT_TRUE(go_to_decision("sk_state_is_established", 1));
  ASSERT_TRUE(click(why(), QStringLiteral("fn:tcp_rcv_established"))) << text().toStdString();
  EXPECT_TRUE(text().contains(QStringLiteral("The way of nearly every segment."))) << text().toStdString();
  ASSERT_TRUE(click(why(), QStringLiteral("step:")));
  EXPECT_TRUE(text().contains(QStringLiteral("Is the connection ESTABLISHED?"))) << text().toStdString();
}

TEST_F(WhyTest, ACallSaysWhatItIsForAndAReturnWhatCameOfIt) {
  open(capture("bulk-reorder.pcap"));
  const auto go_to_fn = [&](EventKind kind, Fn fn) {
    const auto found = window->session().trace().find_forward(
        0, [=](const Page&, const Event& event) { return event.kind == kind && event.function == fn; });
    if (found) window->session().seek(*found + 1);
    return found.has_value();
  };
  ASSERT_TRUE(go_to_fn(EventKind::call, Fn::tcp_prequeue));
  EXPECT_TRUE(text().contains(QString::fromStdString(Words::english().function("tcp_prequeue").about)))
      << text().toStdString();
  ASSERT_TRUE(go_to_fn(EventKind::return_, Fn::tcp_prequeue));
  EXPECT_TRUE(text().contains(QStringLiteral("it waits in the prequeue"))) << text().toStdString();
}

TEST_F(WhyTest, SequenceNumbersAreThoseOfTheStage) {
  open(capture("bulk-reorder.pcap"));
  ASSERT_TRUE(go_to_decision("header_prediction", 1));
  const StagePicture& shown = window->stage().picture();
  const std::uint32_t next = shown.sock->rcv_nxt - window->stage().view().isn;
  EXPECT_LT(next, 100'000u);
  EXPECT_TRUE(text().contains(QStringLiteral("rcv_nxt (%1)").arg(next))) << text().toStdString();
}

TEST_F(WhyTest, TheSocketsStateIsThereAndWhatTheStepChangedIsMarked) {
  open(capture("bulk-reorder.pcap"));
  ASSERT_TRUE(go_to_decision("no_reader_waits", 0));  // the reader comes, and takes the lock
  const auto found = window->session().trace().find_forward(
      window->session().player().position(), [](const Page&, const Event& event) {
        return event.kind == EventKind::change && event.id == field_named(ObjectKind::sock, "lock.owned") &&
               event.new_value == 1;
      });
  ASSERT_TRUE(found);
  window->session().seek(*found);
  window->session().seek(*found + 1);
  const QString html = why()->toHtml();
  const auto row_of = [&](const char* name) {
    const qsizetype at = html.lastIndexOf(QLatin1String(name));
    return html.mid(html.lastIndexOf(QStringLiteral("<td"), at),
                    at - html.lastIndexOf(QStringLiteral("<td"), at));
  };
  EXPECT_TRUE(text().contains(QStringLiteral("copied_seq"))) << text().toStdString();
  EXPECT_TRUE(row_of("lock.owned").contains(QStringLiteral("bgcolor"))) << row_of("lock.owned").toStdString();
  EXPECT_FALSE(row_of("copied_seq").contains(QStringLiteral("bgcolor")));
}

TEST_F(WhyTest, TheSocketIsTheOneOnTheStageAlsoWhenTheUserChoseAnother) {
  open(capture("mixed.pcapng"));
  Session& session = window->session();
  session.seek(session.trace().step_count() / 2);
  std::set<std::uint32_t> shown;
  for (int press = 0; press < 4; ++press) {
    QTest::keyClick(window.get(), Qt::Key_S);
    const StagePicture& picture = window->stage().picture();
    ASSERT_TRUE(picture.sock);
    shown.insert(picture.sock->index);
    const Sock& sk = session.player().host().socks[picture.sock->index];
    if (sk.protocol != 6 || sk.state == TcpState::listen) continue;
    EXPECT_TRUE(text().contains(number_text(sk.tp.copied_seq - sk.tp.irs)))
        << "socket " << picture.sock->index << ":\n"
        << text().toStdString();
  }
  EXPECT_GE(shown.size(), 3u) << "the key goes from socket to socket";
}

TEST_F(WhyTest, AnEthernetTypeIsWrittenAsPeopleWriteIt) {
  open(capture("bulk-reorder.pcap"));
  ASSERT_TRUE(go_to_decision("protocol_has_handler", 1));
  EXPECT_TRUE(text().contains(QStringLiteral("Ethernet type 0x0806 belongs"))) << text().toStdString();
  EXPECT_FALSE(text().contains(QStringLiteral("2,054"))) << text().toStdString();
}

TEST_F(WhyTest, ACounterComesWithItsCommand) {
  open(capture("bulk-reorder.pcap"));
  const auto found = window->session().trace().find_forward(0, [](const Page&, const Event& event) {
    return event.kind == EventKind::count && event.id == static_cast<std::uint16_t>(Counter::TCPOFOQueue);
  });
  ASSERT_TRUE(found);
  window->session().seek(*found + 1);
  EXPECT_TRUE(text().contains(QStringLiteral("$ nstat -az TcpExtTCPOFOQueue"))) << text().toStdString();
}

TEST_F(WhyTest, AFunctionOfTheStageIsExplainedFromItsMenu) {
  open(capture("http-get.pcap"));
  const QRectF chip = window->stage().node_rect(node_of(Fn::tcp_ofo_queue, Fn::none));
  window->stage().repaint();
  QTest::mouseClick(&window->stage(), Qt::LeftButton, Qt::NoModifier, chip.center().toPoint());
  auto* menu = window->findChild<QMenu*>(QStringLiteral("function-menu"));
  ASSERT_NE(menu, nullptr);
  for (QAction* action : menu->actions())
    if (action->text() == QStringLiteral("What tcp_ofo_queue does")) action->trigger();
  menu->close();
  EXPECT_TRUE(text().contains(QStringLiteral("A gap was filled: early segments"))) << text().toStdString();
}

TEST_F(WhyTest, WhatIsSimplifiedIsSaidWhereItMatters) {
  open(capture("http-get.pcap"));
  auto* panel = window->findChild<WhyPanel*>();
  panel->show_function(Fn::tcp_filter);
  EXPECT_TRUE(panel->plain_text().contains(QStringLiteral("Socket filters let everything pass.")));
}

TEST_F(WhyTest, TheReferenceIsUnderHelpAndCanBeSearched) {
  for (const auto& [action, words] :
       {std::pair{"help-functions", "tcp_v4_rcv"}, std::pair{"help-glossary", "truesize"},
        std::pair{"help-simplified", "There are no raw sockets."}}) {
    window->findChild<QAction*>(QString::fromLatin1(action))->trigger();
    auto* reference = window->findChild<Reference*>();
    ASSERT_NE(reference, nullptr);
    EXPECT_TRUE(reference->isVisible());
    EXPECT_TRUE(reference->plain_text().contains(QString::fromLatin1(words))) << action;
  }
  auto* reference = window->findChild<Reference*>();
  window->findChild<QAction*>(QStringLiteral("help-functions"))->trigger();
  QTest::keyClicks(reference->findChild<QLineEdit*>(), QStringLiteral("prequeue_process"));
  EXPECT_FALSE(reference->plain_text().contains(QStringLiteral("ixgb_intr")));
  auto* browser = reference->findChild<QTextBrowser*>();
  ASSERT_TRUE(click(browser, QStringLiteral("fn:tcp_prequeue_process")));
  EXPECT_TRUE(browser->toPlainText().contains(QStringLiteral("only in 4.13")));
}

}  // namespace
}  // namespace ringside::ui
