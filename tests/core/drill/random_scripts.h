// packetdrill scripts made up at random: what a peer and an application may do to a connection, sense or not.
// Nothing is expected of the kernel but that the laws hold.
#pragma once
#include <cstdint>
#include <string>

namespace ringside::test {

/// The same seed always gives the same script.
std::string random_script(std::uint64_t seed);

}  // namespace ringside::test
