// What a person who comes back is told of changes, and what of it is marked as the person's own.

#include <gmock/gmock.h>

#include <set>
#include <string>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ReturnToChangesTest : public testing::Test {
 protected:
  static protocol::Join Back(protocol::Sequence since, protocol::Revision since_rev) {
    return {.room = "lab", .password = {}, .since = since, .since_rev = since_rev};
  }
  // A poll that Ben voted in, and reacted to.
  void AskAndVote() {
    ana_.Ask(protocol::NewPoll{"lab", "Tea?", {"yes", "no"}});
    ben_.Ask(protocol::Vote{"lab", 1, {1}});
    ben_.Ask(protocol::React{"lab", 1, "🎉", true});
    ana_.Ask(protocol::React{"lab", 1, "👍", true});
    house_.Quiet();
  }
  static void ExpectMarksOfBen(const protocol::MessageState& state) {
    ASSERT_TRUE(state.poll);
    ASSERT_TRUE(state.poll->mine);
    EXPECT_THAT(*state.poll->mine, ElementsAre(1U));
    ASSERT_THAT(state.reactions, SizeIs(2));
    EXPECT_TRUE(state.reactions[0].mine);
    EXPECT_FALSE(state.reactions[1].mine);
  }

  House house_;
  Person ana_ = house_.GuestIn("lab", "Ana");
  Person ben_ = house_.GuestIn("lab", "Ben");
};

TEST_F(ReturnToChangesTest, MoreChangesThanAReplyHoldsArePagedThrough) {
  const std::string large(limits::kTextBytes, 'x');
  constexpr protocol::Sequence kMessages = 20;
  for (protocol::Sequence seq = 1; seq <= kMessages; ++seq) {
    ben_.Say("lab", "a");
    ben_.Ask(protocol::Edit{"lab", seq, large});
    house_.Pass(std::chrono::seconds(1));
  }
  Person cid = house_.Guest("Cid");
  cid.Ask(Back(kMessages, 0));
  const auto joined = cid.Gets<protocol::Joined>();
  EXPECT_EQ(joined.rev, kMessages);
  EXPECT_TRUE(joined.changed_more);
  ASSERT_TRUE(joined.changed);
  std::set<protocol::Sequence> told;
  protocol::Revision rev = 0;
  const auto take = [&](const std::vector<protocol::MessageChanged>& changes) {
    for (const auto& change : changes) {
      EXPECT_EQ(change.state.rev, rev + 1) << "none is left out before the last one";
      rev = change.state.rev;
      told.insert(change.seq);
    }
  };
  take(*joined.changed);
  EXPECT_LT(told.size(), kMessages);
  for (bool more = true; more;) {
    cid.Ask(protocol::History{"lab", {}, {}, limits::kMaxHistory, rev});
    const auto page = cid.Gets<protocol::HistoryReply>();
    ASSERT_TRUE(page.changed);
    ASSERT_THAT(*page.changed, testing::Not(IsEmpty()));
    take(*page.changed);
    more = page.more;
  }
  EXPECT_THAT(told, SizeIs(kMessages));
}

TEST_F(ReturnToChangesTest, OwnReactionsAndVotesAreMarkedInJoined) {
  AskAndVote();
  ben_.Leave("lab");
  ben_.Join("lab");
  ExpectMarksOfBen(*ben_.Gets<protocol::Joined>().messages.front().state);
}

TEST_F(ReturnToChangesTest, OwnReactionsAndVotesAreMarkedInChanged) {
  AskAndVote();
  ben_.Leave("lab");
  ben_.Ask(Back(1, 0));
  const auto joined = ben_.Gets<protocol::Joined>();
  ASSERT_TRUE(joined.changed);
  ExpectMarksOfBen(joined.changed->front().state);
  ben_.Ask(protocol::History{"lab", {}, {}, limits::kMaxHistory, 0});
  ExpectMarksOfBen(ben_.Gets<protocol::HistoryReply>().changed->front().state);
}

TEST_F(ReturnToChangesTest, OwnReactionsAndVotesAreMarkedInHistoryAndFound) {
  AskAndVote();
  ben_.Ask(protocol::History{"lab", {}, {}});
  ExpectMarksOfBen(*ben_.Gets<protocol::HistoryReply>().messages.front().state);
  ben_.Ask(protocol::Search{"lab", "tea"});
  ExpectMarksOfBen(*ben_.Gets<protocol::FoundReply>().messages.front().state);
}

TEST_F(ReturnToChangesTest, AnEventMarksNothing) {
  AskAndVote();
  ana_.Ask(protocol::React{"lab", 1, "🎉", true});
  const auto event = ben_.Gets<protocol::MessageChanged>();
  EXPECT_FALSE(event.state.poll->mine);
  for (const auto& reaction : event.state.reactions) EXPECT_FALSE(reaction.mine);
}

TEST_F(ReturnToChangesTest, AJoinerDoesNotGetAnEarlierDelayedChange) {
  for (std::size_t i = 0; i < limits::kPromptMembers; ++i) {
    house_.GuestIn("lab", "Guest " + std::to_string(i) + "x");
  }
  ana_.Say("lab", "hi");
  house_.Quiet();
  ana_.Ask(protocol::React{"lab", 1, "👍", true});
  Person cid = house_.Guest("Cid");
  cid.Join("lab");
  EXPECT_THAT(cid.Hears().front(), testing::StartsWith("joined lab"));
  EXPECT_EQ(ben_.Hears().front(), "lab #1 @1: hi 👍1");
}

TEST_F(ReturnToChangesTest, BesideAGapThereIsWhatIsStillKept) {
  House house({}, 3);
  Person ana = house.GuestIn("lab", "Ana");
  for (int i = 0; i < 4; ++i) ana.Say("lab", "a");
  ana.Ask(protocol::Edit{"lab", 2, "2"});
  ana.Ask(protocol::Edit{"lab", 3, "3"});
  ana.Say("lab", "b");
  ana.Say("lab", "c");  // 4 to 6 are kept
  ana.Ask(protocol::Edit{"lab", 4, "4"});
  Person cid = house.Guest("Cid");
  cid.Ask(Back(2, 0));
  auto joined = cid.Gets<protocol::Joined>();
  EXPECT_TRUE(joined.gap);
  ASSERT_TRUE(joined.changed);
  EXPECT_THAT(*joined.changed, IsEmpty()) << "all up to `since` is gone";
  ASSERT_THAT(joined.messages, SizeIs(3));
  EXPECT_EQ(joined.messages.front().text, "4");
  cid.Leave("lab");
  cid.Ask(Back(4, 0));
  joined = cid.Gets<protocol::Joined>();
  EXPECT_FALSE(joined.gap);
  ASSERT_TRUE(joined.changed);
  ASSERT_THAT(*joined.changed, SizeIs(1));
  EXPECT_EQ(joined.changed->front().seq, 4U);
}

}  // namespace
}  // namespace parley::test
