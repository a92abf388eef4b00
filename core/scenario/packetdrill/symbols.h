// The names that strace and packetdrill use for Linux's numbers (x86-64's values, which the generic ABI
// shares but for a few): include/uapi of both kernels.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace ringside::packetdrill {

/// Value of SOL_SOCKET, O_NONBLOCK, EAGAIN, ...; nothing for a name not in the table.
std::optional<std::int64_t> symbol_value(std::string_view name);

/// EAGAIN for 11; empty for a number without a name.
std::string_view errno_name(int number);

/// Number of an errno name, nothing if it is none (SOL_SOCKET is none).
std::optional<int> errno_value(std::string_view name);

/// strerror's words as glibc has them, for printing a call that failed; empty if unknown.
std::string_view errno_text(int number);

}  // namespace ringside::packetdrill
