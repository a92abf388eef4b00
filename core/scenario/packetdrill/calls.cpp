#include "core/scenario/packetdrill/calls.h"

#include <algorithm>

namespace ringside::packetdrill {
namespace {

// Sorted. Of packetdrill's calls these stay outside the model: cap_set, psp_rx_assoc, psp_tx_assoc. accept4
// is not packetdrill's.
constexpr std::string_view modelled[] = {
    "accept",     "accept4",    "bind",     "close",   "connect", "epoll_create", "epoll_ctl", "epoll_wait",
    "fcntl",      "getsockopt", "ioctl",    "listen",  "open",    "pipe",         "poll",      "read",
    "readv",      "recv",       "recvfrom", "recvmsg", "send",    "sendfile",     "sendmsg",   "sendto",
    "setsockopt", "shutdown",   "socket",   "splice",  "write",   "writev"};
static_assert(std::ranges::is_sorted(modelled));

}  // namespace

bool is_modelled_call(std::string_view name) { return std::ranges::binary_search(modelled, name); }

}  // namespace ringside::packetdrill
