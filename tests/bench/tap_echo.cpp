// What a TAP costs by itself: answers ARP and ICMP echo by swapping addresses in place, keeps nothing, models
// nothing. tests/bench/live compares the modelled host with it. Usage: tap_echo COMMAND..., inside a network
// namespace in which it may make devices.
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <utility>

#include "core/live/tap_device.h"

namespace {

using Frame = std::array<unsigned char, 65600>;
constexpr std::size_t kLinkHeader = 14, kIpHeader = 20;
constexpr unsigned char kOwnMac[] = {2, 0, 10, 66, 0, 2};

void swap_bytes(Frame& f, std::size_t a, std::size_t b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) std::swap(f[a + i], f[b + i]);
}

/// True: it is now the answer.
bool answer(Frame& f, std::size_t size) {
  const bool arp = f[12] == 8 && f[13] == 6, ip = f[12] == 8 && f[13] == 0;
  if (arp && size >= 42 && f[21] == 1) {
    f[21] = 2;
    swap_bytes(f, 22, 32, 10);
    std::memcpy(&f[22], kOwnMac, 6);
  } else if (ip && size > kLinkHeader + kIpHeader + 8 && f[23] == 1 && f[kLinkHeader + kIpHeader] == 8) {
    f[kLinkHeader + kIpHeader] = 0;  // echo reply; the checksum grows by what the type has lost
    unsigned sum = f[36] * 256u + f[37] + 0x0800u;
    sum = (sum & 0xffff) + (sum >> 16);
    f[36] = static_cast<unsigned char>(sum >> 8);
    f[37] = static_cast<unsigned char>(sum);
    swap_bytes(f, 26, 30, 4);
  } else {
    return false;
  }
  std::memcpy(&f[0], &f[6], 6);
  std::memcpy(&f[6], kOwnMac, 6);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace ringside::live;
  auto tap = TapDevice::open("ringside0");
  if (argc < 2 || !tap || configure("ringside0", *parse_tap_address("10.66.0.1/24"))) {
    std::fprintf(stderr, "tap_echo: no TAP here, or no command\n");
    return 77;
  }
  const pid_t child = fork();
  if (child == 0) {
    execvp(argv[1], argv + 1);
    _exit(127);
  }
  Frame frame;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    pollfd poll_fd{(*tap)->fd(), POLLIN, 0};
    poll(&poll_fd, 1, 50);
    for (ssize_t n = 0; (n = read((*tap)->fd(), frame.data(), frame.size())) > 0;)
      if (answer(frame, static_cast<std::size_t>(n)) &&
          write((*tap)->fd(), frame.data(), static_cast<std::size_t>(n)) < 0)
        return 1;
  }
  return WEXITSTATUS(status);
}
