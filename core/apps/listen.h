// What every server does first: socket, options, bind, listen; and the calls it is made of.
#pragma once
#include <initializer_list>

#include "core/apps/options.h"
#include "core/machine/machine.h"

namespace ringside {

/// Words of a listening Process::app: its address family (4, 6) and port go in, its descriptor comes out.
enum ListenWord : std::size_t { kPort = 0, kFamily = 1, kListener = 2, kPhase = 7 };
/// kPhase once it listens.
inline constexpr std::int64_t kListening = 6;

Syscall call_of(Sys nr, std::int64_t fd, std::initializer_list<std::int64_t> arguments = {});
Syscall socket_call(std::int64_t family, int type);

/// Makes a listening socket, one system call a turn; true when it listens (kPhase is then kListening).
bool listening(Kernel& k, const Process& p, const AppOptions& options);

}  // namespace ringside
