// The modelled kernel's entry points for the machine.
#pragma once
#include "core/machine/machine.h"

namespace ringside {

KernelEntry kernel_entry();

/// Runs (or resumes) the process's system call; true: it has ended, Process::call.result is set.
bool do_syscall(Kernel& k, ProcessId self);

}  // namespace ringside
