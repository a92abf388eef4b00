#include "ui/panels/why_panel.h"

#include <QVBoxLayout>

namespace ringside::ui {

WhyPanel::WhyPanel(Session& session, QWidget* parent)
    : QWidget(parent), session_(session), text_(new QTextBrowser(this)) {
  text_->setObjectName(QStringLiteral("why"));
  text_->setAccessibleName(tr("Why"));
  text_->setFrameShape(QFrame::NoFrame);
  text_->setOpenLinks(false);
  text_->document()->setDocumentMargin(10);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(text_);
  connect(&session_, &Session::positionChanged, this, &WhyPanel::refresh);
  connect(&session_, &Session::opened, this, &WhyPanel::refresh);
  connect(text_, &QTextBrowser::anchorClicked, this, [this](const QUrl& url) {
    if (url.scheme() == QLatin1String("packet")) emit packetChosen(url.path().toUInt());
  });
}

void WhyPanel::refresh() { text_->setHtml(why_html(session_)); }

}  // namespace ringside::ui
