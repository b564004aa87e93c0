#include "server/media/agent.h"

#include <gtest/gtest.h>

#include <string>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using std::chrono::seconds;

const IceCredentials kOwn = {"server", "a password of the server"};
const IceCredentials kNew = {"again", "another password of it"};
const IceCredentials kPage = {"page", "a password of the page"};
const IceCredentials kReborn = {"reborn", "another password of the page"};
const std::string kTransaction = "transactions";
constexpr std::uint32_t kHostPriority = 2122260223;
constexpr std::uint32_t kTcpPriority = 1518280447;

MediaPath Udp(unsigned char last) {
  return {{{192, 0, 2, last}, 5000, false}, {{198, 51, 100, 1}, 9000, false}, 0};
}
MediaPath Tcp(std::uint64_t stream) {
  return {{{192, 0, 2, 1}, 6000, false}, {{198, 51, 100, 1}, 9000, false}, stream};
}

class AgentTest : public testing::Test {
 protected:
  static IceCheck Asked() {
    IceCheck check;
    check.transaction = kTransaction;
    check.to_ufrag = kOwn.ufrag;
    check.from_ufrag = "page";
    check.priority = kHostPriority;
    check.role = IceCheck::Role::kControlling;
    return check;
  }

  std::optional<std::string> Send(const IceCheck& asked, const std::string& password, const MediaPath& path) {
    const std::string datagram = IceCheckRequest(asked, password);
    return agent_.Receive(datagram, *ReadIceCheck(datagram), path, now_);
  }

  bool Check(const MediaPath& path, bool nominates, std::uint32_t priority = kHostPriority) {
    IceCheck asked = Asked();
    asked.nominates = nominates;
    asked.priority = priority;
    return Send(asked, kOwn.password, path).has_value();
  }

  MonotonicTime now_{seconds(100)};
  Agent agent_{kOwn, kPage, now_};
};

TEST_F(AgentTest, ASignedCheckIsAnsweredWithTheAddressItCameFrom) {
  const auto answer = Send(Asked(), kOwn.password, Udp(7));
  ASSERT_TRUE(answer);
  const auto reply = ReadIceReply(*answer, kTransaction, kOwn.password);
  ASSERT_TRUE(reply && reply->success);
  EXPECT_EQ(reply->mapped, Udp(7).remote);
  EXPECT_TRUE(agent_.Knows(Udp(7)));
}

TEST_F(AgentTest, ACheckThatThePageDidNotSignIsNotAnsweredAndChangesNothing) {
  EXPECT_FALSE(Send(Asked(), "a guess", Udp(7)));
  IceCheck other = Asked();
  other.from_ufrag = "stranger";
  EXPECT_FALSE(Send(other, kOwn.password, Udp(7)));
  other = Asked();
  other.to_ufrag = "nobody";
  EXPECT_FALSE(Send(other, kOwn.password, Udp(7)));
  EXPECT_FALSE(agent_.Selected(now_));
  EXPECT_FALSE(agent_.Knows(Udp(7)));
}

TEST_F(AgentTest, AnotherControlledAgentIsToldToChangeItsRole) {
  IceCheck check = Asked();
  check.role = IceCheck::Role::kControlled;
  const auto answer = Send(check, kOwn.password, Udp(1));
  ASSERT_TRUE(answer);
  EXPECT_EQ(ReadIceReply(*answer, kTransaction, kOwn.password)->error, 487);
  EXPECT_FALSE(agent_.Selected(now_));
}

TEST_F(AgentTest, TheBestCheckedPathServesUntilOneIsNominated) {
  Check(Udp(1), false, 1000);
  Check(Udp(2), false, 2000);
  Check(Udp(3), false, 1500);
  EXPECT_EQ(agent_.Selected(now_), Udp(2));
  Check(Udp(1), true, 1000);
  EXPECT_EQ(agent_.Selected(now_), Udp(1));
}

TEST_F(AgentTest, TheBestNominatedPathCountsAndNotTheLast) {
  Check(Udp(1), true);
  Check(Tcp(4), true, kTcpPriority);  // as Firefox does
  EXPECT_EQ(agent_.Selected(now_), Udp(1));
  Check(Udp(2), true, kHostPriority + 1);
  EXPECT_EQ(agent_.Selected(now_), Udp(2));
}

TEST_F(AgentTest, ANominatedPathThatIsNoLongerCheckedIsNotSelected) {
  Check(Udp(1), true);
  Check(Tcp(4), true, kTcpPriority);
  now_ += limits::kIcePairLive;
  Check(Tcp(4), false, kTcpPriority);
  EXPECT_EQ(agent_.Selected(now_), Udp(1));
  now_ += seconds(1);
  EXPECT_EQ(agent_.Selected(now_), Tcp(4));
  Check(Udp(1), false);
  EXPECT_EQ(agent_.Selected(now_), Udp(1));  // it is back
}

