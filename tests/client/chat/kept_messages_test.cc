#include "client/chat/kept_messages.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/client/chat/conversation.h"

namespace parley::client {
namespace {

using test::MessageFrom;

class KeptMessagesTest : public ::testing::Test {
 protected:
  KeptMessagesTest() {
    kept_.Put(MessageFrom("a", "ann", 7, "seven"), true);
    kept_.Put(MessageFrom("b", "bob", 8, "eight\nand more"), false);
    kept_.Saw(9);  // which is not shown here
  }
  static protocol::MessageChanged Change(protocol::Sequence seq, protocol::Revision rev, std::string text) {
    protocol::MessageChanged change;
    change.seq = seq;
    change.text = std::move(text);
    change.state.rev = rev;
    return change;
  }
  KeptMessages kept_;
};

TEST_F(KeptMessagesTest, ANumberCountsBackFromTheNewest) {
  EXPECT_EQ(kept_.Resolve("1"), 9U);
  EXPECT_EQ(kept_.Resolve("3"), 7U);
  EXPECT_EQ(kept_.Resolve("#7"), 7U);
  EXPECT_EQ(kept_.Back(7), 3U);
  EXPECT_EQ(kept_.Back(9), 1U);
  for (const char* const none : {"0", "10", "#10", "#0", "", "#", "x", "1x", "-1"}) {
    EXPECT_EQ(kept_.Resolve(none), std::nullopt) << none;
  }
}

TEST_F(KeptMessagesTest, OfATextTheBeginningIsKept) {
  EXPECT_EQ(kept_.Find(7)->excerpt, "seven");
  EXPECT_EQ(kept_.Find(8)->excerpt, "eight...");
  EXPECT_EQ(Excerpt(std::string(100, 'x')), std::string(60, 'x') + "...");
}

TEST_F(KeptMessagesTest, AChangeIsReportedOnce) {
  const auto before = kept_.Apply(Change(8, 3, "acht"));
  ASSERT_TRUE(before);
  EXPECT_EQ(before->excerpt, "eight...");
  EXPECT_EQ(kept_.Find(8)->excerpt, "acht");
  EXPECT_FALSE(kept_.Apply(Change(8, 3, "acht")));
  EXPECT_FALSE(kept_.Apply(Change(8, 2, "older")));
  EXPECT_FALSE(kept_.Apply(Change(5, 9, "not kept")));
  kept_.Put(MessageFrom("b", "bob", 8, "eight"), false);  // an old page, read before the change
  EXPECT_EQ(kept_.Find(8)->excerpt, "acht");
}

TEST_F(KeptMessagesTest, TheNewestOwnMessageIsFoundUnlessItIsDeleted) {
  EXPECT_EQ(kept_.NewestOwn(), 7U);
  auto change = Change(7, 1, "");
  change.state.deleted = true;
  kept_.Apply(change);
  EXPECT_EQ(kept_.NewestOwn(), std::nullopt);
  EXPECT_EQ(kept_.Find(7)->excerpt, "(deleted)");
}

TEST_F(KeptMessagesTest, TheOldestAreDropped) {
  for (protocol::Sequence seq = 10; seq < 10 + KeptMessages::kMost; ++seq) {
    kept_.Put(MessageFrom("b", "bob", seq, "x"), false);
  }
  EXPECT_EQ(kept_.Find(7), nullptr);
  EXPECT_EQ(kept_.Find(8), nullptr);
  kept_.Put(MessageFrom("b", "bob", 8, "from /history"), false);
  EXPECT_EQ(kept_.Find(8), nullptr) << "older than all that is kept";
  EXPECT_NE(kept_.Find(10), nullptr);
}

TEST_F(KeptMessagesTest, TheUsersOwnVotesAreNotForgotten) {
  auto poll = MessageFrom("a", "ann", 10, "Lunch?");
  protocol::MessageState state;
  state.poll = protocol::Poll{.question = "Lunch?", .options = {"A", "B"}, .counts = {0, 0}};
  state.poll->mine = {1};
  poll.state = std::make_shared<const protocol::MessageState>(state);
  kept_.Put(poll, true);
  EXPECT_EQ(kept_.NewestPoll(), 10U);
  EXPECT_EQ(kept_.NewestOwn(), 10U);
  EXPECT_EQ(kept_.NewestOwnText(), 7U) << "a poll cannot be edited";
  auto change = Change(10, 4, "Lunch?");
  change.state.poll =
      protocol::Poll{.question = "Lunch?", .options = {"A", "B"}, .counts = {1, 1}, .closed = true};
  kept_.Apply(change);
  EXPECT_EQ(kept_.Find(10)->state.poll->mine, std::vector<std::size_t>{1});
  EXPECT_EQ(kept_.NewestPoll(), std::nullopt) << "it is closed";
}

}  // namespace
}  // namespace parley::client
