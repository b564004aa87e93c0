// How a benchmark speaks with one kind of server: what to say to be among those who hear each other, how to
// tell that one is, and what a message looks like.
//
// What comes back need not be understood: every text carries a mark, its sender and its number, and these are
// looked for in the bytes.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace parley::bench {

class Dialect {
 public:
  virtual ~Dialect() = default;

  // What the peer with this number says first, to be in `room`.
  [[nodiscard]] virtual std::string Greeting(std::size_t peer, std::string_view room) const = 0;
  // Stands in what comes once the peer is in; empty: nothing comes.
  [[nodiscard]] virtual std::string_view ready() const = 0;
  [[nodiscard]] virtual std::string Message(std::string_view room, std::string_view text) const = 0;
  // Whether one hears only the room one is in.
  [[nodiscard]] virtual bool rooms() const { return true; }
  // Whether a sender gets its own messages back.
  [[nodiscard]] virtual bool echo() const { return false; }

  // raw, bare (limit and PHP), lines, websocket, frames (a WebSocket server that passes on all texts), redis,
  // nats, mqtt, irc. Throws where there is no such.
  static std::unique_ptr<Dialect> Called(const std::string& name);
};

}  // namespace parley::bench
