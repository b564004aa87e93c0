// People is the part of a Session that asks the server about members whom a large room does not list. Owned
// by the Session, whose state must outlive it.
//
// A command that names somebody waits until the server has said who is meant. Then its line is run again,
// while the room has the people who were found. One line is looked up at a time.

#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "client/chat/session_state.h"
#include "common/protocol/event.h"

namespace parley::client {

class People {
 public:
  explicit People(SessionState& state) : state_(state) {}

  // Whether there are members whom only the server knows, and it can be asked for them.
  [[nodiscard]] bool Hides(const Room& room) const;
  // Shows the members of the current room whose names have every one of `words`.
  void List(std::string_view words);
  // Looks for everybody in the current room with whose name `text` begins, or is (`whole`). After that,
  // `line` is to be run again.
  void Find(std::string_view text, bool whole, std::string line);
  // A line whose people are in Room::found_members now. Forget() is to be called when it has been run.
  std::optional<std::string> TakeLine();
  void Forget();
  // No line waits.
  [[nodiscard]] bool idle() const { return lookups_.empty(); }

  void On(const protocol::MembersReply& reply, const Asked& asked);
  // The server refused a lookup, and the person was told.
  void OnRefused(const Asked& asked);
  void Disconnected();

 private:
  struct Lookup {
    std::string room = {};   // its key
    std::string text = {};   // single spaces between the words
    std::string query = {};  // the words of it that are asked for
    std::string line = {};
    std::optional<std::string> after = {};  // the page that is asked for
    int pages = 0;                          // asked for after the first one
    bool done = false;
  };

  void Ask(const Lookup& lookup);
  void AskNext();
  void Show(const protocol::MembersReply& reply);

  SessionState& state_;
  std::deque<Lookup> lookups_;  // the first one is asked for
};

}  // namespace parley::client
