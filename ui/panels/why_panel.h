// Why the packet went there: the step in words with its values, what it changed, who runs.
#pragma once
#include <QTextBrowser>
#include <QWidget>

#include "ui/session/session.h"

namespace ringside::ui {

class WhyPanel : public QWidget {
  Q_OBJECT
 public:
  explicit WhyPanel(Session& session, QWidget* parent = nullptr);
  QString plain_text() const { return text_->toPlainText(); }
  /// The theme has changed.
  void refresh();

 signals:
  void packetChosen(quint32 number);

 private:
  Session& session_;
  QTextBrowser* text_;
};

/// The panel's content at the player's position.
QString why_html(const Session& session);

}  // namespace ringside::ui
