#include "ui/wire/wire_editor.h"

#include <algorithm>

#include "core/scenario/wire_edits.h"
#include "ui/look/amounts.h"
#include "ui/session/session.h"

namespace ringside::ui {

namespace {
using Kind = WireEdit::Kind;

/// The byte of a header whose damage is noticed by the sum over it, and breaks nothing that is read before.
std::uint32_t telling_byte(const query::Section& section) {
  switch (section.kind) {
    case query::Section::Kind::ip:
      return section.begin + std::min<std::uint32_t>(8, section.end - section.begin - 1);  // time to live
    case query::Section::Kind::tcp:
      return section.begin + std::min<std::uint32_t>(14, section.end - section.begin - 1);  // window
    default:
      return section.begin;
  }
}
}  // namespace

WireEditor::WireEditor(Session& session, QObject* parent) : QObject(parent), session_(session) {
  connect(&session_, &Session::opened, this, &WireEditor::opened);
  connect(&session_, &Session::failed, this, [this] {
    if (session_.is_open()) wanted_ = session_.scenario().edits;
    emit changed();
  });
}

/// Another input has a history of its own.
void WireEditor::opened() {
  const QString input = session_.path();
  if (input != input_ || session_.scenario().edits.size() != wanted_.size()) {
    undo_.clear();
    redo_.clear();
  }
  input_ = input;
  wanted_ = session_.scenario().edits;
  emit changed();
}

const std::vector<WireEdit>& WireEditor::edits() const { return wanted_; }

void WireEditor::add(const Edits& more) {
  if (!session_.is_open()) return;
  Edits next = wanted_;
  next.insert(next.end(), more.begin(), more.end());
  undo_.push_back(wanted_);
  redo_.clear();
  run(std::move(next));
}

void WireEditor::run(Edits edits) {
  wanted_ = std::move(edits);
  Scenario scenario = session_.scenario();
  scenario.edits = wanted_;
  const bool sums_matter = see_damage(scenario);
  sums_matter ? session_.rerun(std::move(scenario)) : session_.rerun_here(std::move(scenario));
  emit changed();
}

/// The modelled card trusts the sums of a capture, for those of a sender with offload are wrong. With a
/// damaged packet on the wire they must be looked at. True: this changes what came before, too.
bool WireEditor::see_damage(Scenario& scenario) {
  const bool damaged = std::any_of(wanted_.begin(), wanted_.end(),
                                   [](const WireEdit& edit) { return edit.kind == Kind::corrupt; });
  const auto verify = std::find_if(scenario.knobs.begin(), scenario.knobs.end(),
                                   [](const KnobSetting& knob) { return knob.name == "nic.rx_checksum"; });
  const bool there = verify != scenario.knobs.end();
  if (damaged && !there) {
    scenario.knobs.push_back({"nic.rx_checksum", "0"});
    verifies_for_damage_ = true;
    return true;
  }
  if (damaged || !there || !verifies_for_damage_) return false;
  scenario.knobs.erase(verify);
  verifies_for_damage_ = false;
  return true;
}

void WireEditor::drop(std::uint32_t packet) {
  WireEdit edit;
  edit.kind = Kind::drop;
  edit.packet = packet;
  add({edit});
}

void WireEditor::duplicate(std::uint32_t packet, std::int64_t delay_ns) {
  WireEdit edit;
  edit.kind = Kind::duplicate;
  edit.packet = packet;
  edit.delay_ns = delay_ns;
  add({edit});
}

void WireEditor::delay(std::uint32_t packet, std::int64_t ns) {
  WireEdit edit;
  edit.kind = Kind::delay;
  edit.packet = packet;
  edit.delay_ns = ns;
  add({edit});
}

std::vector<query::Section::Kind> WireEditor::parts_of(std::uint32_t packet) const {
  std::vector<query::Section::Kind> parts;
  const auto frame = session_.frame(packet);
  if (!frame) return parts;
  for (const query::Section& section : query::sections_of(*frame)) {
    const bool summed =
        section.kind == query::Section::Kind::ip || section.kind == query::Section::Kind::tcp ||
        section.kind == query::Section::Kind::udp || section.kind == query::Section::Kind::payload;
    if (summed && section.end > section.begin) parts.push_back(section.kind);
  }
  return parts;
}

void WireEditor::corrupt(std::uint32_t packet, query::Section::Kind part) {
  const auto frame = session_.frame(packet);
  if (!frame) return;
  for (const query::Section& section : query::sections_of(*frame)) {
    if (section.kind != part || section.end <= section.begin) continue;
    WireEdit edit;
    edit.kind = Kind::corrupt;
    edit.packet = packet;
    edit.offset = telling_byte(section);
    return add({edit});
  }
}

void WireEditor::move(std::uint32_t packet, std::uint32_t behind, std::uint32_t in_front_of) {
  if (packet == behind || packet == in_front_of) return;
  WireEdit edit;
  edit.kind = Kind::reorder;
  edit.packet = packet;
  edit.behind = behind != 0 ? behind : in_front_of;
  Edits edits{edit};
  if (behind == 0) {  // to be the first: it goes behind the first one, at whose time that then follows
    edit.packet = in_front_of;
    edit.behind = packet;
    edits.push_back(edit);
  }
  add(edits);
}

void WireEditor::undo() {
  if (undo_.empty()) return;
  redo_.push_back(wanted_);
  Edits before = std::move(undo_.back());
  undo_.pop_back();
  run(std::move(before));
}

void WireEditor::redo() {
  if (redo_.empty()) return;
  undo_.push_back(wanted_);
  Edits after = std::move(redo_.back());
  redo_.pop_back();
  run(std::move(after));
}

void WireEditor::clear() {
  if (wanted_.empty()) return;
  undo_.push_back(wanted_);
  redo_.clear();
  run({});
}

bool WireEditor::is_coming(std::uint32_t packet) const {
  if (!session_.is_open()) return false;
  const auto row = session_.trace().row_of(packet);
  if (!row) return false;
  const PacketRow found = session_.trace().packet(*row);
  if (found.fate == Fate::own || found.fate == Fate::other_host || found.fate == Fate::unreadable)
    return false;
  return found.fate == Fate::coming || found.first_step >= session_.player().position();
}

QString WireEditor::words(const WireEdit& edit) {
  switch (edit.kind) {
    case Kind::drop:
      return tr("packet %1 is lost").arg(edit.packet);
    case Kind::duplicate:
      return edit.delay_ns == 0
                 ? tr("packet %1 comes twice").arg(edit.packet)
                 : tr("packet %1 comes again %2 later").arg(edit.packet).arg(duration_text(edit.delay_ns));
    case Kind::delay:
      return edit.delay_ns >= 0
                 ? tr("packet %1 comes %2 later").arg(edit.packet).arg(duration_text(edit.delay_ns))
                 : tr("packet %1 comes %2 earlier").arg(edit.packet).arg(duration_text(-edit.delay_ns));
    case Kind::reorder:
      return edit.behind == 0 ? tr("packet %1 comes first").arg(edit.packet)
                              : tr("packet %1 comes behind packet %2").arg(edit.packet).arg(edit.behind);
    case Kind::corrupt:
      return tr("packet %1 is damaged in byte %2").arg(edit.packet).arg(edit.offset);
  }
  return {};
}

QString WireEditor::command_line() const {
  QStringList options;
  for (const WireEdit& edit : wanted_)
    options << QStringLiteral("--edit \"%1\"").arg(QString::fromStdString(text_of(edit)));
  return options.join(QLatin1Char(' '));
}

}  // namespace ringside::ui