TEST_F(AgentTest, OnceProofIsRequiredAPathIsSelectedWhenItsPageAnswersACheck) {
  Check(Udp(1), true);
  EXPECT_FALSE(agent_.Ask(Udp(1), now_));
  agent_.RequireProof();
  EXPECT_FALSE(agent_.Selected(now_));
  EXPECT_FALSE(agent_.Ask(Udp(2), now_));  // nobody has checked it
  const auto asked = agent_.Ask(Udp(1), now_);
  ASSERT_TRUE(asked);
  const auto check = ReadIceCheck(*asked);
  ASSERT_TRUE(check);
  EXPECT_TRUE(IsSignedWith(*asked, *check, kPage.password));
  EXPECT_EQ(check->to_ufrag, kPage.ufrag);
  EXPECT_EQ(check->from_ufrag, kOwn.ufrag);
  EXPECT_EQ(check->role, IceCheck::Role::kControlled);
  const std::string answer = IceAnswer(check->transaction, Udp(1).remote, kPage.password);
  EXPECT_FALSE(agent_.TakeAnswer(IceAnswer(kTransaction, Udp(1).remote, kPage.password), Udp(1)));
  EXPECT_FALSE(agent_.TakeAnswer(IceAnswer(check->transaction, Udp(1).remote, "a guess"), Udp(1)));
  EXPECT_FALSE(agent_.TakeAnswer(IceRefusal(check->transaction, 487, 0, kPage.password), Udp(1)));
  EXPECT_FALSE(agent_.TakeAnswer(answer, Udp(2)));
  EXPECT_FALSE(agent_.Selected(now_));
  EXPECT_TRUE(agent_.TakeAnswer(answer, Udp(1)));
  EXPECT_EQ(agent_.Selected(now_), Udp(1));
  EXPECT_FALSE(agent_.Ask(Udp(1), now_));
}

TEST_F(AgentTest, APathIsAlsoProvedByTcpAndByTheHandshakeAndStaysSo) {
  agent_.RequireProof();
  Check(Tcp(4), true, kTcpPriority);
  EXPECT_EQ(agent_.Selected(now_), Tcp(4));
  Check(Udp(1), true);
  EXPECT_EQ(agent_.Selected(now_), Tcp(4));
  agent_.Prove(Udp(1));
  EXPECT_EQ(agent_.Selected(now_), Udp(1));
  agent_.Restart(kNew, kReborn);
  EXPECT_EQ(agent_.Selected(now_), Udp(1));
}

TEST_F(AgentTest, AfterARestartItsCheckHasTheNamesOfThePathsCheck) {
  agent_.RequireProof();
  Check(Udp(1), true);
  agent_.Restart(kNew, kReborn);
  std::string asked = *agent_.Ask(Udp(1), now_);
  EXPECT_TRUE(IsSignedWith(asked, *ReadIceCheck(asked), kPage.password));
  EXPECT_EQ(ReadIceCheck(asked)->from_ufrag, kOwn.ufrag);
  IceCheck fresh = Asked();
  fresh.to_ufrag = kNew.ufrag;
  fresh.from_ufrag = kReborn.ufrag;
  Send(fresh, kNew.password, Udp(1));
  asked = *agent_.Ask(Udp(1), now_);
  EXPECT_TRUE(IsSignedWith(asked, *ReadIceCheck(asked), kReborn.password));
  EXPECT_EQ(ReadIceCheck(asked)->to_ufrag, kReborn.ufrag);
  EXPECT_EQ(ReadIceCheck(asked)->from_ufrag, kNew.ufrag);
}

TEST_F(AgentTest, AConnectionThatEndedTakesItsPathsAlong) {
  Check(Tcp(4), true, kTcpPriority);
  agent_.StreamEnded(5);
  EXPECT_EQ(agent_.Selected(now_), Tcp(4));
  agent_.StreamEnded(4);
  EXPECT_FALSE(agent_.Selected(now_));
}

TEST_F(AgentTest, ConsentLastsThirtySecondsFromTheLastCheck) {
  EXPECT_EQ(agent_.ConsentEnds(), now_ + seconds(30));
  now_ += seconds(20);
  Check(Udp(1), false);
  EXPECT_EQ(agent_.ConsentEnds(), now_ + seconds(30));
  now_ += seconds(20);
  Send(Asked(), "a guess", Udp(1));
  EXPECT_EQ(agent_.ConsentEnds(), now_ + seconds(10));
}

