#include "ui/panels/packets_panel.h"

#include <QHeaderView>
#include <QMenu>
#include <QVBoxLayout>

#include "ui/look/theme.h"

namespace ringside::ui {

PacketsPanel::PacketsPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      session_(session),
      model_(new PacketModel(session, this)),
      view_(new QTableView(this)),
      filter_(new QueryEdit(query::packet_vocabulary(), this)),
      count_(new QLabel(this)),
      problem_(new QLabel(this)) {
  make_filter();
  make_view();
  auto* line = new QHBoxLayout;
  line->setContentsMargins(4, 4, 4, 2);
  line->addWidget(filter_, 1);
  line->addWidget(count_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(line);
  column->addWidget(problem_);
  column->addWidget(view_);
  connect(&session_, &Session::opened, this, [this] { model_->refresh(true); });
  connect(&session_, &Session::tableGrew, this, [this] { model_->refresh(false); });
  connect(&session_, &Session::traceGrew, this, [this] { model_->refresh(false); });
  connect(&session_, &Session::runFinished, this, &PacketsPanel::apply_filter);
  connect(&session_, &Session::positionChanged, this, &PacketsPanel::show_present);
  connect(model_, &PacketModel::arranged, this, [this] {
    show_count();
    show_present();
  });
}

void PacketsPanel::make_filter() {
  filter_->setObjectName(QStringLiteral("packet-filter"));
  filter_->setPlaceholderText(tr("Filter: tcp.port == 8080 && fate == dropped"));
  filter_->setAccessibleName(tr("Display filter"));
  count_->setAccessibleName(tr("Packets shown"));
  problem_->setObjectName(QStringLiteral("packet-filter-problem"));
  problem_->setWordWrap(true);
  problem_->setContentsMargins(8, 0, 8, 4);
  problem_->hide();
  later_.setSingleShot(true);
  later_.setInterval(250);
  connect(filter_, &QueryEdit::checked, &later_, qOverload<>(&QTimer::start));
  connect(filter_, &QLineEdit::returnPressed, this, &PacketsPanel::apply_filter);
  connect(&later_, &QTimer::timeout, this, &PacketsPanel::apply_filter);
}

void PacketsPanel::make_view() {
  view_->setObjectName(QStringLiteral("packets"));
  view_->setAccessibleName(tr("Packets"));
  view_->setModel(model_);
  view_->setSelectionBehavior(QAbstractItemView::SelectRows);
  view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  view_->setShowGrid(false);
  view_->setWordWrap(false);
  view_->setTabKeyNavigation(false);
  view_->setContextMenuPolicy(Qt::CustomContextMenu);
  view_->verticalHeader()->hide();
  view_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  view_->verticalHeader()->setDefaultSectionSize(22);
  QHeaderView* header = view_->horizontalHeader();
  header->setHighlightSections(false);
  header->setSectionsMovable(true);
  header->setSortIndicator(PacketModel::kNumber, Qt::AscendingOrder);
  header->setMinimumSectionSize(24);
  header->setContextMenuPolicy(Qt::CustomContextMenu);
  view_->setSortingEnabled(true);
  const int widths[PacketModel::kColumns] = {38, 58, 124, 62, 48, 46, 52, 130, 130};
  for (int i = 0; i < PacketModel::kColumns; ++i) view_->setColumnWidth(i, widths[i]);
  connect(header, &QHeaderView::customContextMenuRequested, this, &PacketsPanel::header_menu);
  connect(view_, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
    const std::uint32_t number = model_->number_at(view_->indexAt(at).row());
    if (number != 0) emit packetMenu(number, view_->viewport()->mapToGlobal(at));
  });
  connect(view_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& to) {
            if (!following_ && to.isValid()) emit packetChosen(model_->number_at(to.row()));
          });
}

/// While the text makes no sense, the last filter that did stays.
void PacketsPanel::apply_filter() {
  later_.stop();
  problem_->setText(filter_->problem());
  problem_->setVisible(!filter_->problem().isEmpty());
  QPalette colours;
  colours.setColor(QPalette::WindowText, theme().error);
  problem_->setPalette(colours);
  if (auto parsed = query::PacketFilter::parse(filter_->text().toStdString()))
    model_->set_filter(std::move(*parsed));
}

void PacketsPanel::show_count() {
  const int shown = model_->rowCount();
  count_->setText(shown == static_cast<int>(model_->total())
                      ? QString()
                      : tr("%1 of %2").arg(shown).arg(model_->total()));
}

void PacketsPanel::focus_filter() {
  filter_->setFocus(Qt::ShortcutFocusReason);
  filter_->selectAll();
}

QList<quint32> PacketsPanel::chosen() const {
  QModelIndexList rows = view_->selectionModel()->selectedRows();
  std::sort(rows.begin(), rows.end());
  QList<quint32> numbers;
  for (const QModelIndex& row : rows) numbers << model_->number_at(row.row());
  return numbers;
}

void PacketsPanel::header_menu(const QPoint& at) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  for (int column = 0; column < PacketModel::kColumns; ++column) {
    QAction* action = menu->addAction(model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
    action->setCheckable(true);
    action->setChecked(!view_->isColumnHidden(column));
    connect(action, &QAction::toggled, this,
            [this, column](bool on) { view_->setColumnHidden(column, !on); });
  }
  menu->popup(view_->horizontalHeader()->mapToGlobal(at));
}

QByteArray PacketsPanel::layout_state() const { return view_->horizontalHeader()->saveState(); }
void PacketsPanel::restore_layout(const QByteArray& state) {
  if (!state.isEmpty()) view_->horizontalHeader()->restoreState(state);
}

/// The list follows the stage, but what it selects so is not the user's choice.
void PacketsPanel::show_present() {
  const std::uint32_t packet = session_.present_packet();
  const int row = packet != 0 ? model_->row_of(packet) : -1;
  if (row < 0 || row >= model_->rowCount()) return;
  if (view_->currentIndex().row() == row) return;
  following_ = true;
  const int column = std::max(0, view_->currentIndex().column());
  // Whatever keys are held: setCurrentIndex() would add the row to the selection under Ctrl.
  view_->selectionModel()->setCurrentIndex(model_->index(row, column),
                                           QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  view_->scrollTo(model_->index(row, column));
  following_ = false;
}

}  // namespace ringside::ui
