#include "ui/panels/packets_panel.h"

#include <QHeaderView>
#include <QVBoxLayout>

#include "ui/look/theme.h"
#include "ui/stage/sprites.h"

namespace ringside::ui {

QString fate_words(const PacketRow& row) {
  const QString place = QString::fromLatin1(name_of(row.place));
  switch (row.fate) {
    case Fate::coming:
      return PacketModel::tr("on the wire");
    case Fate::own:
      return PacketModel::tr("sent by our host");
    case Fate::other_host:
      return PacketModel::tr("other hosts");
    case Fate::unreadable:
      return PacketModel::tr("unreadable");
    case Fate::inside:
      return PacketModel::tr("in %1").arg(place);
    case Fate::delivered:
      return row.was_in(Place::out_of_order_queue) ? PacketModel::tr("out of order, read")
             : row.was_in(Place::sk_backlog)       ? PacketModel::tr("backlog, read")
             : row.was_in(Place::prequeue)         ? PacketModel::tr("prequeue, read")
                                                   : PacketModel::tr("read");
    case Fate::consumed:
      return PacketModel::tr("done");
    case Fate::dropped:
      return PacketModel::tr("dropped: %1").arg(QString::fromLatin1(name_of(row.reason)));
    default:
      return {};
  }
}

PacketModel::PacketModel(Session& session, QObject* parent)
    : QAbstractTableModel(parent), session_(session) {}

int PacketModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : rows_; }
int PacketModel::columnCount(const QModelIndex&) const { return kColumns; }

void PacketModel::refresh(bool other_run) {
  const int now = session_.is_open() ? static_cast<int>(session_.trace().packet_count()) : 0;
  if (other_run || now < rows_) {
    beginResetModel();
    rows_ = now;
    endResetModel();
  } else if (now > rows_) {
    beginInsertRows({}, rows_, now - 1);
    rows_ = now;
    endInsertRows();
  }
  if (rows_ > 0) emit dataChanged(index(0, kFate), index(rows_ - 1, kFate));
}

std::uint32_t PacketModel::number_at(int row) const {
  return row >= 0 && row < rows_ ? session_.trace().packet(static_cast<std::uint32_t>(row)).number : 0;
}

int PacketModel::row_of(std::uint32_t number) const {
  if (!session_.is_open()) return -1;
  const auto row = session_.trace().row_of(number);
  return row ? static_cast<int>(*row) : -1;
}

QString PacketModel::summary_of(std::uint32_t number) const {
  const PacketSummary s = session_.summary(number);
  if (s.chip.protocol != 6) return s.protocol;
  QString words;
  if ((s.chip.flags & 2) != 0) words = QStringLiteral("SYN ");
  if ((s.chip.flags & 1) != 0) words += QStringLiteral("FIN ");
  if ((s.chip.flags & 4) != 0) words += QStringLiteral("RST ");
  if (s.chip.len == 0 && words.isEmpty()) return tr("ACK");
  words += s.chip.len != 0 ? tr("%1 +%2").arg(s.chip.seq).arg(s.chip.len) : QString::number(s.chip.seq);
  return words;
}

QVariant PacketModel::data(const QModelIndex& index, int role) const {
  if (!session_.is_open() || !index.isValid()) return {};
  const PacketRow row = session_.trace().packet(static_cast<std::uint32_t>(index.row()));
  if (role == Qt::DisplayRole) {
    switch (index.column()) {
      case kNumber:
        return row.number;
      case kTime:
        return QString::number(static_cast<double>(row.t_ns) / 1e6, 'f', 3);
      case kSummary:
        return summary_of(row.number);
      default:
        return fate_words(row);
    }
  }
  if (role == Qt::DecorationRole && index.column() == kFate) {
    const Place place = row.was_in(Place::out_of_order_queue) ? Place::out_of_order_queue
                        : row.was_in(Place::sk_backlog)       ? Place::sk_backlog
                        : row.was_in(Place::prequeue)         ? Place::prequeue
                                                              : Place::sk_receive_queue;
    const bool ours = row.fate == Fate::delivered || row.fate == Fate::inside;
    return theme().place(row.fate == Fate::dropped ? Place::freed : ours ? place : Place::wire);
  }
  if (role == Qt::TextAlignmentRole && index.column() <= kTime)
    return QVariant(Qt::AlignRight | Qt::AlignVCenter);
  if (role == Qt::ForegroundRole &&
      (row.fate == Fate::own || row.fate == Fate::other_host || row.fate == Fate::coming))
    return theme().faint;
  return {};
}

QVariant PacketModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case kNumber:
      return tr("No.");
    case kTime:
      return tr("ms");
    case kSummary:
      return tr("Segment");
    default:
      return tr("Fate");
  }
}

PacketsPanel::PacketsPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      session_(session),
      model_(new PacketModel(session, this)),
      view_(new QTableView(this)) {
  view_->setObjectName(QStringLiteral("packets"));
  view_->setAccessibleName(tr("Packets"));
  view_->setModel(model_);
  view_->setSelectionBehavior(QAbstractItemView::SelectRows);
  view_->setSelectionMode(QAbstractItemView::SingleSelection);
  view_->setShowGrid(false);
  view_->setTabKeyNavigation(false);
  view_->verticalHeader()->hide();
  view_->verticalHeader()->setDefaultSectionSize(22);
  view_->horizontalHeader()->setHighlightSections(false);
  view_->horizontalHeader()->setStretchLastSection(true);
  view_->setColumnWidth(PacketModel::kNumber, 36);
  view_->setColumnWidth(PacketModel::kTime, 58);
  view_->setColumnWidth(PacketModel::kSummary, 92);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(view_);
  connect(&session_, &Session::opened, this, [this] { model_->refresh(true); });
  connect(&session_, &Session::traceGrew, this, [this] { model_->refresh(false); });
  connect(&session_, &Session::positionChanged, this, &PacketsPanel::show_present);
  connect(view_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& to) {
            if (!following_ && to.isValid()) emit packetChosen(model_->number_at(to.row()));
          });
}

/// The list follows the stage, but what it selects so is not the user's choice.
void PacketsPanel::show_present() {
  const std::uint32_t packet = session_.present_packet();
  const int row = packet != 0 ? model_->row_of(packet) : -1;
  if (row < 0 || row >= model_->rowCount()) return;
  following_ = true;
  view_->setCurrentIndex(model_->index(row, 0));
  view_->scrollTo(model_->index(row, 0));
  following_ = false;
}

}  // namespace ringside::ui
