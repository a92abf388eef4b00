#include "ui/wire/wire_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/look/theme.h"
#include "ui/panels/packet_model.h"
#include "ui/session/session.h"
#include "ui/stage/sprites.h"
#include "ui/stage/stage_text.h"
#include "ui/wire/wire_plan.h"

namespace ringside::ui {

namespace {
constexpr std::size_t kListed = 60;
enum Column { kNumber, kTime, kWhat, kColumns };
}  // namespace

WirePanel::WirePanel(Session& session, WireEditor& editor, QWidget* parent)
    : QWidget(parent),
      session_(session),
      editor_(editor),
      table_(new QTableWidget(0, kColumns, this)),
      edits_(new QListWidget(this)),
      hint_(new QLabel(this)),
      delay_(new QDoubleSpinBox(this)),
      damage_(new QMenu(tr("D&amage"), this)) {
  make_actions();
  make_lists();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(4, 4, 4, 4);
  column->setSpacing(4);
  column->addWidget(hint_);
  column->addWidget(table_, 3);
  column->addWidget(make_buttons());
  column->addWidget(edits_, 1);
  connect(&session_, &Session::positionChanged, this, &WirePanel::fill);
  connect(&session_, &Session::opened, this, &WirePanel::fill);
  connect(&session_, &Session::runFinished, this, &WirePanel::fill);
  connect(&editor_, &WireEditor::changed, this, &WirePanel::fill_edits);
  fill_edits();
}

QAction* WirePanel::make(const char* id, const QString& name, const QKeySequence& key,
                         const std::function<void()>& act) {
  auto* action = new QAction(name, this);
  action->setObjectName(QString::fromLatin1(id));
  action->setShortcut(key);
  connect(action, &QAction::triggered, this, act);
  all_ << action;
  return action;
}

void WirePanel::make_actions() {
  undo_ = make("wire-undo", tr("&Undo the last change of the wire"), QKeySequence::Undo,
               [this] { editor_.undo(); });
  redo_ = make("wire-redo", tr("&Redo it"), {}, [this] { editor_.redo(); });
  redo_->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
  undo_->setIconText(tr("Undo"));
  redo_->setIconText(tr("Redo"));
  back_ = make("wire-clear", tr("The wire &as it was captured"), {}, [this] { editor_.clear(); });
  const auto with_chosen = [this](auto act) {
    return [this, act] {
      wanted_ = chosen();
      if (wanted_ != 0) act(wanted_);
    };
  };
  earlier_ = make("wire-earlier", tr("&Earlier"), Qt::ALT | Qt::Key_Up, [this] { shift(-1); });
  later_ = make("wire-later", tr("&Later"), Qt::ALT | Qt::Key_Down, [this] { shift(1); });
  drop_ = make("wire-drop", tr("L&ose it"), Qt::ALT | Qt::Key_Delete,
               with_chosen([this](std::uint32_t packet) { editor_.drop(packet); }));
  twice_ = make("wire-duplicate", tr("&Twice"), Qt::ALT | Qt::Key_Insert,
                with_chosen([this](std::uint32_t packet) { editor_.duplicate(packet); }));
  late_ = make("wire-delay", tr("&Delay by"), Qt::ALT | Qt::Key_PageDown,
               with_chosen([this](std::uint32_t packet) {
                 editor_.delay(packet, static_cast<std::int64_t>(delay_->value() * 1e6));
               }));
  damage_->setObjectName(QStringLiteral("wire-damage"));
  connect(damage_, &QMenu::aboutToShow, this, [this] {
    damage_->clear();
    wanted_ = chosen();
    fill_damage(damage_, wanted_);
  });
}

void WirePanel::make_lists() {
  table_->setObjectName(QStringLiteral("wire"));
  table_->setAccessibleName(tr("The packets still to come, the next one first"));
  table_->setHorizontalHeaderLabels({tr("No."), tr("ms"), tr("Packet")});
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(22);
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->setColumnWidth(kNumber, 52);
  table_->setColumnWidth(kTime, 76);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setShowGrid(false);
  table_->setTabKeyNavigation(false);
  table_->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(table_, &QTableWidget::currentCellChanged, this, &WirePanel::settle);
  connect(table_, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
    if (chosen() == 0) return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fill_menu(menu, chosen());
    menu->popup(table_->viewport()->mapToGlobal(at));
  });
  edits_->setObjectName(QStringLiteral("wire-edits"));
  edits_->setAccessibleName(tr("What was done to the wire"));
  hint_->setWordWrap(true);
}

QWidget* WirePanel::make_buttons() {
  auto* frame = new QWidget(this);
  auto* column = new QVBoxLayout(frame);
  column->setContentsMargins(0, 0, 0, 0);
  const auto row = [&](std::initializer_list<QWidget*> parts) {
    auto* line = new QHBoxLayout;
    for (QWidget* part : parts) line->addWidget(part);
    line->addStretch(1);
    column->addLayout(line);
  };
  const auto button = [frame](QAction* action) {
    auto* widget = new QToolButton(frame);
    widget->setDefaultAction(action);
    widget->setFocusPolicy(Qt::TabFocus);
    return widget;
  };
  auto* damage = new QToolButton(frame);
  damage->setText(tr("Damage"));
  damage->setMenu(damage_);
  damage->setPopupMode(QToolButton::InstantPopup);
  damage->setFocusPolicy(Qt::TabFocus);
  delay_->setObjectName(QStringLiteral("wire-delay-ms"));
  delay_->setAccessibleName(tr("Milliseconds"));
  delay_->setRange(-10000, 10000);
  delay_->setDecimals(3);
  delay_->setValue(10);
  delay_->setSuffix(tr(" ms"));
  auto* copy = new QToolButton(frame);
  copy->setText(tr("Copy as options"));
  copy->setToolTip(tr("The changes as --edit options of ringside-cli"));
  copy->setFocusPolicy(Qt::TabFocus);
  connect(copy, &QToolButton::clicked, this,
          [this] { QApplication::clipboard()->setText(editor_.command_line()); });
  row({button(earlier_), button(later_), button(drop_), button(twice_), damage});
  row({button(late_), delay_});
  row({button(undo_), button(redo_), copy});
  return frame;
}

