#include "ui/panels/packet_model.h"

#include <algorithm>

#include "ui/look/theme.h"
#include "ui/panels/fate.h"

namespace ringside::ui {

namespace {
constexpr std::uint32_t kAtOnce = 20'000;  // rows: so many take some ms; more are put in order in a thread
constexpr qint64 kRestFor = 3;             // times as long as the last order took, before it is made again
}  // namespace

QString flag_letters(std::uint8_t flags) {
  constexpr char kLetters[] = "FSRPAUEC";
  QString text;
  for (const int bit : {1, 0, 2, 3, 4, 5, 6, 7})
    if ((flags >> bit & 1) != 0) text += QLatin1Char(kLetters[bit]);
  return text;
}

QString end_text(const IpAddr& address, std::uint16_t port) {
  const QString host = QString::fromStdString(address.to_string());
  if (port == 0 || host.isEmpty()) return host;
  return (address.is_v6() ? QStringLiteral("[%1]:%2") : QStringLiteral("%1:%2")).arg(host).arg(port);
}

PacketModel::PacketModel(Session& session, QObject* parent) : QAbstractTableModel(parent), session_(session) {
  rest_.setSingleShot(true);
  connect(&rest_, &QTimer::timeout, this, &PacketModel::arrange_what_came);
}

int PacketModel::rowCount(const QModelIndex& parent) const {
  if (parent.isValid()) return 0;
  return static_cast<int>(order_ ? order_->shown() : total_);
}
int PacketModel::columnCount(const QModelIndex&) const { return kColumns; }

std::uint32_t PacketModel::trace_row(int row) const {
  const auto at = static_cast<std::uint32_t>(row);
  return order_ ? order_->row(at) : at;
}

std::uint32_t PacketModel::number_at(int row) const {
  return row >= 0 && row < rowCount() ? facts(trace_row(row)).number : 0;
}

int PacketModel::row_of(std::uint32_t number) const {
  if (!session_.is_open()) return -1;
  const auto row = session_.trace().row_of(number);
  if (!row || *row >= total_) return -1;
  return static_cast<int>(order_ ? order_->position(*row) : std::int64_t{*row});
}

void PacketModel::refresh(bool other_run) {
  const std::uint32_t now =
      session_.is_open()
          ? std::min(session_.trace().packet_count(), static_cast<std::uint32_t>(session_.table()->size()))
          : 0;
  if (other_run || now < total_) {
    work_.cancel();
    beginResetModel();
    total_ = now;
    order_.reset();
    endResetModel();
    arrange();
  } else if (now > total_ && order_) {
    total_ = now;
    arrange_what_came();
  } else if (now > total_) {
    beginInsertRows({}, static_cast<int>(total_), static_cast<int>(now) - 1);
    total_ = now;
    endInsertRows();
    emit arranged();
  }
  if (rowCount() > 0) emit dataChanged(index(0, kFate), index(rowCount() - 1, kFate));
}

void PacketModel::sort(int column, Qt::SortOrder order) {
  const bool down = order == Qt::DescendingOrder;
  if (column < 0 || column >= kColumns) return;
  const auto wanted = static_cast<Column>(column);
  if (wanted == wish_.column && down == wish_.down) return;
  wish_.column = wanted;
  wish_.down = down;
  only_grown_ = false;
  arrange();
}

void PacketModel::set_filter(query::PacketFilter filter) {
  wish_.filter = std::move(filter);
  only_grown_ = false;
  arrange();
}

/// The list of before stays until the new one is known.
void PacketModel::arrange() {
  work_.cancel();
  rest_.stop();
  if (wish_.plain() || !session_.is_open()) return show(nullptr);
  spent_.start();
  const auto make = [wish = wish_, table = session_.table(), trace = session_.player().shared_trace(),
                     rows = total_](const std::atomic<bool>& cancelled) {
    return PacketOrder::make(wish, *table, *trace, rows, cancelled);
  };
  if (total_ <= kAtOnce) return show(make(std::atomic<bool>(false)));
  using Made = std::shared_ptr<const PacketOrder>;
  work_.start<Made>(make, [this](Made order) {
    show(std::move(order));
    rest_.start(static_cast<int>(std::min<qint64>(kRestFor * spent_.elapsed(), 60'000)));
  });
}

/// The list grows all the time: making it anew may take a quarter of a thread, and a short list's turn is
/// now.
void PacketModel::arrange_what_came() {
  if (!order_ || order_->looked_at() == total_ || work_.running() || rest_.isActive()) return;
  arrange();
}

/// Rows that only follow on those there are leave the view, and what is chosen in it, as it is.
void PacketModel::show(std::shared_ptr<const PacketOrder> order) {
  if (order && order_ && only_grown_ && order->continues(*order_)) {
    const std::uint32_t had = order_->shown(), has = order->shown();
    if (has > had) beginInsertRows({}, static_cast<int>(had), static_cast<int>(has) - 1);
    order_ = std::move(order);
    if (has > had) endInsertRows();
  } else if (order || order_) {
    beginResetModel();
    order_ = std::move(order);
    endResetModel();
  }
  only_grown_ = true;
  emit arranged();
}

QVariant PacketModel::text(std::uint32_t row, int column) const {
  const query::PacketFacts& f = facts(row);
  const query::PacketTable& table = *session_.table();
  const bool tcp = f.ip_version != 0 && f.protocol == 6;
  switch (column) {
    case kNumber:
      return f.number;
    case kTime:
      return QString::number(static_cast<double>(session_.trace().packet(row).t_ns) / 1e6, 'f', 3);
    case kFate:
      if (session_.wire_plan() != nullptr && session_.wire_plan()->dropped(f.number))
        return tr("lost by you");
      return fate_short(session_.trace().packet(row));
    case kSeq:
      return tcp ? QVariant(f.rel_seq) : QVariant();
    case kLen:
      return f.len;
    case kFlags:
      return tcp ? flag_letters(f.flags) : QString();
    case kProtocol:
      return QString::fromStdString(query::protocol_of(f));
    case kSource:
      return end_text(table.source(f), table.sport(f));
    default:
      return end_text(table.destination(f), table.dport(f));
  }
}

QString PacketModel::tip(std::uint32_t row, int column) const {
  const query::PacketFacts& f = facts(row);
  if (column == kFate) return fate_words(session_.trace().packet(row));
  if (f.protocol != 6 || f.ip_version == 0) return {};
  if (column == kSeq)
    return tr("relative seq %1, ack %2\nabsolute seq %3, ack %4")
        .arg(f.rel_seq)
        .arg(f.rel_ack)
        .arg(f.seq)
        .arg(f.ack);
  if (column == kFlags) {
    constexpr const char* kNames[] = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};
    QStringList names;
    for (int bit = 0; bit < 8; ++bit)
      if ((f.flags >> bit & 1) != 0) names << QString::fromLatin1(kNames[bit]);
    return names.join(QLatin1Char(' '));
  }
  if (column == kLen)
    return tr("%1 bytes of payload, %2 on the wire, window %3").arg(f.len).arg(f.wire_len).arg(f.window);
  if (column >= kProtocol) return tr("conversation %1").arg(f.stream);
  return {};
}

QVariant PacketModel::data(const QModelIndex& index, int role) const {
  if (!session_.is_open() || !index.isValid() || index.row() >= rowCount()) return {};
  const std::uint32_t row = trace_row(index.row());
  if (row >= session_.table()->size() || row >= session_.trace().packet_count()) return {};
  const int column = index.column();
  switch (role) {
    case Qt::DisplayRole:
      return text(row, column);
    case Qt::ToolTipRole:
      return tip(row, column);
    case Qt::DecorationRole:
      return column == kFate ? QVariant(fate_icon(session_.trace().packet(row))) : QVariant();
    case Qt::TextAlignmentRole:
      return column <= kTime || column == kSeq || column == kLen ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                                                 : QVariant();
    case Qt::ForegroundRole: {
      const Fate fate = session_.trace().packet(row).fate;
      return fate == Fate::own || fate == Fate::other_host || fate == Fate::coming ? QVariant(theme().faint)
                                                                                   : QVariant();
    }
    default:
      return {};
  }
}

QVariant PacketModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole)) return {};
  const bool tip = role == Qt::ToolTipRole;
  switch (section) {
    case kNumber:
      return tip ? tr("Number of the frame in the file") : tr("No.");
    case kTime:
      return tip ? tr("Milliseconds since the first frame") : tr("ms");
    case kFate:
      return tip ? tr("What became of it in the modelled host") : tr("Fate");
    case kSeq:
      return tip ? tr("Sequence number since the connection's beginning") : tr("Seq");
    case kLen:
      return tip ? tr("Bytes of payload") : tr("Len");
    case kFlags:
      return tip ? tr("TCP flags: S SYN, F FIN, R RST, P PSH, A ACK, U URG, E ECE, C CWR") : tr("Flags");
    case kProtocol:
      return tr("Proto");
    case kSource:
      return tr("Source");
    default:
      return tr("Destination");
  }
}

}  // namespace ringside::ui
