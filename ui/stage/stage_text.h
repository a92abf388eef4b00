// The stage in words: for screen readers, for copying, for tooltips.
#pragma once
#include <QString>

#include "ui/stage/picture.h"

namespace ringside::ui {

/// "packet 37, seq 31241, 1448 bytes, in sk_backlog".
QString chip_words(const ChipPicture& chip, std::uint32_t isn);
/// A place with what is in it.
QString place_words(const StagePicture& picture, Place place);
/// What is at a live host's card now.
QString now_words(const NowPicture& now);
/// The whole stage, one line a place, from the wire up.
QString stage_words(const StagePicture& picture, std::uint32_t isn);

}  // namespace ringside::ui