std::uint32_t WirePanel::chosen() const {
  const QTableWidgetItem* item = table_->item(table_->currentRow(), kNumber);
  return item != nullptr ? item->data(Qt::UserRole).toUInt() : 0;
}

void WirePanel::choose(std::uint32_t packet) {
  for (int row = 0; row < table_->rowCount(); ++row)
    if (table_->item(row, kNumber)->data(Qt::UserRole).toUInt() == packet)
      return table_->setCurrentCell(row, kNumber);
}

void WirePanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  fill();
}

void WirePanel::fill() {
  if (!isVisible() || !session_.is_open()) return settle();
  const std::uint32_t keep = wanted_ != 0 ? wanted_ : chosen();
  const auto coming = coming_on_wire(session_.player(), session_.wire_plan(), 0, kListed);
  {
    const QSignalBlocker quiet(table_);
    table_->setRowCount(static_cast<int>(coming.size()));
    for (int row = 0; row < table_->rowCount(); ++row) {
      const WirePlan::Slot& slot = coming[static_cast<std::size_t>(row)];
      const ChipPicture chip = session_.summary(slot.number).chip;
      auto* number = new QTableWidgetItem(QString::number(slot.number) +
                                          (slot.edited ? QStringLiteral(" ✎") : QString()));
      number->setData(Qt::UserRole, slot.number);
      table_->setItem(row, kNumber, number);
      table_->setItem(row, kTime,
                      new QTableWidgetItem(QString::number(static_cast<double>(slot.t_ns) / 1e6, 'f', 3)));
      const query::PacketTable& known = *session_.table();
      const std::uint32_t first = slot.row < known.size() ? known[slot.row].seq - known[slot.row].rel_seq : 0;
      const QString what = chip_words(chip, chip.protocol == 6 ? first : 0);
      table_->setItem(row, kWhat, new QTableWidgetItem(what.section(QStringLiteral(", "), 1)));
    }
    choose(keep);
    if (table_->currentRow() < 0 && table_->rowCount() > 0) table_->setCurrentCell(0, kNumber);
  }
  if (!session_.busy()) wanted_ = 0;
  hint_->setText(coming.empty() ? tr("Nothing more comes.")
                                : tr("Still to come. What is changed here happens from now on."));
  settle();
}

void WirePanel::fill_edits() {
  edits_->clear();
  for (const WireEdit& edit : editor_.edits()) edits_->addItem(WireEditor::words(edit));
  if (editor_.edits().empty()) edits_->addItem(tr("The wire is as it was captured."));
  edits_->scrollToBottom();
  settle();
}

void WirePanel::settle() {
  undo_->setEnabled(editor_.can_undo());
  redo_->setEnabled(editor_.can_redo());
  back_->setEnabled(!editor_.edits().empty());
  const bool any = isVisible() && chosen() != 0;
  for (QAction* action : {earlier_, later_, drop_, twice_, late_}) action->setEnabled(any);
  damage_->setEnabled(any);
}

/// One place earlier or later among those that are listed.
void WirePanel::shift(int by) {
  const int row = table_->currentRow();
  const auto number_at = [this](int at) {
    const QTableWidgetItem* item = table_->item(at, kNumber);
    return item != nullptr ? item->data(Qt::UserRole).toUInt() : 0u;
  };
  const std::uint32_t packet = number_at(row);
  if (packet == 0 || number_at(row + by) == 0) return;
  wanted_ = packet;
  if (by > 0)
    editor_.move(packet, number_at(row + 1), 0);
  else
    editor_.move(packet, number_at(row - 2), number_at(row - 1));
}

void WirePanel::fill_damage(QMenu* menu, std::uint32_t packet) {
  using Kind = query::Section::Kind;
  for (const Kind part : editor_.parts_of(packet)) {
    const QString words = part == Kind::ip    ? tr("in the &IP header")
                          : part == Kind::tcp ? tr("in the &TCP header")
                          : part == Kind::udp ? tr("in the &UDP header")
                                              : tr("in the &payload");
    menu->addAction(words, this, [this, packet, part] { editor_.corrupt(packet, part); });
  }
}

void WirePanel::fill_menu(QMenu* menu, std::uint32_t packet) {
  if (!editor_.is_coming(packet)) {
    menu->addAction(tr("It has come already: go back to change it"))->setEnabled(false);
    return;
  }
  const auto keep = [this, packet] { wanted_ = packet; };
  menu->addAction(tr("&Lose it"), this, [this, packet] { editor_.drop(packet); });
  menu->addAction(tr("It comes &twice"), this, [this, packet, keep] {
    keep();
    editor_.duplicate(packet);
  });
  QMenu* late = menu->addMenu(tr("&Delay it"));
  for (const auto& [words, ns] :
       {std::pair{tr("by 100 µs"), 100000LL}, std::pair{tr("by 1 ms"), 1000000LL},
        std::pair{tr("by 10 ms"), 10000000LL}, std::pair{tr("by 100 ms"), 100000000LL},
        std::pair{tr("by 1 s"), 1000000000LL}})
    late->addAction(words, this, [this, packet, keep, ns = ns] {
      keep();
      editor_.delay(packet, ns);
    });
  fill_damage(menu->addMenu(tr("D&amage it")), packet);
}

}  // namespace ringside::ui
