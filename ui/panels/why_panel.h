// Why the packet went there: the step in words with its values, the function's pseudo-code with the line at
// work, what changed, who runs. A function's name opens its page.
#pragma once
#include <QTextBrowser>
#include <QTimer>
#include <QWidget>

#ifndef Q_MOC_RUN  // moc stumbles over the core's lists that are included inside an enum
#include "core/model/function.h"
#endif
#include "ui/session/session.h"

namespace ringside::ui {

class StageSource;

class WhyPanel : public QWidget {
  Q_OBJECT
 public:
  /// `stage`: where the shown socket is known; it outlives the panel.
  WhyPanel(Session& session, const StageSource& stage, QWidget* parent = nullptr);
  QString plain_text() const { return text_->toPlainText(); }
  /// The theme has changed, or another socket is on the stage.
  void refresh();
  /// The page of a function in the step's place, until the way back is clicked or the position changes.
  void show_function(Fn function);

 signals:
  void packetChosen(quint32 number);

 private:
  void follow(const QUrl& url);
  Session& session_;
  const StageSource& stage_;
  QTextBrowser* text_;
  QTimer later_;        ///< while playing: the text follows
  Fn page_ = Fn::none;  ///< the function whose page is shown; none: the step
};

/// Where a player stands, and where it stood before; the socket that is shown (SockId::index; 0: none).
struct Standing {
  const Player& player;
  StepIndex before = 0;
  std::uint32_t sock = 0;
};
/// The panel's content there.
QString why_html(const Standing& at);

}  // namespace ringside::ui
