// A packet that is followed: its journey as a strip, what happens to it next, its bytes. Two packets are
// compared.
#pragma once
#include <QLabel>
#include <QToolButton>
#include <QWidget>

#include "ui/panels/bytes_view.h"
#include "ui/panels/journey_strip.h"
#include "ui/session/background.h"
#include "ui/session/session.h"

namespace ringside::ui {

class JourneyPanel : public QWidget {
  Q_OBJECT
 public:
  explicit JourneyPanel(Session& session, QWidget* parent = nullptr);
  /// None: empties it; of more than two the first two are shown.
  void show_packets(const QList<quint32>& packets);
  const QList<quint32>& packets() const { return packets_; }
  const JourneyStrip& strip() const { return *strip_; }
  QString next_words() const { return next_->text(); }
  bool looking() const { return work_.running(); }
  void refresh();

 private:
  QToolButton* button(const QString& text, const QString& tip, void (JourneyPanel::*slot)());
  void look();
  void show_position();
  QString fate_line() const;
  void first();
  void last();
  void next();
  void previous();

  Session& session_;
  QList<quint32> packets_;
  QLabel* fate_;
  JourneyStrip* strip_;
  QLabel* next_;
  BytesView* bytes_;
  Background work_;
};

}  // namespace ringside::ui
