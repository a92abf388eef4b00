// What both programs do when memory has run out where no error can be reported any more: a word, and the end.
#pragma once
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <new>
#include <system_error>

namespace ringside {

/// Exit code of a program that ends so.
inline constexpr int kOutOfMemory = 3;

/// Code that may not throw (a destructor, a slot of the window) has met std::bad_alloc: nothing may be
/// allocated here.
inline void end_with_a_word() {
  if (const auto problem = std::current_exception()) {
    try {
      try {
        std::rethrow_exception(problem);
      } catch (const std::system_error& refused) {
        // A thread's stack did not fit.
        if (refused.code() != std::errc::resource_unavailable_try_again) throw;
        throw std::bad_alloc();
      }
    } catch (const std::bad_alloc&) {
      static constexpr char kWord[] = "ringside: out of memory\n";
      [[maybe_unused]] const auto written = write(STDERR_FILENO, kWord, sizeof kWord - 1);
      _exit(kOutOfMemory);
    } catch (...) {
      std::abort();
    }
  }
  std::abort();
}

}  // namespace ringside
