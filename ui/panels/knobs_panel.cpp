#include "ui/panels/knobs_panel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/apps/options.h"
#include "core/scenario/choices.h"
#include "ui/look/theme.h"
#include "ui/session/error_text.h"

namespace ringside::ui {

namespace {

/// Knobs that are one of some words are chosen from a list.
class KnobDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const override {
    const QStringList choices = index.data(Qt::UserRole).toStringList();
    if (choices.isEmpty()) return QStyledItemDelegate::createEditor(parent, option, index);
    auto* box = new QComboBox(parent);
    box->addItems(choices);
    return box;
  }
  void setEditorData(QWidget* editor, const QModelIndex& index) const override {
    if (auto* box = qobject_cast<QComboBox*>(editor))
      box->setCurrentText(index.data(Qt::EditRole).toString());
    else
      QStyledItemDelegate::setEditorData(editor, index);
  }
  void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override {
    if (auto* box = qobject_cast<QComboBox*>(editor))
      model->setData(index, box->currentText(), Qt::EditRole);
    else
      QStyledItemDelegate::setModelData(editor, model, index);
  }
};

}  // namespace

KnobsPanel::KnobsPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      session_(session),
      app_(new QComboBox(this)),
      parameters_(new QLineEdit(this)),
      filter_(new QLineEdit(this)),
      view_(new QTableView(this)),
      model_(new KnobModel(this)),
      shown_(new QSortFilterProxyModel(this)),
      problem_(new QLabel(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(4, 4, 4, 0);
  column->setSpacing(4);
  make_application(column);
  problem_->setObjectName(QStringLiteral("knob-problem"));
  problem_->setWordWrap(true);
  problem_->hide();
  column->addWidget(problem_);
  make_table(column);
  connect(model_, &KnobModel::changed, this, &KnobsPanel::run_again);
  connect(model_, &KnobModel::refused, this, [this](const Error& error) { say(error_text(error)); });
  connect(&session_, &Session::opened, this, &KnobsPanel::show_scenario);
  connect(&session_, &Session::failed, this, [this](const Error& error) {
    if (isVisible()) say(error_text(error));
    show_scenario();
  });
}

void KnobsPanel::make_application(QVBoxLayout* column) {
  app_->setObjectName(QStringLiteral("knob-app"));
  app_->setAccessibleName(tr("Application"));
  for (const AppInfo& info : applications()) app_->addItem(QString::fromLatin1(info.name));
  parameters_->setObjectName(QStringLiteral("knob-app-parameters"));
  parameters_->setAccessibleName(tr("The application's parameters"));
  QStringList names;
  for (const AppParameter& parameter : app_parameters()) names << QString::fromLatin1(parameter.name);
  parameters_->setPlaceholderText(QStringLiteral("size=4096,delay_us=500"));
  parameters_->setToolTip(tr("KEY=VALUE, with commas between: %1").arg(names.join(QStringLiteral(", "))));
  auto* line = new QHBoxLayout;
  line->addWidget(new QLabel(tr("Application"), this));
  line->addWidget(app_);
  line->addWidget(parameters_, 1);
  column->addLayout(line);
  connect(app_, &QComboBox::activated, this, &KnobsPanel::run_again);
  connect(parameters_, &QLineEdit::returnPressed, this, &KnobsPanel::run_again);
}

void KnobsPanel::make_table(QVBoxLayout* column) {
  filter_->setPlaceholderText(tr("Find a knob"));
  filter_->setAccessibleName(tr("Find a knob"));
  filter_->setClearButtonEnabled(true);
  auto* usual = new QToolButton(this);
  usual->setText(tr("As usual"));
  usual->setToolTip(tr("All knobs back to what the kernel has by itself"));
  connect(usual, &QToolButton::clicked, model_, &KnobModel::clear_all);
  auto* line = new QHBoxLayout;
  line->addWidget(filter_, 1);
  line->addWidget(usual);
  column->addLayout(line);
  shown_->setSourceModel(model_);
  shown_->setFilterCaseSensitivity(Qt::CaseInsensitive);
  connect(filter_, &QLineEdit::textChanged, shown_, &QSortFilterProxyModel::setFilterFixedString);
  view_->setObjectName(QStringLiteral("knobs"));
  view_->setAccessibleName(tr("Knobs"));
  view_->setModel(shown_);
  view_->setItemDelegate(new KnobDelegate(view_));
  view_->setShowGrid(false);
  view_->setTabKeyNavigation(false);
  view_->verticalHeader()->hide();
  view_->verticalHeader()->setDefaultSectionSize(22);
  view_->horizontalHeader()->setSectionResizeMode(KnobModel::kName, QHeaderView::Stretch);
  view_->setColumnWidth(KnobModel::kValue, 84);
  view_->setColumnWidth(KnobModel::kUnit, 46);
  view_->setEditTriggers(QAbstractItemView::AllEditTriggers);
  column->addWidget(view_, 1);
}

void KnobsPanel::show_scenario() {
  const Scenario& scenario = session_.scenario();
  model_->show(session_.kernel().toStdString(), scenario.knobs);
  const bool script = session_.script() != nullptr;  // whose program is the script itself
  app_->setEnabled(!script);
  parameters_->setEnabled(!script);
  if (scenario.apps.empty()) {
    app_->setCurrentIndex(0);
    parameters_->clear();
    return;
  }
  const AppChoice& choice = scenario.apps.front();
  app_->setCurrentText(QString::fromStdString(choice.name));
  const QString all = QString::fromStdString(text_of(choice));
  parameters_->setText(all.section(QLatin1Char(':'), 1));
}

void KnobsPanel::run_again() {
  problem_->hide();
  if (!session_.is_open()) return;
  Scenario scenario = session_.scenario();
  scenario.knobs = model_->settings();
  if (session_.script() == nullptr) {
    const QString text = parameters_->text().trimmed().isEmpty()
                             ? app_->currentText()
                             : app_->currentText() + QLatin1Char(':') + parameters_->text().trimmed();
    auto choice = app_choice(text.toStdString());
    if (!choice) return say(error_text(choice.error()));
    scenario.apps = {*choice};
  }
  session_.rerun(std::move(scenario));
}

void KnobsPanel::say(const QString& words) {
  QPalette colours;
  colours.setColor(QPalette::WindowText, theme().error);
  problem_->setPalette(colours);
  problem_->setText(words);
  problem_->show();
}

}  // namespace ringside::ui
