#include "ui/window/transport_bar.h"

#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>
#include <cmath>

#include "ui/look/icons.h"

namespace ringside::ui {

namespace {
/// The slider's 0..100 are 0.2 .. 2000 steps a second, each part the same factor.
double speed_of(int value) { return 0.2 * std::pow(10000.0, value / 100.0); }
int slider_of(double speed) {
  return static_cast<int>(std::lround(100.0 * std::log(speed / 0.2) / std::log(10000.0)));
}
}  // namespace

TransportBar::TransportBar(Session& session, QWidget* parent) : QToolBar(parent), session_(session) {
  setObjectName(QStringLiteral("transport"));
  setWindowTitle(tr("Transport"));
  setMovable(false);
  setIconSize(QSize(20, 20));
  add_buttons();
  add_level();
  add_speed();
  add_kernel();
  connect(&session_, &Session::playingChanged, this, [this] { update_state(); });
  connect(&session_, &Session::opened, this, [this] { update_state(); });
  connect(&session_, &Session::levelChanged, this, [this] { update_state(); });
  update_state();
}

QAction* TransportBar::add_move(const char* id, const QString& name, const QString& tip,
                                const QList<QKeySequence>& keys, void (Session::*slot)()) {
  auto* action = new QAction(name, this);
  action->setObjectName(QString::fromLatin1(id));
  action->setShortcuts(keys);
  const QString shortcut = keys.isEmpty()
                               ? QString()
                               : QStringLiteral(" (%1)").arg(keys.first().toString(QKeySequence::NativeText));
  action->setToolTip(tip + shortcut);
  action->setStatusTip(tip);
  connect(action, &QAction::triggered, &session_, slot);
  moves_ << action;
  return action;
}

void TransportBar::add_buttons() {
  const auto button = [&](Glyph glyph, QAction* action) {
    action->setIcon(icon(glyph));
    glyphs_.emplace_back(action, static_cast<int>(glyph));
    addAction(action);
    if (auto* widget = qobject_cast<QToolButton*>(widgetForAction(action)))
      widget->setFocusPolicy(Qt::TabFocus);
  };
  using S = Session;
  const auto key = [](auto... keys) { return QList<QKeySequence>{QKeySequence(keys)...}; };
  button(Glyph::begin, add_move("to-begin", tr("To the beginning"), tr("To the beginning of the run"),
                                key(Qt::Key_Home), &S::to_begin));
  button(Glyph::previous_packet,
         add_move("previous-packet", tr("Previous packet"), tr("Back to the previous packet's arrival"),
                  key(Qt::CTRL | Qt::Key_Up), &S::previous_packet));
  button(Glyph::back, add_move("step-back", tr("Step back"), tr("One step back"),
                               key(Qt::Key_Left, Qt::Key_PageUp), &S::step_back));
  button(Glyph::forward, add_move("step-forward", tr("Step forward"), tr("One step forward"),
                                  key(Qt::Key_Right, Qt::Key_PageDown), &S::step_forward));
  button(Glyph::next_packet, add_move("next-packet", tr("Next packet"), tr("On to the next packet's arrival"),
                                      key(Qt::CTRL | Qt::Key_Down), &S::next_packet));
  button(Glyph::end,
         add_move("to-end", tr("To the end"), tr("To the end of the run"), key(Qt::Key_End), &S::to_end));
  button(Glyph::out, add_move("step-out", tr("Step out"), tr("On until the present function returns"),
                              key(Qt::CTRL | Qt::Key_F11), &S::step_out));
  add_other_moves();
  play_ =
      add_move("play", tr("Play"), tr("Play or pause"), key(Qt::Key_Space, Qt::Key_Period), &S::toggle_play);
  addAction(play_);
  if (auto* widget = qobject_cast<QToolButton*>(widgetForAction(play_))) {
    widget->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    widget->setFocusPolicy(Qt::TabFocus);
  }
  addSeparator();
}

/// Those without a button: in a debugger's order, Shift always going back.
void TransportBar::add_other_moves() {
  using S = Session;
  const auto key = [](auto... keys) { return QList<QKeySequence>{QKeySequence(keys)...}; };
  add_move("step-over", tr("Step over"), tr("On over the next call"), key(Qt::Key_F10), &S::step_over);
  add_move("step-back-over", tr("Step back over"), tr("Back over the last call"),
           key(Qt::SHIFT | Qt::Key_F10), &S::step_back_over);
  add_move("step-into", tr("Step into"), tr("The very next step"), key(Qt::Key_F11), &S::step_into);
  add_move("step-back-into", tr("Step back into"), tr("The very last step undone"),
           key(Qt::SHIFT | Qt::Key_F11), &S::step_back_into);
  add_move("step-back-out", tr("Step back out"), tr("Back to before the call of the present function"),
           key(Qt::CTRL | Qt::SHIFT | Qt::Key_F11), &S::step_back_out);
  add_move("next-queue-event", tr("Next queue event"), tr("On until a packet enters or leaves a queue"),
           key(Qt::Key_Q), &S::next_queue_event);
  add_move("previous-queue-event", tr("Previous queue event"), tr("Back to the last change of a queue"),
           key(Qt::SHIFT | Qt::Key_Q), &S::previous_queue_event);
  add_move("next-decision", tr("Next decision"), tr("On until the kernel decides something"), key(Qt::Key_D),
           &S::next_decision);
  add_move("previous-decision", tr("Previous decision"), tr("Back to the last decision"),
           key(Qt::SHIFT | Qt::Key_D), &S::previous_decision);
  add_move("next-of-packet", tr("What happens to this packet next"),
           tr("On to the next step with the packet that is followed, or the present one"), key(Qt::Key_N),
           &S::next_of_packet);
  add_move("previous-of-packet", tr("What happened to this packet before"),
           tr("Back to the last step with the packet that is followed, or the present one"),
           key(Qt::SHIFT | Qt::Key_N), &S::previous_of_packet);
  add_move("run", tr("Run to a breakpoint"), tr("On to the next breakpoint; play if there is none"),
           key(Qt::Key_F5), &S::run_forward);
  add_move("run-back", tr("Run back to a breakpoint"), tr("Back to the last breakpoint"),
           key(Qt::SHIFT | Qt::Key_F5), &S::run_back);
}

void TransportBar::add_level() {
  addWidget(new QLabel(tr(" Step by ")));
  levels_ = new QActionGroup(this);
  const std::pair<Level, QString> all[] = {
      {Level::packet, tr("packet")}, {Level::function, tr("function")}, {Level::decision, tr("decision")}};
  const QString tips[] = {tr("Moves, drops, sends, copies, interrupts, sleeping and waking"),
                          tr("Every call and return too"),
                          tr("Every decision, changed field and counter too")};
  for (std::size_t i = 0; i < 3; ++i) {
    auto* action = new QAction(all[i].second, levels_);
    action->setCheckable(true);
    action->setToolTip(tips[i]);
    action->setShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + static_cast<int>(i))));
    action->setData(static_cast<int>(all[i].first));
    addAction(action);
    if (auto* widget = qobject_cast<QToolButton*>(widgetForAction(action)))
      widget->setFocusPolicy(Qt::TabFocus);
  }
  connect(levels_, &QActionGroup::triggered, this,
          [this](QAction* action) { session_.set_level(static_cast<Level>(action->data().toInt())); });
  addSeparator();
}

