// A place to run real clients from: curl, nc, ping, in the network that this window lives in.
#pragma once
#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QWidget>

namespace ringside::ui {

class ClientBox : public QWidget {
  Q_OBJECT
 public:
  explicit ClientBox(QWidget* parent = nullptr);
  ~ClientBox() override;

  /// Offers commands for a host at this address.
  void offer(const QString& host);
  /// There is a host that answers; without one only a client that runs can be stopped.
  void set_host(bool there);
  /// This window has a network of its own: says how a terminal gets into it.
  void explain_sandbox();
  bool running() const { return process_.state() != QProcess::NotRunning; }

 private:
  void start_or_stop();
  void ended();
  bool host_ = true;
  QComboBox* command_;
  QPushButton* run_;
  QPlainTextEdit* said_;
  QLabel* way_in_;
  QProcess process_;
};

}  // namespace ringside::ui
