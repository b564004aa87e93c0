// SessionLoop runs one Session over a connection of its own, for a program without a terminal. It connects,
// connects again after a loss, and gives up connections whose other end no longer answers.
//
//     Session session({.credentials = {.name = "bot"}, .room = "lobby", .id_prefix = RandomToken(12)});
//     SessionLoop loop(session, {"localhost", 8080});
//     while (loop.Turn()) {
//       for (const Notice& notice : session.TakeNotices()) ...
//     }
//
// The Session and the Trust must outlive it. One thread; only Wake may be called from another one.

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "client/chat/session.h"
#include "common/base/clock.h"
#include "common/base/endpoint.h"

namespace parley::client {

class Trust;

class SessionLoop {
 public:
  // `trust`: TLS, with the servers that it trusts; null: plain. Throws std::system_error if no descriptors
  // are left.
  SessionLoop(Session& session, const Endpoint& server, const Trust* trust = nullptr);
  ~SessionLoop();
  SessionLoop(const SessionLoop&) = delete;
  SessionLoop& operator=(const SessionLoop&) = delete;

  // Sends what the session has to send, waits until something happens, at most `timeout` (nothing: without
  // end), and handles it. False once the program cannot go on: failure() says why.
  bool Turn(std::optional<Duration> timeout = std::nullopt);
  // Ends a Turn that waits.
  void Wake();
  // Leaves every room and closes the connection. Waits until the server has everything, at most 5 s; false if
  // that is not certain.
  bool Leave();

  // Why the session cannot go on: it failed, or the server is not to be trusted.
  [[nodiscard]] const std::optional<std::string>& failure() const;
  // Why there is no connection; empty while there is one. The next attempt follows by itself.
  [[nodiscard]] const std::string& why_down() const;

 private:
  class Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace parley::client
