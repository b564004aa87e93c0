// The fixtures of the session's tests: ann at a terminal or behind a pipe, and the server's side of the
// conversation.

#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "client/chat/session.h"
#include "tests/client/chat/conversation.h"

namespace parley::client::test {

using Kind = Notice::Kind;

inline constexpr auto* kOwnId = "own";

class SessionTest : public ::testing::Test {
 protected:
  explicit SessionTest(bool terminal = true)
      : session_({.credentials = {.name = "ann"},
                  .may_rename = terminal,
                  .room = "lobby",
                  .only_room = !terminal,
                  .id_prefix = "prefix",
                  .recent = terminal ? std::size_t{20} : 0}),
        server_(session_) {}

  void Greet(const std::string& id = kOwnId) {
    session_.Connected();
    server_.Expect<protocol::Hello>();
    server_.Reply(WelcomeAs(id, "ann"));
  }
  protocol::Join Join(const protocol::Joined& joined) {
    auto join = server_.Expect<protocol::Join>();
    server_.Reply(joined);
    return join;
  }
  // In the lobby, whose newest message is `last`; nothing was told yet.
  void Begin(protocol::Sequence last = 0) {
    Greet();
    protocol::Joined joined = JoinedTo("lobby", last);
    joined.members = {MemberCalled("bob"), MemberCalled("Ann Lee")};
    joined.members.push_back(MemberCalled("ann"));
    joined.members.back().id = kOwnId;
    joined.count = 3;
    Join(joined);
    session_.TakeNotices();
  }
  void Reconnect(const std::string& id = "own-again") {
    server_.Forget();
    session_.Disconnected();
    session_.TakeNotices();
    Greet(id);
  }

  // Texts of the notices of these kinds, in order.
  std::vector<std::string> Told(std::initializer_list<Kind> kinds) {
    std::vector<std::string> texts;
    for (const Notice& notice : session_.TakeNotices()) {
      if (std::find(kinds.begin(), kinds.end(), notice.kind) != kinds.end()) texts.push_back(notice.text);
    }
    return texts;
  }
  std::vector<std::string> Messages() { return Told({Kind::kMessage}); }

  Session session_;
  Conversation<Session> server_;
};

class PipeSessionTest : public SessionTest {
 protected:
  PipeSessionTest() : SessionTest(false) {}
};

}  // namespace parley::client::test
