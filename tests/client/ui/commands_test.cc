#include "client/ui/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/chat/session_fixture.h"

namespace parley::client {
namespace {

using protocol::Action;
using test::JoinedTo;
using test::MemberCalled;
using test::MessageFrom;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CommandsTest : public test::SessionFixture {
 protected:
  CommandsTest() : commands_(session_) {
    Greet({});
    protocol::Joined joined = JoinedTo("lobby", 9, {MessageFrom("b", "bob", 9, "nine")});
    for (const char* const name : {"ann", "bob", "bob lee", "Anna"})
      joined.members.push_back(MemberCalled(name));
    joined.count = 4;
    server_.Reply(joined);
  }

  std::vector<std::string> Answers() { return TextsOf(commands_.TakeAnswers()); }
  // That `line` is refused with one answer that holds `part`, and asks nothing of the server.
  void ExpectRefused(const std::string& line, const std::string& part) {
    commands_.Run(line);
    EXPECT_TRUE(server_.Silent()) << line;
    EXPECT_THAT(Answers(), ElementsAre(HasSubstr(part))) << line;
  }
  protocol::Moderate Moderation(const std::string& line) {
    commands_.Run(line);
    return server_.Expect<protocol::Moderate>();
  }

  Commands commands_;
};

TEST_F(CommandsTest, AnythingElseIsAMessage) {
  commands_.Run("hello there");
  EXPECT_EQ(server_.Expect<protocol::Message>().text, "hello there");
  commands_.Run("//etc/passwd");
  EXPECT_EQ(server_.Expect<protocol::Message>().text, "/etc/passwd");
  commands_.Run("");
  commands_.Run("   ");
  EXPECT_TRUE(server_.Silent());
}

TEST_F(CommandsTest, ASlashWithoutAWordOfLettersBeginsAMessage) {
  for (const char* const line : {"/etc/hosts looks wrong to me, can you have a look at line 12?", "/2 of it",
                                 "/usr/bin", "/o\\ hello"}) {
    commands_.Run(line);
    EXPECT_EQ(server_.Expect<protocol::Message>().text, line);
  }
}

TEST_F(CommandsTest, AnUnknownCommandIsNeverSentAsAMessage) {
  ExpectRefused("/nonsense", "/help");
  ExpectRefused("/JOIN secret-room", "/help");
  ExpectRefused("/", "/help");
}

TEST_F(CommandsTest, HasEveryCommandOfTheContract) {
  std::vector<std::string_view> names;
  for (const Commands::Command& command : Commands::Table()) names.push_back(command.name);
  EXPECT_THAT(names, ::testing::UnorderedElementsAre(
                         "/join", "/leave", "/who", "/msg", "/history", "/topic", "/hand", "/kick", "/ban",
                         "/unban", "/bans", "/mute", "/unmute", "/lock", "/unlock", "/waiting", "/admit",
                         "/refuse", "/rooms", "/help", "/quit", "/quiet", "/stop", "/hands", "/allow", "/end",
                         "/recent", "/attendance", "/reply", "/edit", "/delete", "/react", "/poll", "/vote",
                         "/close", "/search", "/code", "/send", "/get"));
}

TEST_F(CommandsTest, AHostLetsInWhoWaitsOrSendsThemAway) {
  server_.Tell(protocol::WaitingEvent{"lobby", {{"w1", "Cam"}, {"w2", "Dan Roe"}}});
  EXPECT_EQ(Moderation("/admit cam").member, "w1");
  const protocol::Moderate refusal = Moderation("/refuse dan roe");
  EXPECT_EQ(refusal.action, Action::kRefuse);
  EXPECT_EQ(refusal.member, "w2");
  EXPECT_THAT(commands_.Complete("da", false), ElementsAre("Dan Roe"));
  EXPECT_THAT(commands_.Complete("da", true), IsEmpty());
  commands_.Run("/waiting");
  EXPECT_THAT(Answers(), ElementsAre("waiting to join: Cam, Dan Roe"));
  ExpectRefused("/admit bob", "nobody called bob is waiting to join");
  ExpectRefused("/admit cam at once", "usage: /admit NAME");
  ExpectRefused("/admit", "usage: /admit NAME");
}

TEST_F(CommandsTest, AHostBansAndLiftsBans) {
  const protocol::Moderate ban = Moderation("/ban bob");
  EXPECT_EQ(ban.action, Action::kBan);
  EXPECT_FALSE(ban.value);
  EXPECT_EQ(Moderation("/ban bob address").value, "address");
  ExpectRefused("/ban bob at once", "usage: /ban NAME [address]");
  const protocol::Moderate unban = Moderation("/unban Dan Roe");
  EXPECT_EQ(unban.action, Action::kUnban);
  EXPECT_EQ(unban.value, "Dan Roe");
  EXPECT_EQ(Moderation("/unban \"Dan Roe\"").value, "Dan Roe");
  EXPECT_EQ(Moderation("/bans").action, Action::kBans);
  ExpectRefused("/unban", "usage: /unban NAME");
}

TEST_F(CommandsTest, AHostOpensAWaitingRoomAndClosesIt) {
  const protocol::Moderate on = Moderation("/waiting on");
  EXPECT_EQ(on.action, Action::kWaitingRoom);
  EXPECT_EQ(on.value, "on");
  EXPECT_EQ(Moderation("/waiting off").value, "off");
  ExpectRefused("/waiting maybe", "usage: /waiting [on | off]");
  ExpectRefused("/waiting", "nobody is waiting");
}

TEST_F(CommandsTest, AHostQuietsOneOrEverybody) {
  EXPECT_EQ(Moderation("/quiet bob lee").member, "id-of-bob lee");
  const protocol::Moderate all = Moderation("/quiet");
  EXPECT_EQ(all.action, Action::kQuiet);
  EXPECT_FALSE(all.member);
  ExpectRefused("/quiet nobody", "there is no one called nobody");
  ExpectRefused("/quiet bob at once", "usage: /quiet [NAME]");
}

TEST_F(CommandsTest, AHostStopsACameraOrAScreen) {
  const protocol::Moderate stop = Moderation("/stop bob lee camera");
  EXPECT_EQ(stop.action, Action::kStop);
  EXPECT_EQ(stop.member, "id-of-bob lee");
  EXPECT_EQ(stop.value, "camera");
  EXPECT_EQ(Moderation("/stop bob screen").value, "screen");
  ExpectRefused("/stop bob", "usage: /stop NAME camera|screen");
  ExpectRefused("/stop bob microphone", "usage: /stop NAME camera|screen");
}

TEST_F(CommandsTest, AHostAllowsAndForbids) {
  const protocol::Moderate off = Moderation("/allow chat off");
  EXPECT_EQ(off.action, Action::kAllow);
  EXPECT_EQ(off.allow, protocol::AllowChange{.chat = false});
  EXPECT_EQ(Moderation("/allow microphone on").allow, protocol::AllowChange{.microphone = true});
  for (const char* const line : {"/allow chat", "/allow chat maybe", "/allow dance on", "/allow off"}) {
    ExpectRefused(line, "usage: /allow [WHAT on|off]");
  }
  ExpectRefused("/allow", "members may use microphone, camera, screen and chat");
  server_.Tell(
      protocol::RoomChanged{.room = "lobby", .allow = protocol::Allow{.camera = false, .chat = false}});
  ExpectRefused("/allow", "for hosts only: camera, chat");
}

TEST_F(CommandsTest, AHostEndsTheCallOrTheMeetingLowersHandsAndLooksBack) {
  EXPECT_FALSE(Moderation("/end").value);
  EXPECT_EQ(Moderation("/end room").value, "room");
  ExpectRefused("/end now", "usage: /end [room]");
  EXPECT_EQ(Moderation("/hands").action, Action::kLowerHands);
  EXPECT_EQ(Moderation("/recent").action, Action::kRecent);
  EXPECT_EQ(Moderation("/attendance").action, Action::kAttendance);
}

TEST_F(CommandsTest, JoinTakesARoomAndAPassword) {
  commands_.Run("/join dev");
  EXPECT_EQ(server_.Expect<protocol::Join>().room, "dev");
  commands_.Run("/join \"my room\" open sesame");
  const auto join = server_.Expect<protocol::Join>();
  EXPECT_EQ(join.room, "my room");
  EXPECT_EQ(join.password, "open sesame");
  ExpectRefused("/join", "usage: /join ROOM");
  ExpectRefused("/join a/b", "usage: /join ROOM");
}

TEST_F(CommandsTest, LeaveTakesTheCurrentRoomOrANamedOne) {
  commands_.Run("/leave");
  EXPECT_EQ(server_.Expect<protocol::Leave>().room, "lobby");
  commands_.Run("/leave Lobby");
  EXPECT_EQ(server_.Expect<protocol::Leave>().room, "lobby");
  ExpectRefused("/leave dev", "not in dev");
}

TEST_F(CommandsTest, TheWhoCommandListsEveryoneAndTheUser) {
  commands_.Run("/who");
  EXPECT_THAT(Answers(), ElementsAre("in lobby: 4", "  Anna", "  ann (you)", "  bob", "  bob lee"));
  commands_.Run("/who dev");
  EXPECT_THAT(Texts(), ::testing::Contains("nobody with such a name is in lobby"));
}

TEST_F(CommandsTest, MsgFindsTheLongestNameAndQuotedOnes) {
  commands_.Run("/msg bob hello there");
  auto whisper = server_.Expect<protocol::Whisper>();
  EXPECT_EQ(whisper.to, "id-of-bob");
  EXPECT_EQ(whisper.text, "hello there");
  commands_.Run("/msg bob lee hello");
  whisper = server_.Expect<protocol::Whisper>();
  EXPECT_EQ(whisper.to, "id-of-bob lee");
  EXPECT_EQ(whisper.text, "hello");
  commands_.Run("/msg \"bob\" lee is here");
  whisper = server_.Expect<protocol::Whisper>();
  EXPECT_EQ(whisper.to, "id-of-bob");
  EXPECT_EQ(whisper.text, "lee is here");
  ExpectRefused("/msg eve hello", "no one called eve");
  ExpectRefused("/msg bob", "usage: /msg NAME TEXT");
  ExpectRefused("/msg", "usage: /msg NAME TEXT");
}

TEST_F(CommandsTest, HistoryTakesACount) {
  commands_.Run("/history");
  EXPECT_EQ(server_.Expect<protocol::History>().limit, 20U);
  commands_.Run("/history 7");
  const auto history = server_.Expect<protocol::History>();
  EXPECT_EQ(history.limit, 7U);
  EXPECT_EQ(history.before, 9U);
  for (const char* const wrong : {"/history x", "/history 0", "/history -1", "/history 5 6"}) {
    ExpectRefused(wrong, "usage: /history [COUNT]");
  }
}

TEST_F(CommandsTest, TopicIsShownSetAndCleared) {
  commands_.Run("/topic");
  EXPECT_THAT(Answers(), ElementsAre(HasSubstr("no topic")));
  EXPECT_EQ(Moderation("/topic tea at five").value, "tea at five");
  const auto clear = Moderation("/topic -");
  EXPECT_EQ(clear.action, Action::kTopic);
  EXPECT_EQ(clear.value, "");
}

TEST_F(CommandsTest, HandGoesUpAndDown) {
  commands_.Run("/hand");
  EXPECT_EQ(server_.Expect<protocol::State>().hand, true);
  protocol::MemberInfo self = MemberCalled("ann");
  self.hand = true;
  server_.Tell(protocol::MemberChanged{"lobby", self});
  commands_.Run("/hand");
  EXPECT_EQ(server_.Expect<protocol::State>().hand, false);
  commands_.Run("/hand up");
  EXPECT_EQ(server_.Expect<protocol::State>().hand, true);
  ExpectRefused("/hand sideways", "usage: /hand");
}

TEST_F(CommandsTest, EachVerbOfAHostNamesItsMember) {
  EXPECT_EQ(Moderation("/kick bob").action, Action::kKick);
  EXPECT_EQ(Moderation("/ban BOB").action, Action::kBan);
  EXPECT_EQ(Moderation("/mute bob lee").member, "id-of-bob lee");
  EXPECT_EQ(Moderation("/unmute \"bob lee\"").action, Action::kUnmute);
  EXPECT_EQ(Moderation("/lock").action, Action::kLock);
  EXPECT_EQ(Moderation("/unlock").action, Action::kUnlock);
  ExpectRefused("/kick", "usage: /kick NAME");
  ExpectRefused("/kick eve", "no one called eve");
  ExpectRefused("/kick bob because", "usage: /kick NAME");
}

TEST_F(CommandsTest, RoomsAsksTheServer) {
  commands_.Run("/rooms");
  EXPECT_EQ(server_.Expect<protocol::Rooms>().query, std::nullopt);
  commands_.Run("/rooms  physics lab ");
  EXPECT_EQ(server_.Expect<protocol::Rooms>().query, "physics lab");
}

TEST_F(CommandsTest, RoomsSaysWhetherThereAreMore) {
  commands_.Run("/rooms");
  server_.Expect<protocol::Rooms>();
  server_.Tell(protocol::RoomsReply{.rooms = {{"lab", "Optics", 2, false}}, .more = true});
  std::vector<std::string> told;
  for (const Notice& notice : session_.TakeNotices()) told.push_back(notice.text);
  EXPECT_THAT(told, Contains(HasSubstr("/rooms WORDS")));
}

TEST_F(CommandsTest, HelpNamesEveryCommandOrOne) {
  commands_.Run("/help");
  EXPECT_THAT(Answers(), SizeIs(Commands::Table().size() + 1));
  commands_.Run("/help msg");
  EXPECT_THAT(Answers(), ElementsAre(HasSubstr("/msg NAME TEXT")));
  ExpectRefused("/help nonsense", "unknown command /nonsense");
}

TEST_F(CommandsTest, HelpSetsEachExplanationApart) {
  for (const Commands::Command& command : Commands::Table()) {
    commands_.Run("/help " + std::string(command.name));
    EXPECT_THAT(Answers(), ElementsAre(EndsWith(" " + std::string(command.help))));
  }
}

TEST_F(CommandsTest, QuitQuits) {
  EXPECT_FALSE(commands_.quit());
  commands_.Run("/quit");
  EXPECT_TRUE(commands_.quit());
}

TEST_F(CommandsTest, WithoutARoomOnlySomeCommandsWork) {
  server_.Tell(protocol::MemberLeft{"lobby", "id-of-ann", "ann", "kicked"});
  for (const char* const line :
       {"/who", "/leave", "/topic x", "/hand", "/msg bob hi", "/kick bob", "/history"}) {
    ExpectRefused(line, "you are not in a room");
  }
  commands_.Run("/rooms");
  server_.Expect<protocol::Rooms>();
}

TEST_F(CommandsTest, InvalidInputOfATerminalIsSentAsUtf8) {
  commands_.Run("caf\xE9");
  EXPECT_EQ(server_.Expect<protocol::Message>().text, "caf\uFFFD");
  commands_.Run("/topic \xE9");
  EXPECT_EQ(server_.Expect<protocol::Moderate>().value, "\uFFFD");
}

TEST_F(CommandsTest, ANameThatWouldHarmTheTerminalIsNotCompleted) {
  server_.Tell(protocol::MemberJoined{.room = "lobby", .member = MemberCalled("x\033[2J")});
  server_.Tell(protocol::MemberJoined{.room = "lobby", .member = MemberCalled("x\u009B")});
  server_.Tell(protocol::MemberJoined{.room = "lobby", .member = MemberCalled("xaver")});
  EXPECT_THAT(commands_.Complete("x", true), ElementsAre("xaver:"));
}

TEST_F(CommandsTest, CompletesCommandsAndNames) {
  EXPECT_THAT(commands_.Complete("/un", true), ElementsAre("/unban", "/unmute", "/unlock"));
  EXPECT_THAT(commands_.Complete("/un", false), IsEmpty());
  EXPECT_THAT(commands_.Complete("B", false), ElementsAre("bob", "bob lee"));
  EXPECT_THAT(commands_.Complete("an", true), ElementsAre("Anna:"));  // not oneself
  EXPECT_THAT(commands_.Complete("x", true), IsEmpty());
}

}  // namespace
}  // namespace parley::client
