#include "ui/settings/settings_dialog.h"

#include <QDialogButtonBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSignalBlocker>

#include "core/profiles/knobs.h"

namespace ringside::ui {

namespace {
QComboBox* choice(const char* name, QWidget* parent) {
  auto* box = new QComboBox(parent);
  box->setObjectName(QString::fromLatin1(name));
  return box;
}

void choose(QComboBox* box, const QVariant& data) {
  const QSignalBlocker quiet(box);
  box->setCurrentIndex(std::max(0, box->findData(data)));
}
}  // namespace

SettingsDialog::SettingsDialog(const Preferences& preferences, QWidget* parent)
    : QDialog(parent),
      theme_(choice("settings-theme", this)),
      zoom_(new QSpinBox(this)),
      movement_(choice("settings-movement", this)),
      kernel_(choice("settings-kernel", this)),
      costs_(choice("settings-costs", this)),
      ffmpeg_(new QLineEdit(this)),
      film_(new QLabel(this)) {
  setAttribute(Qt::WA_DeleteOnClose);
  setObjectName(QStringLiteral("settings"));
  setWindowTitle(tr("Settings"));
  auto* form = new QFormLayout(this);
  make_look(form);
  make_runs(form);
  make_film(form);
  auto* keys = new QPushButton(tr("&Keyboard shortcuts …"), this);
  keys->setObjectName(QStringLiteral("settings-shortcuts"));
  connect(keys, &QPushButton::clicked, this, &SettingsDialog::shortcutsWanted);
  form->addRow(QString(), keys);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
  form->addRow(buttons);
  for (QPushButton* button : findChildren<QPushButton*>())
    button->setAutoDefault(false);  // Enter ends a number
  show_preferences(preferences);
  for (QComboBox* box : {theme_, movement_, kernel_, costs_})
    connect(box, &QComboBox::currentIndexChanged, this, &SettingsDialog::read);
  connect(zoom_, &QSpinBox::valueChanged, this, &SettingsDialog::read);
  connect(ffmpeg_, &QLineEdit::textChanged, this, &SettingsDialog::read);
  resize(std::max(520, sizeHint().width()), sizeHint().height());
}

void SettingsDialog::make_look(QFormLayout* form) {
  theme_->addItem(tr("as the desktop is"), QStringLiteral("system"));
  theme_->addItem(tr("light"), QStringLiteral("light"));
  theme_->addItem(tr("dark"), QStringLiteral("dark"));
  theme_->addItem(tr("projector: large, with strong edges"), QStringLiteral("projector"));
  zoom_->setObjectName(QStringLiteral("settings-zoom"));
  zoom_->setRange(50, 300);
  zoom_->setSingleStep(10);
  zoom_->setSuffix(tr(" %"));
  movement_->addItem(tr("slow"), 2.0);
  movement_->addItem(tr("as usual"), 1.0);
  movement_->addItem(tr("quick"), 0.5);
  movement_->addItem(tr("none: packets appear where they are"), 0.0);
  form->addRow(tr("&Theme"), theme_);
  form->addRow(tr("&Zoom of the stage"), zoom_);
  form->addRow(tr("&Movements"), movement_);
}

void SettingsDialog::make_runs(QFormLayout* form) {
  for (const char* name : {"4.13", "6.18"})
    kernel_->addItem(tr("Linux %1").arg(QString::fromLatin1(name)), QString::fromLatin1(name));
  costs_->addItem(tr("the usual one"), QString());
  for (const KnobInfo& info : knobs())
    if (info.name == "cost.preset")
      for (const std::string& preset : info.choices)
        costs_->addItem(QString::fromStdString(preset), QString::fromStdString(preset));
  costs_->setToolTip(tr("How long the modelled host takes for everything: captures are opened with it"));
  form->addRow(tr("&Kernel at the start"), kernel_);
  form->addRow(tr("&Costs of captures"), costs_);
}

void SettingsDialog::make_film(QFormLayout* form) {
  ffmpeg_->setObjectName(QStringLiteral("settings-ffmpeg"));
  ffmpeg_->setPlaceholderText(tr("the one that is installed"));
  film_->setObjectName(QStringLiteral("settings-film"));
  film_->setWordWrap(true);
  auto* browse = new QPushButton(tr("&Browse …"), this);
  connect(browse, &QPushButton::clicked, this, [this] {
    auto* dialog = new QFileDialog(this, tr("The ffmpeg program"), ffmpeg_->text());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, ffmpeg_, &QLineEdit::setText);
    dialog->open();
  });
  auto* line = new QHBoxLayout;
  line->addWidget(ffmpeg_, 1);
  line->addWidget(browse);
  form->addRow(tr("&ffmpeg, for films"), line);
  form->addRow(QString(), film_);
}

void SettingsDialog::show_preferences(const Preferences& preferences) {
  preferences_ = preferences;
  choose(theme_, preferences.theme);
  choose(movement_, preferences.movement);
  choose(kernel_, preferences.kernel);
  choose(costs_, preferences.cost_preset);
  const QSignalBlocker quiet_zoom(zoom_), quiet_path(ffmpeg_);
  zoom_->setValue(qRound(preferences.zoom * 100));
  if (ffmpeg_->text() != preferences.ffmpeg) ffmpeg_->setText(preferences.ffmpeg);
  say_film();
}

void SettingsDialog::say_film() {
  const QString program = film_program(preferences_);
  film_->setText(program.isEmpty()
                     ? tr("No ffmpeg is found: films cannot be made. The package is called ffmpeg.")
                     : tr("Films are made by %1.").arg(program));
}

void SettingsDialog::read() {
  preferences_.theme = theme_->currentData().toString();
  preferences_.zoom = zoom_->value() / 100.0;
  preferences_.movement = movement_->currentData().toDouble();
  preferences_.kernel = kernel_->currentData().toString();
  preferences_.cost_preset = costs_->currentData().toString();
  preferences_.ffmpeg = ffmpeg_->text().trimmed();
  say_film();
  emit changed(preferences_);
}

}  // namespace ringside::ui