TEST_F(AgentTest, AfterARestartTheOldPathServesUntilANewOneIsNominated) {
  Check(Udp(1), true);
  agent_.Restart(kNew, kReborn);
  EXPECT_EQ(agent_.Selected(now_), Udp(1));
  EXPECT_TRUE(Check(Udp(1), false));  // consent by the old names
  IceCheck fresh = Asked();
  fresh.to_ufrag = kNew.ufrag;
  fresh.from_ufrag = kReborn.ufrag;
  EXPECT_FALSE(Send(fresh, kOwn.password, Udp(2)));
  EXPECT_TRUE(Send(fresh, kNew.password, Udp(2)));
  EXPECT_EQ(agent_.Selected(now_), Udp(1));
  fresh.nominates = true;
  EXPECT_TRUE(Send(fresh, kNew.password, Udp(2)));
  EXPECT_EQ(agent_.Selected(now_), Udp(2));
  EXPECT_FALSE(Check(Udp(1), true));  // the old names are gone
}

TEST_F(AgentTest, AfterARestartTheOldPathServesUntilTheNewOneIsProved) {
  Check(Udp(1), true);
  agent_.Prove(Udp(1));
  agent_.RequireProof();
  agent_.Restart(kNew, kReborn);
  IceCheck fresh = Asked();
  fresh.to_ufrag = kNew.ufrag;
  fresh.from_ufrag = kReborn.ufrag;
  fresh.nominates = true;
  EXPECT_TRUE(Send(fresh, kNew.password, Udp(2)));
  EXPECT_EQ(agent_.Selected(now_), Udp(1));
  EXPECT_TRUE(Check(Udp(1), false));
  const std::string asked = *agent_.Ask(Udp(2), now_);
  EXPECT_TRUE(agent_.TakeAnswer(IceAnswer(ReadIceCheck(asked)->transaction, Udp(2).remote, kReborn.password),
                                Udp(2)));
  EXPECT_EQ(agent_.Selected(now_), Udp(2));
  EXPECT_FALSE(agent_.Knows(Udp(1)));
  EXPECT_FALSE(Check(Udp(1), true));  // the old names are gone
}

TEST_F(AgentTest, ItAsksSoManyTimesInASecondHoweverManyAddressesThePageNames) {
  agent_.RequireProof();
  std::size_t asked = 0;
  for (int i = 0; i < 1000; ++i) {
    const MediaPath path = Udp(static_cast<unsigned char>(i % 100));
    Check(path, true);
    asked += agent_.Ask(path, now_) ? 1 : 0;
  }
  EXPECT_EQ(asked, limits::kIceAsks);
  now_ += seconds(1);
  EXPECT_TRUE(agent_.Ask(Udp(99), now_));
}

TEST_F(AgentTest, TheSamePathCanBeNominatedAgainAfterARestart) {
  Check(Udp(1), true);
  agent_.Restart(kNew, kReborn);
  IceCheck fresh = Asked();
  fresh.to_ufrag = kNew.ufrag;
  fresh.from_ufrag = kReborn.ufrag;
  fresh.nominates = true;
  EXPECT_TRUE(Send(fresh, kNew.password, Udp(1)));
  EXPECT_EQ(agent_.Selected(now_), Udp(1));
}

TEST_F(AgentTest, BeyondTheLimitTheLeastRecentlyCheckedPathIsDropped) {
  for (std::size_t i = 0; i <= limits::kIcePairs; ++i) {
    Check(Udp(static_cast<unsigned char>(i)), false);
    now_ += std::chrono::milliseconds(1);
  }
  EXPECT_FALSE(agent_.Knows(Udp(0)));
  EXPECT_TRUE(agent_.Knows(Udp(1)));
  EXPECT_TRUE(agent_.Knows(Udp(static_cast<unsigned char>(limits::kIcePairs))));
}

TEST(IceCredentials, AreNewEachTimeAndOfTheAllowedLetters) {
  const IceCredentials one = MakeIceCredentials();
  EXPECT_NE(one.ufrag, MakeIceCredentials().ufrag);
  EXPECT_NE(one.password, MakeIceCredentials().password);
  EXPECT_GE(one.ufrag.size(), 4U);
  EXPECT_GE(one.password.size(), 22U);
  for (int i = 0; i < 100; ++i) {
    const IceCredentials made = MakeIceCredentials();
    EXPECT_EQ((made.ufrag + made.password).find_first_of("-_="), std::string::npos);
  }
}

}  // namespace
}  // namespace parley
