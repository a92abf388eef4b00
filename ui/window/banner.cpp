#include "ui/window/banner.h"

#include <QHBoxLayout>

#include "ui/look/theme.h"

namespace ringside::ui {

Banner::Banner(QWidget* parent) : QFrame(parent), label_(new QLabel(this)), close_(new QToolButton(this)) {
  setObjectName(QStringLiteral("banner"));
  setAutoFillBackground(true);
  label_->setWordWrap(true);
  label_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  close_->setText(QStringLiteral("✕"));
  close_->setAutoRaise(true);
  close_->setAccessibleName(tr("Close this message"));
  connect(close_, &QToolButton::clicked, this, &QWidget::hide);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(12, 4, 6, 4);
  row->addWidget(label_, 1);
  row->addWidget(close_);
  hide();
}

void Banner::show_text(Kind kind, const QString& text) {
  QPalette colours = palette();
  const Theme& t = theme();
  colours.setColor(QPalette::Window, kind == Kind::news ? t.accent_soft : t.why_back);
  colours.setColor(QPalette::WindowText, kind == Kind::error ? t.error : t.text);
  setPalette(colours);
  label_->setText(text);
  setAccessibleName(text);
  show();
}

}  // namespace ringside::ui
