// A value or the reason why there is none. Errors carry an id and values, never a sentence: the words
// stand in the catalogue under resources/.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ringside {

/// What went wrong and where. `id` is a key of the catalogue's "error" section; `args` fill its places.
struct Error {
  std::string id;
  std::string file;
  std::uint64_t packet = 0;  ///< frame number in the file, from 1; 0 if not about a packet
  int line = 0;              ///< line in the file, from 1; 0 if not about a line
  int column = 0;            ///< column, from 1; 0 if unknown
  std::vector<std::pair<std::string, std::string>> args;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  explicit operator bool() const { return state_.index() == 0; }
  T& value() { return std::get<0>(state_); }
  const T& value() const { return std::get<0>(state_); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace ringside
