#include "ui/panels/packet_model.h"

#include <QElapsedTimer>
#include <algorithm>
#include <numeric>

#include "ui/look/theme.h"
#include "ui/panels/fate.h"

namespace ringside::ui {

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
  slices_.setInterval(0);
  connect(&slices_, &QTimer::timeout, this, &PacketModel::arrange_slice);
}

int PacketModel::rowCount(const QModelIndex& parent) const {
  if (parent.isValid()) return 0;
  return static_cast<int>(shown_plain_ ? total_ : rows_.size());
}
int PacketModel::columnCount(const QModelIndex&) const { return kColumns; }

std::uint32_t PacketModel::trace_row(int row) const {
  return shown_plain_ ? static_cast<std::uint32_t>(row) : rows_[static_cast<std::size_t>(row)];
}

std::uint32_t PacketModel::number_at(int row) const {
  return row >= 0 && row < rowCount() ? facts(trace_row(row)).number : 0;
}

int PacketModel::row_of(std::uint32_t number) const {
  if (!session_.is_open()) return -1;
  const auto row = session_.trace().row_of(number);
  if (!row || *row >= total_) return -1;
  if (shown_plain_) return static_cast<int>(*row);
  return *row < row_index_.size() && row_index_[*row] != UINT32_MAX ? static_cast<int>(row_index_[*row]) : -1;
}

void PacketModel::refresh(bool other_run) {
  const std::uint32_t now =
      session_.is_open()
          ? std::min(session_.trace().packet_count(), static_cast<std::uint32_t>(session_.table()->size()))
          : 0;
  const bool grown = now > total_;
  if (other_run || now < total_ || (grown && !plain())) {
    if (other_run || now < total_) {
      beginResetModel();
      total_ = now;
      rows_.clear();
      row_index_.clear();
      shown_plain_ = plain();
      endResetModel();
    }
    total_ = now;
    arrange();
  } else if (grown) {
    beginInsertRows({}, static_cast<int>(total_), static_cast<int>(now) - 1);
    total_ = now;
    endInsertRows();
    emit arranged();
  }
  if (rowCount() > 0) emit dataChanged(index(0, kFate), index(rowCount() - 1, kFate));
}

void PacketModel::sort(int column, Qt::SortOrder order) {
  if (column < 0 || column >= kColumns || (column == column_ && order == order_)) return;
  column_ = column;
  order_ = order;
  arrange();
}

void PacketModel::set_filter(query::PacketFilter filter) {
  filter_ = std::move(filter);
  arrange();
}

/// The filter looks at some rows at a time: the list of before stays until the new one is known.
void PacketModel::arrange() {
  found_.clear();
  looked_at_ = 0;
  if (plain()) {
    slices_.stop();
    return finish();
  }
  arrange_slice();
}

void PacketModel::arrange_slice() {
  QElapsedTimer spent;
  spent.start();
  constexpr qint64 kMostMs = 12;
  while (looked_at_ < total_) {
    for (int i = 0; i < 256 && looked_at_ < total_; ++i, ++looked_at_)
      if (filter_.empty() ||
          filter_.matches(*session_.table(), facts(looked_at_), session_.trace().packet(looked_at_)))
        found_.push_back(looked_at_);
    if (spent.elapsed() > kMostMs && looked_at_ < total_) return slices_.start();
  }
  slices_.stop();
  finish();
}

void PacketModel::finish() {
  sort_rows(found_);
  beginResetModel();
  shown_plain_ = plain();
  rows_ = std::move(found_);
  row_index_.assign(shown_plain_ ? 0 : total_, UINT32_MAX);
  if (!shown_plain_)
    for (std::size_t i = 0; i < rows_.size(); ++i) row_index_[rows_[i]] = static_cast<std::uint32_t>(i);
  endResetModel();
  found_.clear();
  emit arranged();
}

void PacketModel::sort_rows(std::vector<std::uint32_t>& rows) const {
  if (plain() || rows.empty()) return;
  const query::PacketTable& table = *session_.table();
  const Trace& trace = session_.trace();
  const bool down = order_ == Qt::DescendingOrder;
  const auto by = [&](auto key) {  // the rows come in the file's order, which decides between equals
    std::vector<std::pair<decltype(key(0u)), std::uint32_t>> keyed;
    keyed.reserve(rows.size());
    for (const std::uint32_t row : rows) keyed.emplace_back(key(row), row);
    std::stable_sort(keyed.begin(), keyed.end(), [down](const auto& a, const auto& b) {
      return down ? b.first < a.first : a.first < b.first;
    });
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = keyed[i].second;
  };
  switch (column_) {
    case kTime:
      return by([&](std::uint32_t row) { return trace.packet(row).t_ns; });
    case kFate:
      return by([&](std::uint32_t row) { return fate_short(trace.packet(row)); });
    case kSeq:
      return by([&](std::uint32_t row) { return std::pair(table[row].stream, table[row].rel_seq); });
    case kLen:
      return by([&](std::uint32_t row) { return table[row].len; });
    case kFlags:
      return by([&](std::uint32_t row) { return table[row].flags; });
    case kProtocol:
      return by([&](std::uint32_t row) { return query::protocol_of(table[row]); });
    case kSource:
      return by(
          [&](std::uint32_t row) { return std::pair(table.source(table[row]), table.sport(table[row])); });
    case kDestination:
      return by([&](std::uint32_t row) {
        return std::pair(table.destination(table[row]), table.dport(table[row]));
      });
    default:
      return by([](std::uint32_t row) { return row; });
  }
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
