// Commands that name somebody in a large room, whose members the client does not all know.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/ui/commands.h"
#include "common/base/limits.h"
#include "tests/client/chat/session_fixture.h"

namespace parley::client {
namespace {

using test::ErrorOf;
using test::JoinedTo;
using test::MemberCalled;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The lobby has 400 members; "Loud" is one of the three that are listed.
class PeopleCommandsTest : public test::SessionFixture {
 protected:
  PeopleCommandsTest() : commands_(session_) { EnterWith({"members"}); }

  void EnterWith(std::vector<std::string> features, std::size_t count = 400) {
    Greet(std::move(features));
    protocol::Joined joined = JoinedTo("lobby", 0, {});
    for (const char* const name : {"ann", "Loud", "Ben"}) joined.members.push_back(MemberCalled(name));
    joined.count = count;
    server_.Reply(joined);
    session_.TakeNotices();
  }
  // What the server is asked for.
  std::string Query(const std::optional<std::string>& after = {}) {
    const auto request = server_.Expect<protocol::Members>();
    EXPECT_EQ(request.room, "lobby");
    EXPECT_EQ(request.limit, limits::kMaxMembersInReply);
    EXPECT_EQ(request.after, after);
    return request.query;
  }
  void Finds(const std::vector<std::string>& names, bool more = false) {
    protocol::MembersReply reply{.room = "lobby", .count = names.size() + (more ? 1 : 0)};
    for (const std::string& name : names) reply.members.push_back(MemberCalled(name));
    if (more) reply.next = "x y";
    server_.Reply(reply);
    commands_.RunFound();
  }
  std::vector<std::string> Answers() { return TextsOf(commands_.TakeAnswers()); }

