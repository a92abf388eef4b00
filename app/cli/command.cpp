#include "app/cli/command.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace ringside::cli {

Result<Command> Command::prepare(const std::vector<std::string>& words) {
  const auto failed = [&] {
    Error error;
    error.id = "sandbox.command";
    error.args = {{"value", words.front()}, {"detail", std::strerror(errno)}};
    return error;
  };
  int gate[2];
  if (pipe2(gate, O_CLOEXEC) != 0) return failed();
  const pid_t pid = fork();
  if (pid < 0) return failed();
  if (pid == 0) {
    close(gate[1]);
    char go = 0;
    if (read(gate[0], &go, 1) != 1) _exit(0);
    signal(SIGPIPE, SIG_DFL);
    std::vector<char*> argv;
    std::vector<std::string> copies = words;
    for (std::string& word : copies) argv.push_back(word.data());
    argv.push_back(nullptr);
    execvp(argv[0], argv.data());
    std::fprintf(stderr, "ringside-cli: '%s' cannot be run: %s\n", argv[0], std::strerror(errno));
    _exit(127);
  }
  close(gate[0]);
  Command command;
  command.pid_ = pid;
  command.gate_ = gate[1];
  return command;
}

void Command::start() {
  const char go = 1;
  if (write(gate_, &go, 1) != 1) std::perror("ringside-cli");
  close(std::exchange(gate_, -1));
}

void Command::abandon() {
  if (gate_ >= 0) close(std::exchange(gate_, -1));
  wait();
}

int Command::wait() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace ringside::cli
