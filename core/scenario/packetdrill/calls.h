// The system calls of packetdrill.
#pragma once
#include <string_view>

namespace ringside::packetdrill {

/// True if the language has the call and the model is meant to have it: socket, read, epoll_wait, ...
bool is_modelled_call(std::string_view name);

}  // namespace ringside::packetdrill
