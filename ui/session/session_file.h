// A session as a file: what is open, how it is run, and the exact step it stands at.
#pragma once
#include "ui/session/session_text.h"

namespace ringside::ui {

class Session;

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
