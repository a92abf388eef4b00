#include "ui/session/error_text.h"

#include "core/words/words.h"

namespace ringside::ui {

QString error_text(const Error& error) { return QString::fromStdString(Words::english().error(error)); }

}  // namespace ringside::ui
