// What became of a packet, in words and as a mark: every fate has a shape of its own beside its colour.
#pragma once
#include <QIcon>
#include <QString>

#ifndef Q_MOC_RUN
#include "core/trace/rows.h"
#endif

namespace ringside::ui {

/// "out of order, then read", "dropped: TCP_OLD_DATA", "in sk_backlog".
QString fate_words(const PacketRow& row);
/// As short as a narrow column wants it: "ooo, read", "OLD_DATA", "backlog".
QString fate_short(const PacketRow& row);
QIcon fate_icon(const PacketRow& row);

}  // namespace ringside::ui
