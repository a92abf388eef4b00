// A session as a file: what is open, how it is run, and the exact step it stands at.
#pragma once
#include <QString>
#include <QStringList>
#include <QVector>

#ifndef Q_MOC_RUN
#include "core/base/result.h"
#include "core/trace/trace.h"
#endif

namespace ringside::ui {

class Session;

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
  qulonglong position = 0;
  Level level = Level::function;
  QStringList breakpoints;  ///< as Breakpoints::saved()
  QVector<Bookmark> bookmarks;
};

/// The present state; without bookmarks, which are the window's.
SavedSession saved_session(Session& session);

/// `with_capture`: its bytes go into the file, so that it opens elsewhere. Errors: session.write (args
/// detail).
std::optional<Error> write_session(const SavedSession& saved, const QString& path, bool with_capture);
/// A capture named in the file is looked for there, then beside the session file. Errors: session.read,
/// session.syntax (args detail), session.version (args version), session.no_input (args path).
Result<SavedSession> read_session(const QString& path);
/// By its name.
bool is_session(const QString& path);

}  // namespace ringside::ui
