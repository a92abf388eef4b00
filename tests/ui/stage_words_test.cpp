// What is written on the stage can be read: nothing is cut short, no words lie on others, at any usual size.
#include <QPaintDevice>
#include <QPaintEngine>
#include <QPainter>
#include <set>

#include "tests/ui/window_fixture.h"
#include "ui/look/theme.h"
#include "ui/stage/stage_widget.h"

namespace ringside::ui {
namespace {

struct Written {
  QString words;
  QRectF box;
};

/// A paper that remembers what is written on it, and where.
class WordEngine : public QPaintEngine {
 public:
  WordEngine() : QPaintEngine(QPaintEngine::AllFeatures) {}
  bool begin(QPaintDevice*) override { return true; }
  bool end() override { return true; }
  void updateState(const QPaintEngineState&) override {}
  void drawPixmap(const QRectF&, const QPixmap&, const QRectF&) override {}
  void drawPath(const QPainterPath&) override {}
  void drawPolygon(const QPointF*, int, PolygonDrawMode) override {}
  void drawTextItem(const QPointF& at, const QTextItem& item) override {
    if (item.text().trimmed().isEmpty()) return;
    const QRectF box(at.x(), at.y() - item.ascent(), item.width(), item.ascent() + item.descent());
    written.push_back({item.text(), painter()->worldTransform().mapRect(box)});
  }
  Type type() const override { return User; }
  std::vector<Written> written;
};

class Paper : public QPaintDevice {
 public:
  explicit Paper(QSize size) : size_(size) {}
  QPaintEngine* paintEngine() const override { return &engine_; }
  const std::vector<Written>& written() const { return engine_.written; }

 protected:
  int metric(PaintDeviceMetric what) const override {
    switch (what) {
      case PdmWidth:
        return size_.width();
      case PdmHeight:
        return size_.height();
      case PdmDpiX:
      case PdmDpiY:
      case PdmPhysicalDpiX:
      case PdmPhysicalDpiY:
        return 96;
      case PdmDevicePixelRatioScaled:
        return static_cast<int>(devicePixelRatioFScale());
      default:
        return 1;
    }
  }

 private:
  QSize size_;
  mutable WordEngine engine_;
};

class StageWords : public WindowTest {
 protected:
  std::vector<Written> written() {
    StageWidget& stage = window->stage();
    Paper paper(stage.size());
    QPainter painter(&paper);
    stage.render_to(painter, stage.size());
    painter.end();
    return paper.written();
  }

  /// Looks at the stage as it is now; each fault once, however long it stays.
  void look() {
    const std::vector<Written> all = written();
    ASSERT_GT(all.size(), 40u);
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i].words.size() > 1 && all[i].words.endsWith(QChar(0x2026)))
        fault(QStringLiteral("cut: %1 (after %2)").arg(all[i].words, i > 0 ? all[i - 1].words : QString()));
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::size_t j = i + 1; j < all.size(); ++j) {
        if (all[i].words == all[j].words) continue;  // a function's name is written anew when it is lit
        // Letters rarely fill their box: what only touches is no fault.
        const QRectF both = all[i].box.adjusted(1, 3, -1, -3) & all[j].box.adjusted(1, 3, -1, -3);
        if (!both.isEmpty())
          fault(QStringLiteral("over each other: %1 | %2").arg(all[i].words, all[j].words));
      }
    const QRectF stage(QPointF(0, 0), QSizeF(window->stage().size()));
    for (const Written& w : all)
      if (!stage.adjusted(-1, -1, 1, 1).contains(w.box))
        fault(QStringLiteral("beyond the edge: %1").arg(w.words));
  }

  /// Walks through the whole run in `looks` steps, at every size that people have, or at one.
  void walk(int looks,
            const std::vector<QSize>& sizes = {QSize(1366, 768), QSize(1440, 900), QSize(1920, 1080)}) {
    for (const QSize size : sizes) {
      window->resize(size);
      QApplication::processEvents();
      QApplication::processEvents();
      where_ = QStringLiteral("%1x%2").arg(size.width()).arg(size.height());
      const StepIndex steps = window->session().trace().step_count();
      for (int i = 1; i <= looks; ++i) {
        window->session().seek(steps * static_cast<StepIndex>(i) / static_cast<StepIndex>(looks));
        arrive();
        look();
      }
    }
    QString report;
    for (const QString& line : faults_) report += line + QLatin1Char('\n');
    EXPECT_TRUE(faults_.empty()) << report.toStdString();
  }

 private:
  void fault(const QString& what) {
    if (seen_.insert(what).second)
      faults_.push_back(
          QStringLiteral("%1, step %2: %3").arg(where_).arg(window->session().player().position()).arg(what));
  }
  std::set<QString> seen_;
  std::vector<QString> faults_;
  QString where_;
};

TEST_F(StageWords, OfTheDefaultLessonCanBeRead) {
  open(script("segments-5-to-9.pkt"));
  walk(40);
}

TEST_F(StageWords, OfATransferWithReorderingCanBeRead) {
  open(capture("bulk-reorder.pcap"));
  walk(60);
}

TEST_F(StageWords, OfManyConnectionsOfBothKindsCanBeRead) {
  open(capture("mixed.pcapng"));
  walk(60);
}

TEST_F(StageWords, OfIPv6WithItsLongAddressesCanBeRead) {
  open(capture("ipv6.pcapng"));
  walk(40);
}

TEST_F(StageWords, OfLessonsOnSendingAndClosingCanBeRead) {
  for (const char* lesson : {"fast-recovery.pkt", "simultaneous-close.pkt", "syn-queue-full.pkt",
                             "data-while-locked.pkt", "blocked-reader.pkt", "ring-overflow.pkt", "nagle.pkt",
                             "window-closed-by-the-peer.pkt", "shared-socket.pkt"}) {
    SCOPED_TRACE(lesson);
    open(script(lesson));
    walk(25, {QSize(1366, 768)});
  }
}

TEST_F(StageWords, OfTheNewKernelOnTheProjectorCanBeRead) {
  const ThemeKind before = theme().kind;
  window->use_theme(ThemeKind::projector);
  open(capture("zero-window.pcap"));
  window->session().set_kernel(QStringLiteral("6.18"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return !window->session().busy(); }, 60000));
  walk(40);
  window->use_theme(before);
}

}  // namespace
}  // namespace ringside::ui
