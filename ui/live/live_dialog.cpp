#include "ui/live/live_dialog.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QPushButton>
#include <QVBoxLayout>

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

QString ways_to_a_tap(const live::Ways& ways, const QString& dev, const QStringList& addresses) {
  const auto head = [](int n, const QString& what, const QString& state) {
    return QStringLiteral("%1. %2 %3\n").arg(n).arg(what, state);
  };
  QString text;
  if (ways.no_tun) text += error_text(*ways.no_tun) + QStringLiteral("\n\n");
  text += head(1, LiveDialog::tr("Window and clients in a network of their own, which needs nothing:"),
               ways.no_sandbox ? error_text(*ways.no_sandbox) : LiveDialog::tr("possible here."));
  text += QStringLiteral("   ringside --tap --sandbox\n");
  text += QStringLiteral("   ringside-cli tap --sandbox -- curl http://10.66.0.2/\n\n");
  const QString made[] = {LiveDialog::tr("there is no '%1' yet.").arg(dev),
                          LiveDialog::tr("'%1' is there, and yours.").arg(dev),
                          LiveDialog::tr("'%1' is there, but somebody else's.").arg(dev),
                          LiveDialog::tr("'%1' is there, but no TAP.").arg(dev)};
  text += head(2, LiveDialog::tr("A device made for you once:"), made[static_cast<int>(ways.prepared)]);
  text += QStringLiteral("   sudo ip tuntap add dev %1 mode tap user $USER\n").arg(dev);
  for (const QString& address : addresses)
    text += QStringLiteral("   sudo ip addr add %1 dev %2\n").arg(address, dev);
  text += QStringLiteral("   sudo ip link set %1 up\n\n").arg(dev);
  const QString helper[] = {LiveDialog::tr("it is not installed."), LiveDialog::tr("it lacks its privilege."),
                            LiveDialog::tr("it is ready.")};
  text += head(3, LiveDialog::tr("The helper, which alone may make devices:"),
               helper[static_cast<int>(ways.helper)]);
  const QString path = QString::fromStdString(ways.helper_path);
  return text + QStringLiteral("   sudo setcap cap_net_admin+ep %1\n")
                    .arg(path.isEmpty() ? QStringLiteral("ringside-tap-helper") : path);
}

QStringList sandbox_arguments(const LiveWish& wish, const QString& kernel) {
  QStringList words = {QStringLiteral("--tap"),    QStringLiteral("--sandbox"),
                       QStringLiteral("--kernel"), kernel,
                       QStringLiteral("--dev"),    wish.dev};
  const auto add = [&](const char* option, const QStringList& values) {
    for (const QString& value : values) words << QString::fromLatin1(option) << value;
  };
  add("--host", wish.hosts);
  add("--address", wish.addresses);
  add("--app", wish.apps);
  add("--set", wish.knobs);
  return words;
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
  where_ = new QComboBox(this);
  where_->setObjectName(QStringLiteral("live-where"));
  where_->addItem(tr("on a device of this machine"), false);
  where_->addItem(tr("in a window with a network of its own"), true);
  form->addRow(tr("&Where"), where_);
  connect(where_, &QComboBox::activated, this, [this] { where_chosen_ = true; });
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
  auto* title = new QLabel(tr("Without being root there are &three ways to a device:"), this);
  column->addWidget(title);
  ways_ = new QPlainTextEdit(this);
  ways_->setReadOnly(true);
  ways_->setAccessibleName(tr("What one can do"));
  ways_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  ways_->setLineWrapMode(QPlainTextEdit::NoWrap);
  column->addWidget(ways_, 1);
  title->setBuddy(ways_);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Open | QDialogButtonBox::Cancel, this);
  connect(buttons, &QDialogButtonBox::accepted, this, &LiveDialog::try_it);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  column->addWidget(buttons);
  look_around();
  connect(dev_, &QLineEdit::editingFinished, this, &LiveDialog::look_around);
}

/// Which ways there are; the sandbox is chosen where it is the only one.
void LiveDialog::look_around() {
  const LiveWish wanted = wish();
  const live::Ways ways = live::find_ways(wanted.dev.toStdString());
  ways_->setPlainText(ways_to_a_tap(ways, wanted.dev, wanted.addresses));
  if (!where_chosen_) where_->setCurrentIndex(!ways.any() && !ways.no_sandbox ? 1 : 0);
  // Wide and high enough for every line.
  const QFontMetrics font(ways_->font());
  int widest = 0;
  const QStringList lines = ways_->toPlainText().split(QLatin1Char('\n'));
  for (const QString& line : lines) widest = std::max(widest, font.horizontalAdvance(line));
  ways_->setMinimumSize(std::min(widest + 40, 900),
                        std::min<int>(static_cast<int>(lines.size()) * font.lineSpacing() + 24, 420));
}

LiveWish LiveDialog::wish() const {
  LiveWish wish;
  wish.sandbox = where_->currentData().toBool();
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
  look_around();
  adjustSize();
}

}  // namespace ringside::ui
