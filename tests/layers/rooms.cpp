#include "tests/layers/rooms.h"

namespace ringside::layers {

const std::vector<Room>& rooms() {
  static const std::vector<Room> all = {
      {"core/base", {}, "the vocabulary: everyone may know it, it knows nobody"},
      {"core/wire", {"core/base"}, "bytes and their meaning, without any host that would react to them"},
      {"core/nic",
       {"core/base", "core/wire"},
       "frames from a file or a device; who receives them is not its affair"},
      {"core/profiles/functions", {}, "the kernel functions' names and files, as lines of a table"},
      {"core/model",
       {"core/base", "core/wire", "core/profiles/functions"},
       "plain data with the kernel's field names; nothing in it acts"},
      {"core/scenario",
       {"core/base", "core/wire", "core/nic", "core/model"},
       "the whole input as one value: it names what shall be run, and runs nothing"},
      {"core/machine",
       {"core/base", "core/wire", "core/model", "core/profiles"},
       "CPUs, interrupts and time serve any kernel code; what that code does they learn by function "
       "pointers"},
      {"core/kernel",
       {"core/base", "core/wire", "core/model", "core/machine", "core/profiles"},
       "the path itself; it must not know what was put in (scenario) nor that somebody watches (trace)"},
      {"core/profiles",
       {"core/base", "core/wire", "core/model", "core/machine", "core/kernel"},
       "one file per seam holds both kernels' variants, which are kernel code and call kernel code"},
      {"core/trace",
       {"core/base", "core/wire", "core/model", "core/profiles"},
       "what happened, as data; it could be read back on a host that has no engine"},
      {"core/apps",
       {"core/base", "core/wire", "core/nic", "core/scenario", "core/model", "core/machine", "core/kernel",
        "core/profiles", "resources"},
       "the programs on the modelled host: they make system calls and read what the scenario asked of them; "
       "the page that one of them serves is a resource"},
      {"core/drill",
       {"core/base", "core/wire", "core/nic", "core/scenario", "core/model", "core/machine", "core/kernel",
        "core/profiles", "core/apps", "core/trace", "core/engine"},
       "plays a packetdrill script against the model and compares: a test bench that stands beside the "
       "engine"},
      {"core/engine",
       {"core/base", "core/wire", "core/nic", "core/apps", "core/scenario", "core/model", "core/machine",
        "core/kernel", "core/profiles", "core/trace"},
       "the one door: a scenario goes in, a trace comes out; hence it knows everyone behind it"},
      {"core/live",
       {"core/base", "core/wire", "core/nic", "core/scenario", "core/model", "core/machine", "core/profiles",
        "core/engine"},
       "a TAP device and the wall clock: the edge where a run meets the world; what comes in gets its stamps "
       "here"},
      {"core/playback",
       {"core/base", "core/wire", "core/model", "core/scenario", "core/profiles", "core/trace",
        "core/engine"},
       "a cursor on a trace; keyframes are re-run through the door"},
      {"core/query",
       {"core/base", "core/wire", "core/nic", "core/model", "core/trace"},
       "questions to a finished or growing run: filters, breakpoints, journeys; it reads, and moves nothing"},
      {"core/words",
       {"core/base", "core/wire", "core/model", "core/profiles", "core/scenario", "core/trace", "resources"},
       "reads the catalogue: fills the values of a step, an error or a place into its sentence"},
      {"resources", {"core/base"}, "words for the ids of the core"},
      {"ui",
       {"core/base", "core/wire", "core/nic", "core/scenario", "core/model", "core/profiles", "core/trace",
        "core/drill", "core/apps", "core/playback", "core/query", "core/engine", "core/live", "core/words",
        "resources"},
       "shows what the core says; core/kernel and core/machine are reached through core/engine only"},
      {"app",
       {"core/drill", "core/base", "core/wire", "core/nic", "core/scenario", "core/model", "core/profiles",
        "core/trace", "core/playback", "core/query", "core/engine", "core/live", "core/words", "resources",
        "ui"},
       "puts the programs together; core/kernel and core/machine are reached through core/engine only"},
      {"tests", {"core", "ui", "app", "resources"}, "tests look everywhere"},
  };
  return all;
}

const Room* room_of(std::string_view file) {
  const Room* found = nullptr;
  for (const Room& room : rooms()) {
    const bool inside =
        file.substr(0, room.path.size()) == room.path && file.substr(room.path.size(), 1) == "/";
    if (inside && (found == nullptr || room.path.size() > found->path.size())) found = &room;
  }
  return found;
}

}  // namespace ringside::layers
