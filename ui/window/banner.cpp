#include "ui/window/banner.h"

#include <QHBoxLayout>
#include <algorithm>

#include "ui/look/theme.h"

namespace ringside::ui {

Banner::Banner(QWidget* parent) : QFrame(parent) {
  setObjectName(QStringLiteral("banner"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(1);
  for (Line& line : lines_) make_line(line, column);
  settle();
}

void Banner::make_line(Line& line, QVBoxLayout* column) {
  line.frame = new QFrame(this);
  line.frame->setAutoFillBackground(true);
  line.label = new QLabel(line.frame);
  line.label->setWordWrap(true);
  line.label->setTextFormat(Qt::PlainText);
  line.label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  line.act = new QToolButton(line.frame);
  line.act->setFocusPolicy(Qt::TabFocus);
  line.act->hide();
  connect(line.act, &QToolButton::clicked, this, [&line] {
    if (line.what) line.what();
  });
  auto* close = new QToolButton(line.frame);
  close->setText(QStringLiteral("✕"));
  close->setAutoRaise(true);
  close->setFocusPolicy(Qt::TabFocus);
  close->setAccessibleName(tr("Close this message"));
  connect(close, &QToolButton::clicked, this, [this, &line] {
    line.shown = false;
    settle();
  });
  auto* row = new QHBoxLayout(line.frame);
  row->setContentsMargins(12, 3, 6, 3);
  row->addWidget(line.label, 1);
  row->addWidget(line.act);
  row->addWidget(close);
  column->addWidget(line.frame);
}

void Banner::settle() {
  for (Line& line : lines_) line.frame->setVisible(line.shown);
  const bool any = std::any_of(lines_.begin(), lines_.end(), [](const Line& line) { return line.shown; });
  setAccessibleName(text());
  setVisible(any);
  emit changed();
}

void Banner::show_text(Kind kind, const QString& text, Topic topic) {
  Line& l = line(topic);
  l.kind = kind;
  l.shown = true;
  l.what = nullptr;
  l.act->hide();
  l.label->setText(text);
  l.label->setToolTip({});
  refresh();
  settle();
}

void Banner::offer(Topic topic, const QString& words, std::function<void()> act) {
  Line& l = line(topic);
  l.act->setText(words);
  l.act->show();
  l.what = std::move(act);
}

void Banner::set_details(Topic topic, const QString& details) { line(topic).label->setToolTip(details); }

void Banner::clear(Topic topic) {
  line(topic).shown = false;
  settle();
}

void Banner::clear() {
  for (Line& line : lines_) line.shown = false;
  settle();
}

QString Banner::text(Topic topic) const {
  const Line& l = lines_[static_cast<std::size_t>(topic)];
  return l.shown ? l.label->text() : QString();
}

QString Banner::text() const {
  QStringList all;
  for (const Line& l : lines_)
    if (l.shown) all << l.label->text();
  return all.join(QLatin1Char('\n'));
}

void Banner::refresh() {
  const Theme& t = theme();
  for (Line& l : lines_) {
    QPalette colours = l.frame->palette();
    colours.setColor(QPalette::Window, l.kind == Kind::news ? t.accent_soft : t.why_back);
    colours.setColor(QPalette::WindowText, l.kind == Kind::error ? t.error : t.text);
    l.frame->setPalette(colours);
  }
}

}  // namespace ringside::ui
