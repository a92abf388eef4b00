#include "ui/window/main_window.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QKeyEvent>
#include <QMimeData>
#include <QSplitter>
#include <QStatusBar>
#include <QTimer>
#include <QVBoxLayout>
#include <QtMath>

#include "ui/charts/charts_panel.h"
#include "ui/compare/compare_view.h"
#include "ui/look/icons.h"
#include "ui/look/system_look.h"
#include "ui/panels/journey_panel.h"
#include "ui/panels/packets_panel.h"
#include "ui/panels/why_panel.h"
#include "ui/pictures/run_pictures.h"
#include "ui/script/note_strip.h"
#include "ui/script/script_panel.h"
#include "ui/session/error_text.h"
#include "ui/session/exports.h"
#include "ui/session/session_file.h"
#include "ui/stage/stage_source.h"
#include "ui/stage/stage_text.h"
#include "ui/window/banner.h"
#include "ui/window/run_slider.h"
#include "ui/window/shortcuts.h"
#include "ui/window/transport_bar.h"

namespace ringside::ui {

MainWindow::MainWindow(Options options, QWidget* parent)
    : QMainWindow(parent),
      options_(options),
      session_(new Session(this)),
      source_(std::make_unique<StageSource>(*session_)) {
  setWindowTitle(tr("Ringside"));
  setWindowIcon(program_icon());
  setAcceptDrops(true);
  setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
  setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
  setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
  transport_ = new TransportBar(*session_, this);
  addToolBar(transport_);
  make_middle();
  make_docks();
  make_status();
  make_breakpoints();
  make_journey();
  make_knobs();
  make_bookmarks();
  make_live();
  make_wire();
  watch_search();
  shortcuts_ = new ShortcutBook(this);
  make_settings();
  make_menus();
  connect_session();
  qApp->installEventFilter(this);
  stage_->setFocus();
  resize(1440, 900);
  use_theme(system_look_->kind());
  // Once the docks have their places: before, a width would not be kept.
  resizeDocks({findChild<QDockWidget*>(QStringLiteral("dock-packets")),
               findChild<QDockWidget*>(QStringLiteral("dock-why"))},
              {305, 290}, Qt::Horizontal);
  restore();
}

MainWindow::~MainWindow() {
  session_->disconnect(this);
  if (pictures_) pictures_->disconnect(this);
}

void MainWindow::make_middle() {
  auto* middle = new QWidget(this);
  auto* column = new QVBoxLayout(middle);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  banner_ = new Banner(middle);
  stage_ = new StageWidget;
  scroll_ = new QScrollArea(middle);
  scroll_->setWidget(stage_);
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  note_ = new NoteStrip(middle);
  slider_ = new RunSlider(middle);
  column->addWidget(banner_);
  connect(banner_, &Banner::changed, this,
          [this] { QTimer::singleShot(0, this, &MainWindow::give_stage_room); });
  compare_ = new CompareView(*session_, middle);
  auto* both = new QSplitter(Qt::Vertical, middle);
  both->addWidget(scroll_);
  both->addWidget(compare_);
  both->setChildrenCollapsible(false);
  compare_->hide();
  column->addWidget(both, 1);
  column->addWidget(note_);
  column->addWidget(slider_);
  setCentralWidget(middle);
  connect(slider_, &RunSlider::positionWanted, session_, &Session::seek_soon);
  connect(compare_, &CompareView::differenceChanged, this, &MainWindow::mark_difference);
  connect(stage_, &StageWidget::packetClicked, this, [this](std::uint32_t packet) {
    StageView view = stage_->view();
    view.selected = packet;
    stage_->set_view(view);
  });
  connect(stage_, &StageWidget::packetMenu, this, &MainWindow::packet_menu);
  connect(stage_, &StageWidget::functionClicked, this, &MainWindow::function_menu);
  connect(stage_, &StageWidget::socketChosen, this, &MainWindow::show_socket);
}

void MainWindow::make_docks() {
  const auto dock = [this](const QString& title, const char* name, QWidget* widget, Qt::DockWidgetArea area) {
    auto* frame = new QDockWidget(title, this);
    frame->setObjectName(QString::fromLatin1(name));
    frame->setWidget(widget);
    addDockWidget(area, frame);
    return frame;
  };
  packets_ = new PacketsPanel(*session_, this);
  auto* packets = dock(tr("Packets"), "dock-packets", packets_, Qt::LeftDockWidgetArea);
  make_script_dock(packets);
  why_ = new WhyPanel(*session_, *source_, this);
  auto* why = dock(tr("Why"), "dock-why", why_, Qt::RightDockWidgetArea);
  charts_ = new ChartsPanel(*session_, this);
  auto* chart = dock(tr("Charts"), "dock-charts", charts_, Qt::BottomDockWidgetArea);
  resizeDocks({chart}, {180}, Qt::Vertical);
  twin_ = new QPlainTextEdit(this);
  twin_->setReadOnly(true);
  twin_->setAccessibleName(tr("The stage as text"));
  twin_dock_ = dock(tr("Stage as text"), "dock-text", twin_, Qt::RightDockWidgetArea);
  twin_dock_->hide();
  resizeDocks({packets, why}, {300, 290}, Qt::Horizontal);
  connect(packets_, &PacketsPanel::packetChosen, session_, &Session::seek_packet);
  connect(packets_, &PacketsPanel::packetMenu, this, &MainWindow::packet_menu);
  connect(why_, &WhyPanel::packetChosen, session_, &Session::seek_packet);
  connect(twin_dock_, &QDockWidget::visibilityChanged, this, [this](bool on) {
    if (on) twin_->setPlainText(stage_text());
  });
}

/// Beside the stage while a script is open; in front of the packets, which it names itself.
void MainWindow::make_script_dock(QDockWidget* beside) {
  script_ = new ScriptPanel(*session_, this);
  script_dock_ = new QDockWidget(tr("Script"), this);
  script_dock_->setObjectName(QStringLiteral("dock-script"));
  script_dock_->setWidget(script_);
  addDockWidget(Qt::LeftDockWidgetArea, script_dock_);
  tabifyDockWidget(beside, script_dock_);
  script_dock_->hide();
  connect(session_, &Session::going, this, [this] { progress_->setText(tr("going there …")); });
  connect(session_, &Session::opened, this, [this] {
    const bool script = session_->script() != nullptr;
    script_dock_->setVisible(script);
    if (script) script_dock_->raise();
    if (!script) note_->set_notes({});
  });
  connect(script_, &ScriptPanel::notesChanged, note_, &NoteStrip::set_notes);
  connect(script_, &ScriptPanel::noteShown, note_, &NoteStrip::show_note);
}

void MainWindow::make_status() {
  where_ = new QLabel(this);
  where_->setObjectName(QStringLiteral("where"));
  progress_ = new QLabel(this);
  statusBar()->addPermanentWidget(progress_);
  statusBar()->addPermanentWidget(where_);
}

void MainWindow::connect_session() {
  connect(session_, &Session::opening, this,
          [this](const QString& title) { progress_->setText(tr("opening %1 …").arg(title)); });
  connect(session_, &Session::failed, this, [this](const Error& error) {
    progress_->clear();
    banner_->show_text(Banner::Kind::error, error_text(error));
  });
  connect(session_, &Session::problemsFound, this, &MainWindow::show_problems);
  connect(session_, &Session::runFinished, this, &MainWindow::show_notices);
  connect(session_, &Session::opened, this, [this] {
    banner_->clear();
    slider_->set_trace(session_->player().shared_trace());
    setWindowTitle(tr("%1, Linux %2 – Ringside").arg(session_->title(), session_->kernel()));
    source_->forget();
    if (!play_when_open_ && !session_->path().isEmpty()) remember(session_->path());
    if (play_when_open_) play_example();
    play_when_open_ = false;
    QTimer::singleShot(0, this, &MainWindow::give_stage_room);  // a lesson's notes take some of it
  });
  connect(session_, &Session::positionChanged, this, &MainWindow::show_position);
  connect(session_, &Session::traceGrew, this, [this] {
    if (session_->is_open()) slider_->show_position(session_->player().position());
    show_status();
  });
}

/// From where its first packet comes: how the socket was made can be seen by going back.
void MainWindow::play_example() {
  if (session_->trace().packet_count() > 0 && session_->trace().packet(0).first_step > 0)
    session_->seek(session_->trace().packet(0).first_step);
  session_->play(true);
}

void MainWindow::open_path(const QString& path, const OpenOptions& options) {
  play_when_open_ = false;
  if (is_session(path)) return open_session(path);
  restored_position_.reset();
  session_->open_file(path, options);
}

void MainWindow::show_socket(std::uint32_t index) {
  source_->pin(index);
  show_position();
  why_->refresh();
}

void MainWindow::show_position() {
  if (!session_->is_open()) return;
  StagePicture picture = source_->read(session_->player());
  picture.now = source_->now();
  StageView view = stage_->view();
  view.isn = source_->isn();
  stage_->set_view(view);
  stage_->show_picture(std::move(picture), session_->motions(), session_->animation_ms());
  keep_action_in_sight();
  slider_->show_position(session_->player().position());
  if (twin_dock_->isVisible()) twin_->setPlainText(stage_text());
  if (!session_->playing()) stage_->setAccessibleDescription(stage_text());
  show_status();
}

void MainWindow::keep_action_in_sight() {
  constexpr double kCalm = 4;  // steps a second; quicker ones would only shake the stage
  const QSize room = scroll_->viewport()->size();
  if (stage_->width() <= room.width() && stage_->height() <= room.height()) return;
  if (session_->playing() && session_->speed() > kCalm) return;
  const QRect action = stage_->action_rect().toAlignedRect();
  const QRect seen(-stage_->pos(), room);
  if (action.isEmpty() || seen.contains(action)) return;
  scroll_->ensureVisible(action.center().x(), action.center().y(), room.width() / 3, room.height() / 3);
}

void MainWindow::show_status() {
  if (!session_->is_open()) return;
  const Player& player = session_->player();
  QString words = player.t_ns() < 0
                      ? tr("%1 before the first frame").arg(time_text(-player.t_ns()))
                      : tr("%1 of %2").arg(time_text(player.t_ns()), time_text(session_->trace().end_ns()));
  if (const std::uint32_t packet = session_->present_packet()) words += tr("  ·  packet %1").arg(packet);
  words += tr("  ·  step %1 of %2")
               .arg(number_text(static_cast<std::int64_t>(player.position())),
                    number_text(static_cast<std::int64_t>(session_->trace().step_count())));
  where_->setText(words);
  if (session_->busy()) {
    const RunProgress progress = session_->run()->progress();
    progress_->setText(progress.total_bytes != 0
                           ? tr("running: %1 %").arg(progress.bytes * 100 / progress.total_bytes)
                           : tr("running …"));
    constexpr std::uint64_t kLong = 4u << 20;  // bytes of input: shorter ones are over before anybody clicks
    if (progress.total_bytes > kLong) cancel_->show();
  } else {
    progress_->clear();
    if (!session_->is_searching() && !pictures_) cancel_->hide();
  }
}

QString MainWindow::stage_text() const { return stage_words(stage_->picture(), stage_->view().isn); }

void MainWindow::use_theme(ThemeKind kind) {
  set_theme(kind);
  QApplication::setPalette(theme().palette());
  static const qreal letters = QApplication::font().pointSizeF();  // the desktop's
  if (QFont font = QApplication::font(); letters > 0) {
    font.setPointSizeF(letters * theme().scale);
    QApplication::setFont(font);
  }
  transport_->refresh_icons();
  stage_->refresh();
  stage_->updateGeometry();
  why_->refresh();
  script_->refresh();
  note_->refresh();
  charts_->refresh();
  compare_->refresh();
  banner_->refresh();
}

void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  QTimer::singleShot(0, this, &MainWindow::give_stage_room);
}

