// An error of the core as one line for people.
#pragma once
#include <QString>

#include "core/base/result.h"

namespace ringside::ui {

QString error_text(const Error& error);

}  // namespace ringside::ui
