#include "ui/pictures/handout.h"

#include <QAbstractTextDocumentLayout>
#include <QPageLayout>
#include <QTextDocument>

#include "ui/look/theme.h"

namespace ringside::ui {

namespace {
constexpr int kDots = 144;          ///< an inch; text is laid out in these
constexpr qreal kStageShare = 0.7;  ///< of the page's width
}  // namespace

Handout::Handout(const QString& path, const QString& title) : pdf_(path) {
  pdf_.setResolution(kDots);
  pdf_.setTitle(title);
  pdf_.setCreator(QStringLiteral("Ringside"));
  pdf_.setPageLayout(QPageLayout(QPageSize(QPageSize::A4), QPageLayout::Landscape, QMarginsF(10, 10, 10, 10),
                                 QPageLayout::Millimeter));
  painter_.begin(&pdf_);
}

/// The stage at the left, why at its right.
void Handout::add(StageWidget& stage, const Standing& at, const QString& head) {
  if (pages_++ > 0) pdf_.newPage();
  const QRectF page(0, 0, pdf_.width(), pdf_.height());
  const qreal line = kDots * 0.22;
  painter_.setPen(theme().text);
  painter_.setFont(ui_font(kDots * 0.15, true));
  painter_.drawText(QRectF(0, 0, page.width() - line * 3, line), Qt::AlignLeft | Qt::AlignVCenter, head);
  painter_.drawText(QRectF(page.width() - line * 3, 0, line * 3, line), Qt::AlignRight | Qt::AlignVCenter,
                    QString::number(pages_));
  const QRectF left(0, line * 1.5, page.width() * kStageShare - line * 0.5, page.height() - line * 1.5);
  const qreal scale = std::min(left.width() / stage.width(), left.height() / stage.height());
  painter_.save();
  painter_.translate(left.topLeft());
  painter_.scale(scale, scale);
  stage.render_to(painter_, QSizeF(stage.size()));
  painter_.restore();
  QTextDocument words;
  words.documentLayout()->setPaintDevice(&pdf_);
  QFont font = ui_font(kDots * 0.125);
  words.setDefaultFont(font);
  words.setHtml(why_html(at));
  const QRectF right(page.width() * kStageShare, line * 1.5, page.width() * (1 - kStageShare),
                     page.height() - line * 1.5);
  words.setTextWidth(right.width());
  painter_.save();
  painter_.translate(right.topLeft());
  QAbstractTextDocumentLayout::PaintContext context;
  context.palette = theme().palette();
  context.clip = QRectF(QPointF(0, 0), right.size());
  painter_.setClipRect(context.clip);
  words.documentLayout()->draw(&painter_, context);
  painter_.restore();
}

}  // namespace ringside::ui
