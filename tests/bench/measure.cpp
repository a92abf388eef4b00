// Runs a command some times and prints its best time and highest memory: measure TIMES COMMAND...
// Output: wall seconds, CPU seconds (both of the best run), peak of resident memory in kB. What the command
// prints is thrown away. Exit code: the command's if it fails.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace {

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

[[noreturn]] void become(char** command) {
  const int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere >= 0) dup2(nowhere, STDOUT_FILENO);
  execvp(command[0], command);
  std::perror(command[0]);
  _exit(127);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: measure TIMES COMMAND...\n");
    return 2;
  }
  double wall = 1e9, cpu = 0;
  long peak_kb = 0;
  for (int left = std::max(std::atoi(argv[1]), 1); left > 0; --left) {
    const auto start = std::chrono::steady_clock::now();
    const pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) become(argv + 2);
    int status = 0;
    rusage used{};
    if (wait4(child, &status, 0, &used) != child) return 1;
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (!WIFEXITED(status)) return 1;
    if (WEXITSTATUS(status) != 0) return WEXITSTATUS(status);
    peak_kb = std::max(peak_kb, used.ru_maxrss);
    if (took >= wall) continue;
    wall = took;
    cpu = seconds(used.ru_utime) + seconds(used.ru_stime);
  }
  std::printf("%.4f %.4f %ld\n", wall, cpu, peak_kb);
  return 0;
}
