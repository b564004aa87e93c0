// A bot: greets people who join, and answers `!time`.
//
//     bot [HOST:PORT [ROOM]]

#include <iostream>
#include <string>

#include "client/chat/session.h"
#include "client/chat/session_loop.h"
#include "common/base/clock.h"
#include "common/base/endpoint.h"
#include "common/base/random.h"

using parley::client::Notice;

int main(int argc, char** argv) {
  const auto server = parley::ParseEndpoint(argc > 1 ? argv[1] : "localhost", 8080);
  if (!server) {
    std::cerr << "usage: bot [HOST:PORT [ROOM]]\n";
    return 2;
  }
  parley::client::Session session({.credentials = {.name = "bot", .agent = "bot/1"},
                                   .room = argc > 2 ? argv[2] : "lobby",
                                   .only_room = true,
                                   .id_prefix = parley::RandomToken(12)});
  parley::client::SessionLoop loop(session, *server);
  while (loop.Turn()) {
    for (const Notice& notice : session.TakeNotices()) {
      const std::string joined = " joined";
      if (notice.kind == Notice::Kind::kPresence && notice.text.ends_with(joined)) {
        session.Say("Welcome, " + notice.text.substr(0, notice.text.size() - joined.size()) + "!");
      } else if (notice.kind == Notice::Kind::kMessage && notice.text == "!time") {
        session.Say(notice.who + ": " + parley::FormatTime(parley::ReadSystemClock().wall));
      } else if (notice.kind == Notice::Kind::kProblem) {
        std::cerr << notice.text << '\n';
      }
    }
  }
  std::cerr << "bot: " << *loop.failure() << '\n';
  return 1;
}
