// Pieces of what the Why panel and the reference say, as HTML.
#pragma once
#include <QString>
#include <vector>

#include "core/model/function.h"
#include "core/words/words.h"

namespace ringside {
class Player;
}

namespace ringside::ui {

struct Standing;
/// A field of an object, as it was at the position before and as it is.
struct FieldChange {
  std::uint16_t id;  ///< in fields()
  std::uint32_t object;
  std::int64_t before, after;
};
/// What has changed since the position before, or by the last step where that lies far.
std::vector<FieldChange> changes_since(const Standing& at);
QString changes_table(const std::vector<FieldChange>& changes, const SeqBase& base);
/// The state of the socket that is shown; what has changed is marked.
QString socket_table(const Standing& at, const std::vector<FieldChange>& changes);
QString yes_no(std::int64_t answer);
/// Where the sequence numbers of the connection begin that the player's last step is about.
SeqBase seq_base_of_step(const Player& player);
/// Where those of a socket begin (SockId::index).
SeqBase seq_base_of_sock(const Player& player, std::uint32_t index);
QString why_heading(const QString& words);
/// One row of a table: a name in code, a value.
QString why_row(const QString& name, const QString& value, bool changed);
/// A function's name, to be clicked: "fn:NAME".
QString function_link(const char* name);
/// The text with every modelled function's name in it ("tcp_ack()") made a link.
QString link_functions(const QString& escaped);
/// The ways a decision had; the one that was taken is marked, by more than a colour.
QString decision_ways(const DecisionWords& decision);
/// In which kernels a function stands, and in which file.
QString whereabouts(const FunctionInfo& info);
/// Where a step stands in its function: at both ends the head is lit, for no line is at work.
enum class Stands : std::uint8_t { at_its_begin, inside, at_its_end };
/// Name, kernel file, profile.
QString function_header(Fn function, Stands stands = Stands::inside);
/// Where the pseudo-code is at work.
struct AtWork {
  std::size_t line = 0;  ///< from 1; 0: nowhere
  QString then;          ///< what followed from the decision there
  std::string kernel;    ///< the other kernel's lines are dimmed; "": none
};
QString pseudo_code(const FunctionWords& page, const AtWork& at = {});
/// What the model does its own way in this function or place; "" if nothing.
QString simplified_remark(const char* function_or_place);
/// The whole page of a function.
QString function_page(Fn function);
/// A counter's sentence and the command that shows it on a real host.
QString counter_words(const char* name);

}  // namespace ringside::ui
