// Roster caches the list of members, as JSON, that newcomers to a large room get. Without it, ten thousand
// newcomers would cost two and a half million encoded members.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

struct Seat;

class Roster {
 public:
  // For `newcomer`, the last of `seats`, which are more than limits::kListedMembers: so many of them, the
  // one who came first in front, as the elements of a JSON array. Oneself, hosts, who is in the call, who
  // has a hand up, then the newest (docs/protocol.md, "Large rooms"). Valid until the next call.
  std::string_view For(const std::vector<Seat>& seats);
  // To be said when anything that it shows of anybody has changed, or somebody left.
  void Forget();

 private:
  struct Entry {
    std::size_t size;  // of its text, with the comma behind it
    bool prominent;
  };

  void Write(const std::vector<Seat>& seats);
  bool Add(const Seat& newcomer);
  void Append(const Seat& seat);

  std::size_t written_of_ = 0;  // seats that there were; 0: nothing is written
  std::vector<Entry> entries_;
  std::string text_;  // with a comma behind each
};

}  // namespace parley
