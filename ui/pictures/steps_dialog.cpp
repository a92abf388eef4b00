#include "ui/pictures/steps_dialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QIntValidator>
#include <QPushButton>

#include "ui/pictures/run_pictures.h"

namespace ringside::ui {

namespace {
/// What the user most likely means: the marked loop, else the present packet's way, else what comes next.
std::pair<StepIndex, StepIndex> usual_range(const Session& session) {
  if (session.loop()) return *session.loop();
  if (const std::uint32_t packet = session.present_packet())
    if (const auto row = session.trace().row_of(packet)) {
      const PacketRow found = session.trace().packet(*row);
      if (found.fate >= Fate::inside) return {found.first_step, found.last_step + 1};
    }
  const StepIndex now = session.player().position();
  return {now, std::min<StepIndex>(now + 200, session.trace().step_count())};
}
}  // namespace

StepsDialog::StepsDialog(Session& session, const QString& film_words, QWidget* parent)
    : QDialog(parent),
      session_(session),
      film_words_(film_words),
      form_(new QComboBox(this)),
      level_(new QComboBox(this)),
      size_(new QComboBox(this)),
      from_(new QLineEdit(this)),
      to_(new QLineEdit(this)),
      seconds_(new QDoubleSpinBox(this)),
      words_(new QLabel(this)) {
  setAttribute(Qt::WA_DeleteOnClose);
  setObjectName(QStringLiteral("steps-dialog"));
  setWindowTitle(tr("Export a run of steps"));
  form_->setObjectName(QStringLiteral("steps-form"));
  form_->addItem(tr("film (MP4)"), static_cast<int>(StepRun::Form::mp4));
  form_->addItem(tr("moving picture (GIF)"), static_cast<int>(StepRun::Form::gif));
  form_->addItem(tr("handout (PDF): a page each step, with why"), static_cast<int>(StepRun::Form::pdf));
  for (const auto& [words, level] :
       {std::pair{tr("packet"), Level::packet}, std::pair{tr("function"), Level::function},
        std::pair{tr("decision"), Level::decision}})
    level_->addItem(words, static_cast<int>(level));
  level_->setCurrentIndex(level_->findData(static_cast<int>(session.level())));
  size_->addItem(QStringLiteral("1280 × 720"), QSize(1280, 720));
  size_->addItem(QStringLiteral("1920 × 1080"), QSize(1920, 1080));
  size_->addItem(QStringLiteral("960 × 600"), QSize(960, 600));
  const auto [from, to] = usual_range(session);
  from_->setObjectName(QStringLiteral("steps-from"));
  to_->setObjectName(QStringLiteral("steps-to"));
  from_->setText(QString::number(from));
  to_->setText(QString::number(to));
  seconds_->setRange(0.1, 10);
  seconds_->setValue(0.8);
  seconds_->setSingleStep(0.1);
  seconds_->setSuffix(tr(" s"));
  words_->setObjectName(QStringLiteral("steps-words"));
  words_->setWordWrap(true);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
  buttons->button(QDialogButtonBox::Save)->setText(tr("&Choose a file …"));
  buttons->button(QDialogButtonBox::Save)->setObjectName(QStringLiteral("steps-save"));
  auto* form = new QFormLayout(this);
  form->addRow(tr("&Make a"), form_);
  form->addRow(tr("&From step"), from_);
  form->addRow(tr("&to step"), to_);
  form->addRow(tr("&Step by"), level_);
  form->addRow(tr("Si&ze"), size_);
  form->addRow(tr("Each step ta&kes"), seconds_);
  form->addRow(words_);
  form->addRow(buttons);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
  connect(buttons, &QDialogButtonBox::accepted, this, &StepsDialog::accept_it);
  connect(form_, &QComboBox::currentIndexChanged, this, &StepsDialog::settle);
  settle();
}

void StepsDialog::settle() {
  const bool film = form_->currentData().toInt() != static_cast<int>(StepRun::Form::pdf);
  seconds_->setEnabled(film);
  words_->setText(film ? film_words_ : QString());
}

std::optional<StepRun> StepsDialog::chosen() {
  StepRun run;
  bool good_from = false, good_to = false;
  run.form = static_cast<StepRun::Form>(form_->currentData().toInt());
  run.from = from_->text().toULongLong(&good_from);
  run.to = to_->text().toULongLong(&good_to);
  run.level = static_cast<Level>(level_->currentData().toInt());
  run.size = size_->currentData().toSize();
  run.seconds_a_step = seconds_->value();
  if (!good_from || !good_to || run.from > run.to || run.to > session_.trace().step_count()) {
    words_->setText(tr("The steps are numbers from 0 to %1, the first not after the last.")
                        .arg(session_.trace().step_count()));
    return {};
  }
  const bool film = run.form != StepRun::Form::pdf;
  const std::size_t most = film ? RunPictures::kMostSteps : RunPictures::kMostPages;
  if (positions_of(session_.trace(), run, most + 1).size() > most) {
    words_->setText(tr("These are more than %1 steps. Choose fewer, or longer ones.").arg(most));
    return {};
  }
  return run;
}

void StepsDialog::accept_it() {
  const auto run = chosen();
  if (!run) return;
  emit wanted(*run);
  close();
}

}  // namespace ringside::ui
