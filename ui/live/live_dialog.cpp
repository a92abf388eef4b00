#include "ui/live/live_dialog.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/live/tap_helper.h"
#include "ui/session/error_text.h"

namespace ringside::ui {

namespace {

QStringList words_of(const QString& line) { return line.split(QLatin1Char(' '), Qt::SkipEmptyParts); }

QString usual_addresses() {
  QStringList all;
  for (const char* address : live::kPeerAddresses) all << QString::fromLatin1(address);
  return all.join(QLatin1Char(' '));
}

QString usual_hosts() {
  QStringList all;
  for (const std::string& address : live::LiveSetup{}.addresses) all << QString::fromStdString(address);
  return all.join(QLatin1Char(' '));
}

}  // namespace

QString ways_to_a_tap(const QString& dev, const QStringList& addresses) {
  QString text = LiveDialog::tr("A device made for you once:") + QLatin1Char('\n');
  text += QStringLiteral("sudo ip tuntap add dev %1 mode tap user $USER\n").arg(dev);
  for (const QString& address : addresses)
    text += QStringLiteral("sudo ip addr add %1 dev %2\n").arg(address, dev);
  text += QStringLiteral("sudo ip link set %1 up\n\n").arg(dev);
  const QString helper = QString::fromStdString(live::find_helper());
  text += LiveDialog::tr("Or the helper, which alone may make devices:") + QLatin1Char('\n');
  text += QStringLiteral("sudo setcap cap_net_admin+ep %1\n\n")
              .arg(helper.isEmpty() ? QStringLiteral("ringside-tap-helper") : helper);
  text += LiveDialog::tr("Or without this window, in a namespace of its own:") + QLatin1Char('\n');
  return text + QStringLiteral("ringside-cli tap --sandbox -- curl http://10.66.0.2/\n");
}

LiveDialog::LiveDialog(Start start, QWidget* parent) : QDialog(parent), start_(std::move(start)) {
  setWindowTitle(tr("Open live"));
  setAttribute(Qt::WA_DeleteOnClose);
  auto* column = new QVBoxLayout(this);
  auto* what = new QLabel(
      tr("A modelled host on a TAP device of this machine: curl, nc or a browser can talk to it."), this);
  what->setWordWrap(true);
  column->addWidget(what);
  auto* form = new QFormLayout;
  const auto field = [&](const QString& name, const QString& text, const char* id) {
    auto* edit = new QLineEdit(text, this);
    edit->setObjectName(QString::fromLatin1(id));
    form->addRow(name, edit);
    return edit;
  };
  dev_ = field(tr("&Device"), LiveWish{}.dev, "live-dev");
  hosts_ = field(tr("The &host's addresses"), usual_hosts(), "live-hosts");
  addresses_ = field(tr("This &machine's end"), usual_addresses(), "live-addresses");
  apps_ = field(tr("&Applications"), QStringLiteral("echo discard chargen http"), "live-apps");
  apps_->setToolTip(
      tr("echo, discard, chargen, http, slow, late, iperf3, connect; each as NAME or NAME:port=N"));
  column->addLayout(form);
  wrong_ = new QLabel(this);
  wrong_->setObjectName(QStringLiteral("live-wrong"));
  wrong_->setWordWrap(true);
  wrong_->hide();
  column->addWidget(wrong_);
  ways_ = new QPlainTextEdit(this);
  ways_->setReadOnly(true);
  ways_->setAccessibleName(tr("What one can do"));
  ways_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  ways_->setMinimumSize(520, 200);
  ways_->hide();
  column->addWidget(ways_);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Open | QDialogButtonBox::Cancel, this);
  connect(buttons, &QDialogButtonBox::accepted, this, &LiveDialog::try_it);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  column->addWidget(buttons);
}

LiveWish LiveDialog::wish() const {
  LiveWish wish;
  wish.dev = dev_->text().trimmed();
  wish.hosts = words_of(hosts_->text());
  wish.addresses = words_of(addresses_->text());
  wish.apps = words_of(apps_->text());
  return wish;
}

void LiveDialog::try_it() {
  const LiveWish wanted = wish();
  const auto error = start_(wanted);
  if (!error) return accept();
  wrong_->setText(error_text(*error));
  wrong_->show();
  ways_->setPlainText(ways_to_a_tap(wanted.dev, wanted.addresses));
  ways_->setVisible(error->id.rfind("tap.", 0) == 0 && error->id != "tap.address" && error->id != "tap.name");
  adjustSize();
}

}  // namespace ringside::ui
