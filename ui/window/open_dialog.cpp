#include "ui/window/open_dialog.h"

#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QPushButton>

#include "ui/look/theme.h"
#include "ui/session/error_text.h"

namespace ringside::ui {

OpenDialog::OpenDialog(Session& session, const QStringList& recent, QWidget* parent)
    : QDialog(parent),
      file_(new QLineEdit(session.path().isEmpty() ? recent.value(0) : session.path(), this)),
      filter_(new QLineEdit(this)),
      local_(new QLineEdit(this)),
      problem_(new QLabel(this)) {
  setObjectName(QStringLiteral("open-dialog"));
  setAttribute(Qt::WA_DeleteOnClose);
  setWindowTitle(tr("Open with options"));
  file_->setObjectName(QStringLiteral("open-file"));
  filter_->setObjectName(QStringLiteral("open-filter"));
  filter_->setPlaceholderText(tr("tcp port 80 and not host 10.0.0.1"));
  local_->setObjectName(QStringLiteral("open-local"));
  local_->setPlaceholderText(tr("the side that receives"));
  if (const auto* capture = std::get_if<CaptureInput>(&session.scenario().input)) {
    filter_->setText(QString::fromStdString(capture->filter));
    local_->setText(QString::fromStdString(capture->local));
  }
  problem_->setObjectName(QStringLiteral("open-problem"));
  problem_->setWordWrap(true);
  QPalette colours;
  colours.setColor(QPalette::WindowText, theme().error);
  problem_->setPalette(colours);
  auto* browse = new QPushButton(tr("&Browse …"), this);
  connect(browse, &QPushButton::clicked, this, &OpenDialog::choose);
  auto* line = new QHBoxLayout;
  line->addWidget(file_, 1);
  line->addWidget(browse);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Open | QDialogButtonBox::Cancel, this);
  auto* form = new QFormLayout(this);
  form->addRow(tr("&File"), line);
  form->addRow(tr("&Capture filter (BPF)"), filter_);
  form->addRow(tr("&Our host's address"), local_);
  form->addRow(problem_);
  form->addRow(buttons);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
  connect(buttons, &QDialogButtonBox::accepted, this, [this] {
    problem_->clear();
    emit wanted(file_->text(), {filter_->text().trimmed(), local_->text().trimmed()});
  });
  connect(&session, &Session::failed, this,
          [this](const Error& error) { problem_->setText(error_text(error)); });
  connect(&session, &Session::opened, this, &QDialog::close);
  resize(560, sizeHint().height());
}

void OpenDialog::choose() {
  auto* dialog = new QFileDialog(this, tr("Open a capture"), file_->text());
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  connect(dialog, &QFileDialog::fileSelected, file_, &QLineEdit::setText);
  dialog->open();
}

}  // namespace ringside::ui
