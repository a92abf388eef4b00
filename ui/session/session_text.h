// The text of a session file: JSON, read and written without any window.
#pragma once
#include <QString>
#include <QStringList>
#include <QVector>

#ifndef Q_MOC_RUN
#include "core/base/result.h"
#include "core/trace/trace.h"
#endif

namespace ringside::ui {

struct Bookmark {
  qulonglong position = 0;
  QString note;
};

struct SavedSession {
  QString file;     ///< capture or script, absolute; "": it lies in `capture`
  QString title;    ///< its name
  QByteArray data;  ///< the capture itself, if it was asked for
  QString kernel, filter, local;
  QStringList apps, knobs;  ///< as `--app` and `--set` take them
  QByteArray edits;         ///< of the wire, as core/scenario/wire_edits.h writes them
  qulonglong position = 0;
  Level level = Level::function;
  QStringList breakpoints;  ///< as Breakpoints::saved()
  QVector<Bookmark> bookmarks;
};

/// `beside`: where the capture lies, seen from the session file's folder.
QByteArray session_text(const SavedSession& saved, const QString& beside);

struct SessionText {
  SavedSession saved;
  QString beside;
};
/// Error: session.syntax (args detail), session.version (args version).
Result<SessionText> parse_session(const QByteArray& text);

}  // namespace ringside::ui
