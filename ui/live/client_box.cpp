#include "ui/live/client_box.h"

#include <signal.h>
#include <unistd.h>

#include <QAbstractItemView>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

namespace ringside::ui {

ClientBox::ClientBox(QWidget* parent) : QWidget(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  auto* row = new QHBoxLayout;
  command_ = new QComboBox(this);
  command_->setObjectName(QStringLiteral("live-client"));
  command_->setEditable(true);
  command_->setInsertPolicy(QComboBox::NoInsert);
  command_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  command_->setMinimumContentsLength(12);
  const QString name = tr("Command of a client, as in a shell");
  for (QWidget* part : {static_cast<QWidget*>(command_), static_cast<QWidget*>(command_->lineEdit()),
                        static_cast<QWidget*>(command_->view())})
    part->setAccessibleName(name);
  command_->setToolTip(tr("A command of your shell; it runs in the network that this window lives in."));
  run_ = new QPushButton(tr("R&un"), this);
  run_->setObjectName(QStringLiteral("live-client-run"));
  auto* label = new QLabel(tr("A &client, run from here:"), this);
  label->setBuddy(command_);
  column->addWidget(label);
  row->addWidget(command_, 1);
  row->addWidget(run_);
  column->addLayout(row);
  said_ = new QPlainTextEdit(this);
  said_->setObjectName(QStringLiteral("live-client-said"));
  said_->setAccessibleName(tr("What the client said"));
  said_->setReadOnly(true);
  said_->setMaximumBlockCount(500);
  said_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  said_->setMinimumHeight(90);
  said_->hide();
  column->addWidget(said_);
  way_in_ = new QLabel(this);
  way_in_->setObjectName(QStringLiteral("live-way-in"));
  way_in_->setWordWrap(true);
  way_in_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  way_in_->hide();
  column->addWidget(way_in_);
  process_.setProcessChannelMode(QProcess::MergedChannels);
  process_.setStandardInputFile(QProcess::nullDevice());
  // A group of its own: stopping it stops all that the shell has started.
  process_.setChildProcessModifier([] { setpgid(0, 0); });
  connect(run_, &QPushButton::clicked, this, &ClientBox::start_or_stop);
  connect(command_->lineEdit(), &QLineEdit::returnPressed, this, [this] {
    if (!running()) start_or_stop();
  });
  connect(&process_, &QProcess::readyReadStandardOutput, this, [this] {
    said_->moveCursor(QTextCursor::End);
    said_->insertPlainText(QString::fromLocal8Bit(process_.readAllStandardOutput()));
    said_->moveCursor(QTextCursor::End);
  });
  connect(&process_, &QProcess::finished, this, &ClientBox::ended);
  connect(&process_, &QProcess::errorOccurred, this, [this] {
    if (!running()) ended();
  });
}

ClientBox::~ClientBox() {
  process_.disconnect(this);
  if (running()) ::kill(-static_cast<pid_t>(process_.processId()), SIGKILL);
  process_.waitForFinished(1000);
}

void ClientBox::offer(const QString& host) {
  const QString before = command_->currentText();
  const bool own_words = !before.isEmpty() && command_->findText(before) < 0;
  command_->clear();
  command_->addItems({QStringLiteral("curl -s http://%1/").arg(host),
                      QStringLiteral("ping -c 3 %1").arg(host),
                      QStringLiteral("echo hello | nc -N -w 3 %1 7").arg(host),
                      QStringLiteral("curl -s http://%1/bytes/1000000 | sha256sum").arg(host),
                      QStringLiteral("head -c 1000000 /dev/zero | nc -N %1 9").arg(host),
                      QStringLiteral("ss -tino dst %1").arg(host)});
  if (own_words) command_->setEditText(before);
}

void ClientBox::set_host(bool there) {
  host_ = there;
  command_->setEnabled(there);
  run_->setEnabled(there || running());
}

void ClientBox::explain_sandbox() {
  way_in_->setText(
      tr("This window has a network of its own, and only what is started in there reaches the host: what "
         "you run here, or a terminal that enters it by\n%1")
          .arg(QStringLiteral("nsenter --preserve-credentials -U -n -t %1").arg(getpid())));
  way_in_->show();
}

void ClientBox::start_or_stop() {
  if (running()) {
    ::kill(-static_cast<pid_t>(process_.processId()), SIGTERM);
    return;
  }
  const QString command = command_->currentText().trimmed();
  if (command.isEmpty()) return;
  said_->setPlainText(QStringLiteral("$ %1\n").arg(command));
  said_->show();
  run_->setText(tr("&Stop"));
  process_.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), command});
}

void ClientBox::ended() {
  run_->setText(tr("R&un"));
  run_->setEnabled(host_);
  said_->moveCursor(QTextCursor::End);
  if (process_.error() == QProcess::FailedToStart)
    said_->insertPlainText(tr("(cannot be run: %1)\n").arg(process_.errorString()));
  else if (process_.exitStatus() == QProcess::CrashExit)
    said_->insertPlainText(tr("(stopped)\n"));
  else if (process_.exitCode() != 0)
    said_->insertPlainText(tr("(ended with code %1)\n").arg(process_.exitCode()));
  said_->moveCursor(QTextCursor::End);
}

}  // namespace ringside::ui
