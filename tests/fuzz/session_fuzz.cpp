// Any bytes as a session file, of the window or of a live host: it is refused with an id, or reads back the
// same once written; and what it asks for (knobs, applications, breakpoints, a capture inside it) is refused
// with an id, or runs to its end.
#include "core/live/live_setup.h"
#include "core/query/step_condition.h"
#include "core/scenario/choices.h"
#include "tests/fuzz/fuzz.h"
#include "ui/session/session_text.h"

namespace {

using namespace ringside;  // NOLINT(google-build-using-namespace)
using fuzz::must;

bool same(const ui::SavedSession& a, const ui::SavedSession& b) {
  if (a.bookmarks.size() != b.bookmarks.size()) return false;
  for (int i = 0; i < a.bookmarks.size(); ++i)
    if (a.bookmarks[i].position != b.bookmarks[i].position || a.bookmarks[i].note != b.bookmarks[i].note)
      return false;
  return a.file == b.file && a.title == b.title && a.data == b.data && a.kernel == b.kernel &&
         a.filter == b.filter && a.local == b.local && a.apps == b.apps && a.knobs == b.knobs &&
         a.position == b.position && a.level == b.level && a.breakpoints == b.breakpoints;
}

void open(const ui::SavedSession& saved) {
  Scenario scenario;
  for (const QString& text : saved.breakpoints) (void)query::StepCondition::parse(text.toStdString());
  for (const QString& text : saved.apps)
    if (const auto app = app_choice(text.toStdString())) scenario.apps.push_back(*app);
  for (const QString& text : saved.knobs)
    if (const auto knob = knob_setting(text.toStdString())) scenario.knobs.push_back(*knob);
  scenario.kernel = saved.kernel.toStdString();
  const std::string file = saved.data.toStdString();
  scenario.input =
      CaptureInput{fuzz::scratch_file(file), saved.filter.toStdString(), saved.local.toStdString()};
  const auto run = ringside::Run::prepare(scenario);
  if (!run) return must(!run.error().id.empty());
  (*run)->run_here();
  Player player((*run)->trace());
  player.seek(saved.position);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto live = live::read_session(fuzz::scratch_file({reinterpret_cast<const char*>(data), size}));
  if (!live) must(!live.error().id.empty());
  const QByteArray text(reinterpret_cast<const char*>(data), static_cast<int>(size));
  const auto parsed = ui::parse_session(text);
  if (!parsed) {
    must(!parsed.error().id.empty());
    return 0;
  }
  const auto again = ui::parse_session(ui::session_text(parsed->saved, parsed->beside));
  must(again && again->beside == parsed->beside && same(again->saved, parsed->saved));
  open(parsed->saved);
  return 0;
}
