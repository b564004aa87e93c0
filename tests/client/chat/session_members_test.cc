// Who comes, who goes, and what else a member is told of a room.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/chat/session_test.h"

namespace parley::client {
namespace {

using test::Kind;
using test::kOwnId;
using test::MemberCalled;
using test::SessionTest;
using ::testing::ElementsAre;

TEST_F(SessionTest, TellsWhoComesAndGoesButNotOneself) {
  Begin();
  protocol::MemberInfo self = MemberCalled("ann");
  self.id = kOwnId;
  server_.Tell(protocol::MemberJoined{"lobby", self});
  server_.Tell(protocol::MemberJoined{"lobby", MemberCalled("eve")});
  EXPECT_EQ(session_.current()->count(), 4U);
  protocol::MemberInfo bob = MemberCalled("bob");
  bob.hand = true;
  server_.Tell(protocol::MemberChanged{"lobby", bob});
  server_.Tell(protocol::MemberLeft{"lobby", "id-of-eve", "eve", "left"});
  server_.Tell(protocol::MemberLeft{"lobby", "id-of-bob", "bob", "lost"});
  EXPECT_THAT(Told({Kind::kPresence}),
              ElementsAre("eve joined", "bob raised a hand", "eve left", "bob left (connection lost)"));
  EXPECT_EQ(session_.current()->count(), 2U);
  EXPECT_EQ(session_.current()->FindByName("bob"), nullptr);
}

TEST_F(SessionTest, TellsWhatChangesInTheRoom) {
  Begin();
  protocol::RoomChanged change;
  change.room = "lobby";
  change.topic = "tea";
  server_.Tell(change);
  change.topic.reset();
  change.locked = true;
  server_.Tell(change);
  change.locked.reset();
  change.count = 500;
  server_.Tell(change);
  EXPECT_THAT(Told({Kind::kPresence}), ElementsAre("the topic is now: tea", "the room is locked now"));
  EXPECT_EQ(session_.current()->topic(), "tea");
  EXPECT_EQ(session_.current()->count(), 500U);
}

TEST_F(SessionTest, MentionsWhispersAndRequestsToHostsRing) {
  Begin();
  const auto rings = [&] {
    std::vector<bool> each;
    for (const Notice& notice : session_.TakeNotices()) each.push_back(notice.rings);
    return each;
  };
  const auto says = [&](protocol::Sequence seq, const char* text) {
    server_.Tell(protocol::MessageEvent{.room = "lobby",
                                        .seq = seq,
                                        .time = {},
                                        .from = {"id-of-bob", "bob"},
                                        .text = text,
                                        .id = std::nullopt});
  };
  server_.Tell(protocol::WhisperEvent{{"id-of-bob", "bob"}, kOwnId, {}, "psst"});
  says(1, "good morning");
  says(2, "@ann look");
  EXPECT_EQ(rings(), (std::vector{true, false, true}));

  protocol::MemberInfo bob = MemberCalled("bob"), own = MemberCalled("ann");
  own.id = kOwnId;
  bob.hand = true;
  server_.Tell(protocol::MemberChanged{"lobby", bob});
  EXPECT_EQ(rings(), std::vector{false}) << "a hand is for hosts";
  own.role = protocol::Role::kHost;
  server_.Tell(protocol::MemberChanged{"lobby", own});
  bob.hand = false;
  server_.Tell(protocol::MemberChanged{"lobby", bob});
  rings();
  bob.hand = true;
  server_.Tell(protocol::MemberChanged{"lobby", bob});
  own.hand = true;
  server_.Tell(protocol::MemberChanged{"lobby", own});
  server_.Tell(protocol::WaitingEvent{"lobby", {{.id = "w", .name = "Zoë"}}});
  EXPECT_EQ(rings(), (std::vector{true, false, true}));
}

TEST_F(SessionTest, AWhisperIsToldAsOne) {
  Begin();
  server_.Tell(protocol::WhisperEvent{{"id-of-bob", "bob"}, kOwnId, {}, "psst"});
  const std::vector<Notice> notices = session_.TakeNotices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].kind, Kind::kWhisper);
  EXPECT_EQ(notices[0].who, "bob");
}

}  // namespace
}  // namespace parley::client
