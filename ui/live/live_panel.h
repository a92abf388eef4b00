// The panel of a live host: how it goes, following its end, holding it, its speed, its cable's faults.
#pragma once
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTimer>
#include <QWidget>
#include <memory>

#ifndef Q_MOC_RUN  // moc stumbles over the core's lists that are included inside an enum
#include "core/live/open_tap.h"
#include "ui/session/session.h"
#endif
#include "ui/live/client_box.h"

namespace ringside::ui {

/// What the user asks for.
struct LiveWish {
  QString dev = QStringLiteral("ringside0");
  QStringList hosts,
      addresses;            ///< the host's, and ADDRESS/PREFIX of this machine's end; empty: the usual ones
  QStringList apps, knobs;  ///< as `--app` and `--set` take them
  double speed = 1;
  bool sandbox = false;  ///< in a window with a network of its own
};

class LivePanel : public QWidget {
  Q_OBJECT
 public:
  explicit LivePanel(Session& session, QWidget* parent = nullptr);
  ~LivePanel() override;

  /// Opens the device and the host on it. What is wrong, or nothing.
  std::optional<Error> start(const LiveWish& wish);
  /// The view goes with the newest step, until the user goes elsewhere.
  bool following() const { return follow_->isChecked(); }
  void set_following(bool on) { follow_->setChecked(on); }
  /// Once it has ended. Errors: session.write, capture.write.
  std::optional<Error> save(const QString& path);
  bool can_save() const;
  /// This window lives in a network of its own.
  void set_sandboxed() { clients_->explain_sandbox(); }

 signals:
  /// How it goes has been looked at again, as it is several times a second.
  void looked();
  /// The device is gone.
  void lost(const ringside::Error& error);
  void saveWanted();

 private:
  void make_switches();
  void make_cable();
  void make_words();
  void set_faults();
  void follow();
  void refresh();
  QString counts(const live::TapStatus& status);
  QString ring_words() const;
  QString memory_words() const;
  QString held_words(const live::TapStatus& status) const;
  QDoubleSpinBox* knob(const QString& name, const QString& unit, double most);

  Session& session_;
  live::LiveSetup setup_;
  std::shared_ptr<live::TapWire> wire_;
  std::shared_ptr<nic::PcapngWriter> capture_;
  std::shared_ptr<Run> run_;  ///< the live one: what is open may be something else by now
  std::unique_ptr<QTemporaryDir> folder_;
  QLabel *state_, *counts_, *ring_, *held_, *memory_;
  QCheckBox *follow_, *hold_;
  QComboBox* speed_;
  QDoubleSpinBox *loss_, *delay_, *reorder_, *duplicate_, *corrupt_, *rate_;
  QPushButton *end_, *save_;
  ClientBox* clients_;
  QWidget* cable_ = nullptr;
  QTimer timer_;
  QElapsedTimer since_;
  live::TapStatus before_;
  bool moving_ = false, told_ = false;
};

}  // namespace ringside::ui