  Commands commands_;
};

TEST_F(PeopleCommandsTest, AMessageIsForTheLongestNameThatTheServerKnows) {
  commands_.Run("/msg loud lee are you there?");
  EXPECT_EQ(Query(), "loud");
  Finds({"Loud", "Loud Lee", "Loud Leeds"});
  const auto whisper = server_.Expect<protocol::Whisper>();
  EXPECT_EQ(whisper.to, MemberCalled("Loud Lee").id);
  EXPECT_EQ(whisper.text, "are you there?");
  EXPECT_TRUE(server_.Silent());
  EXPECT_THAT(Answers(), IsEmpty());
}

TEST_F(PeopleCommandsTest, WhileThereAreTooManyTheNextWordIsAskedForToo) {
  commands_.Run("/msg Student 12 hello");
  EXPECT_EQ(Query(), "Student");
  Finds({"Student", "Student 1"}, true);
  EXPECT_EQ(Query(), "Student 12");
  Finds({"Student 12", "Student 120"});
  const auto whisper = server_.Expect<protocol::Whisper>();
  EXPECT_EQ(whisper.to, MemberCalled("Student 12").id);
  EXPECT_EQ(whisper.text, "hello");
}

TEST_F(PeopleCommandsTest, ANameInQuotesIsAskedForAsAWhole) {
  commands_.Run("/msg \"Loud Lee\" hi");
  EXPECT_EQ(Query(), "Loud Lee");
  Finds({"Loud Lee", "Loud Leeds"}, true);
  EXPECT_EQ(server_.Expect<protocol::Whisper>().to, MemberCalled("Loud Lee").id);
}

TEST_F(PeopleCommandsTest, ANameThatManyNamesContainIsLookedForOnLaterPages) {
  commands_.Run("/kick Lee");
  EXPECT_EQ(Query(), "Lee");
  Finds({"Ann Lee", "Bo Lee"}, true);
  EXPECT_EQ(Query("x y"), "Lee");
  Finds({"lee", "Lee Zhou"}, true);
  EXPECT_EQ(server_.Expect<protocol::Moderate>().member, MemberCalled("lee").id);
}

TEST_F(PeopleCommandsTest, ItLooksForANameOnSoManyPagesAndNoMore) {
  commands_.Run("/kick Lee");
  EXPECT_EQ(Query(), "Lee");
  for (int page = 2; page <= 10; ++page) {
    Finds({"Ann Lee"}, true);
    EXPECT_EQ(Query("x y"), "Lee");
  }
  Finds({"Ann Lee"}, true);
  EXPECT_TRUE(server_.Silent());
  EXPECT_THAT(Answers(), ElementsAre("there is no one called Lee here"));
}

TEST_F(PeopleCommandsTest, HostsReachPeopleWhoAreNotListed) {
  commands_.Run("/kick Loud Lee");
  EXPECT_EQ(Query(), "Loud");
  Finds({"Loud Lee"});
  const auto kick = server_.Expect<protocol::Moderate>();
  EXPECT_EQ(kick.action, protocol::Action::kKick);
  EXPECT_EQ(kick.member, MemberCalled("Loud Lee").id);
}

TEST_F(PeopleCommandsTest, APersonWhomTheServerDoesNotFindIsReportedAsNotHere) {
  commands_.Run("/mute Zoe");
  EXPECT_EQ(Query(), "Zoe");
  Finds({"Zoe Lee"});
  EXPECT_TRUE(server_.Silent());
  EXPECT_THAT(Answers(), ElementsAre("there is no one called Zoe here"));
}

TEST_F(PeopleCommandsTest, AFoundPersonIsForgottenAfterTheCommand) {
  commands_.Run("/mute Zoe");
  Query();
  Finds({"Zoe"});
  server_.Expect<protocol::Moderate>();
  EXPECT_EQ(session_.current()->FindByName("Zoe"), nullptr);
}

TEST_F(PeopleCommandsTest, LinesAreLookedUpOneAfterTheOther) {
  commands_.Run("/mute Zoe");
  commands_.Run("/kick Max");
  EXPECT_EQ(Query(), "Zoe");
  EXPECT_TRUE(server_.Silent());
  Finds({"Zoe"});
  EXPECT_EQ(server_.Expect<protocol::Moderate>().action, protocol::Action::kMute);
  EXPECT_EQ(Query(), "Max");
  EXPECT_FALSE(session_.people().idle());
  Finds({"Max"});
  EXPECT_EQ(server_.Expect<protocol::Moderate>().action, protocol::Action::kKick);
  EXPECT_TRUE(session_.people().idle());
}

TEST_F(PeopleCommandsTest, ACommandIsNotCarriedOutAfterTheUserChangesRooms) {
  commands_.Run("/kick Zoe");
  Query();
  const std::optional<std::string> ref = server_.ref();
  commands_.Run("/join den");
  server_.Expect<protocol::Join>();
  server_.Reply(JoinedTo("den", 0, {}));
  session_.TakeNotices();
  protocol::MembersReply reply{.room = "lobby", .members = {MemberCalled("Zoe")}, .count = 1};
  server_.ReplyTo(ref, reply);
  commands_.RunFound();
  EXPECT_TRUE(server_.Silent());
  EXPECT_THAT(Texts(), ElementsAre("not done, because you are in another room now: /kick Zoe"));
}

TEST_F(PeopleCommandsTest, ALostConnectionOrAnErrorIsToldAndNothingIsDone) {
  commands_.Run("/kick Zoe");
  Query();
  server_.Reply(ErrorOf(ErrorCode::kInternal));
  commands_.RunFound();
  EXPECT_THAT(Texts(), ElementsAre(HasSubstr("/kick Zoe: ")));
  EXPECT_TRUE(session_.people().idle());
  commands_.Run("/kick Zoe");
  commands_.Run("/kick Max");
  session_.Disconnected();
  commands_.RunFound();
  EXPECT_THAT(Texts(), ElementsAre("the connection broke before an answer to: /kick Zoe",
                                   "not done, because the connection broke: /kick Max"));
}

TEST_F(PeopleCommandsTest, TheWhoCommandFindsPeopleByWords) {
  commands_.Run("/who lee");
  EXPECT_EQ(Query(), "lee");
  Finds({"Ann Lee", "Loud Lee"}, true);
  EXPECT_THAT(Texts(), ElementsAre("found in lobby: 3", "  Ann Lee", "  Loud Lee",
                                   "  and 1 more; add words to find fewer"));
  commands_.Run("/who nobody here");
  EXPECT_EQ(Query(), "nobody here");
  Finds({});
  EXPECT_THAT(Texts(), ElementsAre("nobody with such a name is in lobby"));
}

TEST_F(PeopleCommandsTest, TheWhoCommandSaysHowToFindTheOthers) {
  commands_.Run("/who");
  EXPECT_TRUE(server_.Silent());
  EXPECT_EQ(Answers().back(), "  and 397 more; find them with /who WORDS");
}

TEST_F(PeopleCommandsTest, ASmallRoomAndAnOlderServerAreNotAsked) {
  for (const std::size_t count : {3U, 400U}) {
    session_.Disconnected();
    EnterWith(count == 3 ? std::vector<std::string>{"members"} : std::vector<std::string>{}, count);
    commands_.Run("/msg Loud Lee hi");
    const auto whisper = server_.Expect<protocol::Whisper>();
    EXPECT_EQ(whisper.to, MemberCalled("Loud").id);
    EXPECT_EQ(whisper.text, "Lee hi");
    commands_.Run("/who be");
    EXPECT_TRUE(server_.Silent());
    EXPECT_THAT(Texts(), ElementsAre("found in lobby: 1", "  Ben"));
  }
}

}  // namespace
}  // namespace parley::client
