// A session of ann's that enters the room "lobby", and the server's side of it.

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "client/chat/session.h"
#include "tests/client/chat/conversation.h"

namespace parley::client::test {

class SessionFixture : public ::testing::Test {
 protected:
  static constexpr const char* kId = "id-of-ann";

  SessionFixture()
      : session_({.credentials = {.name = "ann"}, .room = "lobby", .id_prefix = "p", .recent = 20}),
        server_(session_) {}

  // Up to the join, which is not answered yet. `features`: what the server offers.
  protocol::Join Greet(std::vector<std::string> features) {
    session_.Connected();
    server_.Expect<protocol::Hello>();
    protocol::Welcome welcome = WelcomeAs(kId, "ann");
    welcome.author = "author-of-ann";
    welcome.features = std::move(features);
    server_.Reply(welcome);
    return server_.Expect<protocol::Join>();
  }
  // Into the room, whose newest message is the last of these.
  void Enter(std::vector<std::string> features, const std::vector<protocol::MessageEvent>& messages) {
    Greet(std::move(features));
    server_.Reply(JoinedTo("lobby", messages.back().seq, messages));
  }
  static protocol::MessageEvent Own(protocol::Sequence seq, std::string text) {
    return MessageFrom(kId, "ann", seq, std::move(text));
  }
  static std::vector<std::string> TextsOf(const std::vector<Notice>& notices) {
    std::vector<std::string> texts;
    for (const Notice& notice : notices) texts.push_back(notice.text);
    return texts;
  }
  std::vector<std::string> Texts() { return TextsOf(session_.TakeNotices()); }

  Session session_;
  Conversation<Session> server_;
};

}  // namespace parley::client::test