void TransportBar::add_speed() {
  addWidget(new QLabel(tr(" Speed ")));
  speed_ = new QSlider(Qt::Horizontal);
  speed_->setObjectName(QStringLiteral("speed"));
  speed_->setRange(0, 100);
  speed_->setFixedWidth(110);
  speed_->setAccessibleName(tr("Speed"));
  speed_->setValue(slider_of(session_.speed()));
  const auto tell = [this] {
    const double speed = session_.speed();
    speed_->setToolTip(speed < 1 ? tr("one step in %1 s").arg(1 / speed, 0, 'f', 1)
                                 : tr("%1 steps a second").arg(speed, 0, 'f', speed < 10 ? 1 : 0));
  };
  tell();
  connect(speed_, &QSlider::valueChanged, this, [this, tell](int value) {
    session_.set_speed(speed_of(value));
    tell();
  });
  addWidget(speed_);
  addSeparator();
}

void TransportBar::add_kernel() {
  kernel_ = new QComboBox;
  kernel_->setObjectName(QStringLiteral("kernel"));
  kernel_->setAccessibleName(tr("Kernel"));
  kernel_->setToolTip(tr("Which kernel's code runs: 4.13 has the prequeue, 6.18 is today's"));
  for (const char* name : {"4.13", "6.18"})
    kernel_->addItem(tr("Linux %1").arg(QString::fromLatin1(name)), QString::fromLatin1(name));
  connect(kernel_, &QComboBox::activated, this,
          [this](int at) { session_.set_kernel(kernel_->itemData(at).toString()); });
  addWidget(kernel_);
}

void TransportBar::refresh_icons() {
  for (const auto& [action, glyph] : glyphs_) action->setIcon(icon(static_cast<Glyph>(glyph)));
  update_state();
}

void TransportBar::update_state() {
  play_->setIcon(icon(session_.playing() ? Glyph::pause : Glyph::play));
  play_->setText(session_.playing() ? tr("Pause") : tr("Play"));
  for (QAction* action : moves_) action->setEnabled(session_.is_open());
  for (QAction* action : levels_->actions())
    action->setChecked(action->data().toInt() == static_cast<int>(session_.level()));
  kernel_->setCurrentIndex(std::max(0, kernel_->findData(session_.kernel())));
}

}  // namespace ringside::ui
