#include "core/live/tap_helper.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace ringside::live {

namespace {

constexpr const char* kProgram = "ringside-tap-helper";

Error helper_error(const char* id, const std::string& detail) {
  Error error;
  error.id = id;
  error.args.emplace_back("detail", detail);
  return error;
}

/// What the helper has to say, to its end.
std::string read_all(int fd) {
  std::string text;
  std::array<char, 512> piece;
  for (ssize_t n = 0; (n = read(fd, piece.data(), piece.size())) > 0;)
    text.append(piece.data(), static_cast<std::size_t>(n));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

struct Pipes {
  int socket[2] = {-1, -1}, words[2] = {-1, -1};
  ~Pipes() {
    for (const int fd : {socket[0], socket[1], words[0], words[1]})
      if (fd >= 0) close(fd);
  }
  bool open() {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, socket) == 0 && pipe2(words, O_CLOEXEC) == 0;
  }
  void close_theirs() {
    for (int* fd : {&socket[1], &words[1]}) {
      close(*fd);
      *fd = -1;
    }
  }
};

pid_t start(const std::string& program, const std::vector<std::string>& arguments, const Pipes& pipes) {
  std::vector<char*> argv;
  std::string own = program;
  argv.push_back(own.data());
  std::vector<std::string> copies = arguments;
  for (std::string& text : copies) argv.push_back(text.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipes.words[1], STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, pipes.socket[1], kHelperSocket);
  char* environment[] = {nullptr};
  pid_t pid = -1;
  if (posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environment) != 0) pid = -1;
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

}  // namespace

bool pass_descriptor(int socket, int fd) {
  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  return sendmsg(socket, &message, MSG_NOSIGNAL) == 1;
}

int receive_descriptor(int socket) {
  char byte = 0;
  iovec data{&byte, 1};
  int fd = -1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t n = 0;
  do n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  const cmsghdr* header = n == 1 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return fd;
}

std::string find_helper() {
  std::error_code code;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", code);
  std::vector<std::string> folders;
  if (!code) folders.push_back(self.parent_path().string());
  const char* path = std::getenv("PATH");
  for (std::string_view rest = path != nullptr ? path : ""; !rest.empty();) {
    const auto colon = rest.find(':');
    folders.emplace_back(rest.substr(0, colon));
    rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
  }
  for (const std::string& folder : folders) {
    const std::string file = folder + '/' + kProgram;
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

Result<std::unique_ptr<TapDevice>> open_by_helper(const std::string& name,
                                                  const std::vector<std::string>& addresses) {
  const std::string program = find_helper();
  if (program.empty()) return helper_error("tap.helper_missing", kProgram);
  Pipes pipes;
  if (!pipes.open()) return helper_error("tap.helper", std::strerror(errno));
  std::vector<std::string> arguments = {name};
  arguments.insert(arguments.end(), addresses.begin(), addresses.end());
  const pid_t pid = start(program, arguments, pipes);
  if (pid < 0) return helper_error("tap.helper", std::strerror(errno));
  pipes.close_theirs();
  const int fd = receive_descriptor(pipes.socket[0]);
  const std::string words = read_all(pipes.words[0]);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (fd < 0) return helper_error("tap.helper", words);
  return TapDevice::adopt(fd);
}

}  // namespace ringside::live
