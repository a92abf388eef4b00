#include "ui/panels/why_panel.h"

#include <QVBoxLayout>

#include "ui/panels/why_parts.h"
#include "ui/stage/stage_source.h"

namespace ringside::ui {

WhyPanel::WhyPanel(Session& session, const StageSource& stage, QWidget* parent)
    : QWidget(parent), session_(session), stage_(stage), text_(new QTextBrowser(this)) {
  text_->setObjectName(QStringLiteral("why"));
  text_->setAccessibleName(tr("Why"));
  text_->setFrameShape(QFrame::NoFrame);
  text_->setOpenLinks(false);
  text_->document()->setDocumentMargin(10);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(text_);
  const auto show_step = [this] {
    page_ = Fn::none;
    refresh();
  };
  // Nobody reads it thirty times a second, and its layout takes longer than all else of a step.
  later_.setSingleShot(true);
  later_.setInterval(150);
  connect(&later_, &QTimer::timeout, this, show_step);
  connect(&session_, &Session::positionChanged, this, [this, show_step] {
    if (!session_.playing()) return show_step();
    if (!later_.isActive()) later_.start();
  });
  connect(&session_, &Session::playingChanged, this, [this, show_step](bool playing) {
    if (playing || !later_.isActive()) return;
    later_.stop();
    show_step();
  });
  connect(&session_, &Session::opened, this, show_step);
  connect(text_, &QTextBrowser::anchorClicked, this, &WhyPanel::follow);
}

void WhyPanel::follow(const QUrl& url) {
  if (url.scheme() == QLatin1String("packet")) emit packetChosen(url.path().toUInt());
  if (url.scheme() == QLatin1String("fn")) show_function(function_named(url.path().toStdString()));
  if (url.scheme() == QLatin1String("step")) show_function(Fn::none);
}

void WhyPanel::show_function(Fn function) {
  page_ = function;
  refresh();
}

void WhyPanel::refresh() {
  if (page_ == Fn::none) {
    if (!session_.is_open()) return text_->clear();
    const Player& player = session_.player();
    return text_->setHtml(why_html({player, session_.previous_position(), stage_.sock_at(player)}));
  }
  text_->setHtml(
      QStringLiteral("<p style=\"margin:0\"><a href=\"step:\">← %1</a></p>").arg(tr("back to the step")) +
      function_page(page_));
}

}  // namespace ringside::ui
