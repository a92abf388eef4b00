#include "core/live/sandbox.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "core/live/tap_device.h"

namespace ringside::live {

namespace {

bool write_file(const char* path, const char* text, std::size_t size) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool all = write(fd, text, size) == static_cast<ssize_t>(size);
  const int code = errno;
  close(fd);
  errno = code;
  return all;
}

bool write_file(const char* path, const std::string& text) {
  return write_file(path, text.data(), text.size());
}

/// The caller is root in there, and nobody else is anybody.
bool map_ids(uid_t uid, gid_t gid) {
  return write_file("/proc/self/setgroups", "deny") &&
         write_file("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1") &&
         write_file("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1");
}

/// errno, or 0.
int enter() {
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 && map_ids(uid, gid)) return 0;
  const int code = errno;
  // Root needs no user namespace.
  return uid == 0 && unshare(CLONE_NEWNET) == 0 ? 0 : code;
}

std::optional<Error> denied(int code) {
  if (code == 0) return std::nullopt;
  Error error;
  error.id = "sandbox.denied";
  error.args.emplace_back("detail", std::strerror(code));
  return error;
}

}  // namespace

std::optional<Error> enter_sandbox() {
  if (auto error = denied(enter())) return error;
  return set_up("lo");
}

std::optional<Error> try_sandbox() {
  const pid_t pid = fork();
  if (pid < 0) return denied(errno);
  if (pid == 0) _exit(enter());
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return denied(WIFEXITED(status) ? WEXITSTATUS(status) : EPERM);
}

}  // namespace ringside::live
