// FairQueue holds logins that wait for the hashing of their password. The logins of one guesser come one
// after the other, and the guessers take turns. So a guesser who tries a thousand names at once delays others
// by one hash in each round, not by a thousand. One thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

namespace parley {

class FairQueue {
 public:
  void Push(const std::string& guesser, std::uint64_t ticket);
  // The next login, or nothing if none waits.
  std::optional<std::uint64_t> Pop();
  // Whether it waited.
  bool Erase(const std::string& guesser, std::uint64_t ticket);

 private:
  struct Line {
    std::string guesser;
    std::deque<std::uint64_t> tickets;  // never empty
  };
  using Lines = std::list<Line>;
  void Remove(Lines::iterator line);

  Lines lines_;  // the guesser whose turn is next is at the front
  std::unordered_map<std::string, Lines::iterator> by_guesser_;
};

}  // namespace parley