/// The stage comes first: where it would have to scroll at its usual size, the charts give way.
void MainWindow::give_stage_room() {
  auto* charts = qobject_cast<QDockWidget*>(charts_->parentWidget());
  if (charts == nullptr || charts->isFloating() || !charts->isVisible() || !isVisible()) return;
  const int needed = qCeil(StageLayout::least_size(1).height() * StageLayout::most_squeeze());
  const int missing = needed - scroll_->viewport()->height();
  if (missing > 0 && charts->height() > charts->minimumSizeHint().height())
    resizeDocks({charts}, {charts->height() - missing}, Qt::Vertical);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls() && event->mimeData()->urls().first().isLocalFile())
    event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  const QList<QUrl> urls = event->mimeData()->urls();
  if (urls.isEmpty()) return;
  event->acceptProposedAction();
  open_path(urls.first().toLocalFile());
}

/// Space presses the button that has the focus before it plays: so everything can be reached by keyboard.
bool MainWindow::eventFilter(QObject* object, QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride && object == QApplication::focusWidget()) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const auto* list = qobject_cast<QAbstractItemView*>(object);  // whose Space ticks a line, if it can be
    const bool ticks = list != nullptr && (list->currentIndex().flags() & Qt::ItemIsUserCheckable) != 0;
    const bool button = object->inherits("QAbstractButton") || object->inherits("QComboBox") || ticks;
    const bool combo_moves =
        object->inherits("QComboBox") && (key->key() == Qt::Key_Home || key->key() == Qt::Key_End);
    if ((button && key->key() == Qt::Key_Space && key->modifiers() == Qt::NoModifier) || combo_moves) {
      event->accept();
      return true;
    }
  }
  return QMainWindow::eventFilter(object, event);
}

}  // namespace ringside::ui
