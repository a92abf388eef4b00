#include "ui/script/script_panel.h"

#include <QFileInfo>
#include <QScrollBar>
#include <QVBoxLayout>

#include "ui/look/theme.h"
#include "ui/script/script_delegate.h"
#include "ui/session/error_text.h"

namespace ringside::ui {

namespace pd = packetdrill;

namespace {
QString value_of(const OpenScript& script, pd::Directive::Kind kind) {
  for (const pd::Directive& directive : script.parsed.script.directives)
    if (directive.kind == kind) return QString::fromStdString(directive.value);
  return {};
}

QString kernel_words(const QString& name) {
  return name.startsWith(QLatin1String("linux-")) ? QStringLiteral("Linux ") + name.mid(6) : name;
}
}  // namespace

ScriptPanel::ScriptPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      session_(session),
      model_(new ScriptModel(this)),
      view_(new QListView(this)),
      title_(new QLabel(this)),
      summary_(new QLabel(this)),
      facts_(new QLabel(this)) {
  for (QLabel* label : {title_, summary_, facts_}) {
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setContentsMargins(8, 0, 8, 0);
  }
  title_->setObjectName(QStringLiteral("lesson-title"));
  summary_->setObjectName(QStringLiteral("lesson-summary"));
  view_->setObjectName(QStringLiteral("script"));
  view_->setAccessibleName(tr("Script"));
  view_->setAccessibleDescription(tr("The lines of the script; Enter goes to the step of the chosen line"));
  view_->setModel(model_);
  view_->setItemDelegate(new ScriptDelegate(view_));
  view_->setFrameShape(QFrame::NoFrame);
  view_->setResizeMode(QListView::Adjust);
  view_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  view_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);  // so that wrapping does not depend on it
  view_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 6, 0, 0);
  column->setSpacing(4);
  for (QLabel* label : {title_, summary_, facts_}) column->addWidget(label);
  column->addWidget(view_, 1);
  connect(view_, &QListView::clicked, this, &ScriptPanel::go_to);
  connect(view_, &QListView::activated, this, &ScriptPanel::go_to);
  connect(&session_, &Session::opened, this, &ScriptPanel::load);
  connect(&session_, &Session::runFinished, this, &ScriptPanel::load);
  connect(&session_, &Session::positionChanged, this, &ScriptPanel::show_position);
  refresh();
}

void ScriptPanel::refresh() {
  QFont bold = font();
  bold.setBold(true);
  title_->setFont(bold);
  QPalette quiet = palette();
  quiet.setColor(QPalette::WindowText, theme().muted);
  facts_->setPalette(quiet);
  view_->viewport()->update();
}

/// The map needs the whole trace, so a long script gets its marks when the run has ended.
void ScriptPanel::load() {
  if (!session_.is_open()) return;
  const bool same = script_ == session_.script() && mapped_ == &session_.trace();
  if (same) return;
  script_ = session_.script();
  chosen_.reset();
  ScriptMap map;
  mapped_ = nullptr;
  if (script_ && session_.trace().complete()) {
    map = ScriptMap(*script_, session_.trace(),
                    [this](std::uint32_t packet) { return session_.summary(packet).chip; });
    mapped_ = &session_.trace();
  }
  model_->set_script(script_, std::move(map));
  show_head();
  QStringList notes;
  for (const ScriptNote& note : model_->map().notes()) notes << note.text;
  emit notesChanged(notes);
  show_position();
}

void ScriptPanel::show_head() {
  summary_text_.clear();
  if (!script_) return;
  const QString title = value_of(*script_, pd::Directive::Kind::title);
  title_->setText(title.isEmpty() ? QFileInfo(script_->path).fileName() : title);
  summary_text_ = value_of(*script_, pd::Directive::Kind::summary);
  summary_->setText(summary_text_);
  summary_->setVisible(!summary_text_.isEmpty());
  QStringList facts;
  const QString about = value_of(*script_, pd::Directive::Kind::kernel);
  const QString verified = value_of(*script_, pd::Directive::Kind::verified);
  if (!about.isEmpty()) facts << tr("about %1").arg(kernel_words(about));
  if (!verified.isEmpty()) facts << tr("passed on a real %1").arg(kernel_words(verified));
  QString words = facts.join(QStringLiteral("  ·  "));
  if (script_->verdict == drill::Verdict::fail && !script_->problems.empty())
    words = tr("The model does not do what the script says: %1").arg(error_text(script_->problems.front()));
  facts_->setText(words);
  facts_->setVisible(!words.isEmpty());
}

void ScriptPanel::show_position() {
  if (!session_.is_open() || !script_) return;
  const StepIndex position = session_.player().position();
  const ScriptMap& map = model_->map();
  auto moment = map.moment_at(position);
  if (chosen_ && chosen_position_ == position)
    moment = chosen_;
  else
    chosen_.reset();
  model_->set_position(position, moment);
  const int row = model_->current_row();
  if (row >= 0) {  // with the line that comes next
    view_->scrollTo(model_->index(std::min(row + 2, model_->rowCount() - 1)),
                    QAbstractItemView::EnsureVisible);
    view_->scrollTo(model_->index(row), QAbstractItemView::EnsureVisible);
  }
  if (row < 0) view_->verticalScrollBar()->setValue(0);
  const auto note = map.note_at(position);
  const bool fresh = note && map.notes()[*note].step >= std::min(session_.previous_position(), position - 1);
  emit noteShown(note ? map.notes()[*note].text : QString(), fresh);
}

void ScriptPanel::go_to(const QModelIndex& index) {
  const auto position = model_->position_of(index.row());
  if (!position) return;
  chosen_ = model_->moment_of(index.row());
  chosen_position_ = *position;
  if (session_.player().position() == *position)
    show_position();
  else
    session_.seek_soon(*position);
}

}  // namespace ringside::ui
