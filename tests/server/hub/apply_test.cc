// Commands of other servers: what they change here, whoever is here.

#include <gmock/gmock.h>

#include <string>

#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr WallTime kLongAgo{std::chrono::hours(100'000)};

// An admin on another server.
CommandPerson Zoe() {
  return {.id = "zoe-1", .identity = "account:zoe", .name = {"Zoe", "zoe"}, .admin = true};
}

// Somebody on another server.
CommandPerson Dan() {
  return {.id = "dan-1", .identity = "account:dan", .name = {"Dan", "dan"}};
}

class ApplyTest : public testing::Test {
 protected:
  [[nodiscard]] CommandPerson Here(const Person& person) {
    const Member& member = *house_.hub().Find(person.peer());
    return {.id = member.id, .identity = member.identity->key, .name = member.identity->name};
  }
  [[nodiscard]] static ModerateCommand To(Action action, std::optional<CommandPerson> target = {}) {
    return {.room_key = "lab", .time = kLongAgo, .action = action, .by = Zoe(), .target = std::move(target)};
  }
  [[nodiscard]] static LogEntry Says(const std::string& text) {
    LogEntry entry;
    entry.room_key = "lab";
    entry.author_key = Dan().identity;
    entry.message.time = kLongAgo;
    entry.message.from = {Dan().id, "Dan", "author of Dan"};
    entry.message.text = text;
    return entry;
  }
  // The code of the error; empty: it was applied.
  std::string Apply(Command command) {
    const Answer answer = house_.Apply(std::move(command));
    return answer ? std::string(ToString(answer->code)) : "";
  }

  House house_;
  Person host_ = house_.GuestIn("lab", "Hana");
  Person ben_ = house_.GuestIn("lab", "Ben");
};

TEST_F(ApplyTest, ThoseWhoAreHereAreModeratedAndNobodyGetsAReply) {
  EXPECT_EQ(Apply(To(Action::kMute, Here(ben_))), "");
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab = Ben (guest muted)", "lab quieted by Zoe until unmuted"));
  EXPECT_THAT(host_.Hears(), ElementsAre("lab = Ben (guest muted)"));
  EXPECT_EQ(Apply(To(Action::kKick, Here(ben_))), "");
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab - Ben (kicked)"));
}

TEST_F(ApplyTest, ABanHoldsForSomebodyWhoIsNotHere) {
  Person dan = house_.Account("Dan");
  EXPECT_EQ(Apply(To(Action::kBan, Dan())), "");
  ASSERT_FALSE(house_.saves().back().bans.empty());
  const Ban& ban = house_.saves().back().bans.back();
  EXPECT_EQ(ban.identity, "account:dan");
  EXPECT_EQ(ban.by, "Zoe");
  EXPECT_EQ(ban.time, kLongAgo) << "not the time of this server";
  dan.Join("lab");
  EXPECT_THAT(dan.Hears(), ElementsAre("error forbidden"));
}

TEST_F(ApplyTest, ABanOfTheAddressHasTheAddressOfTheCommand) {
  ModerateCommand ban = To(Action::kBan, Dan());
  ban.address = "10.7.7.7";
  EXPECT_EQ(Apply(ban), "");
  Person neighbour = house_.Guest("Eve", "10.7.7.7");
  neighbour.Join("lab");
  EXPECT_THAT(neighbour.Hears(), ElementsAre("error forbidden"));
}

TEST_F(ApplyTest, AMuteHoldsForSomebodyWhoComesLater) {
  EXPECT_EQ(Apply(To(Action::kMute, Dan())), "");
  Person dan = house_.AccountIn("lab", "Dan");
  dan.Say("lab", "hi");
  EXPECT_THAT(dan.Hears(), ElementsAre("error muted"));
}

TEST_F(ApplyTest, APromotionHoldsForSomebodyWhoComesLater) {
  EXPECT_EQ(Apply(To(Action::kPromote, Dan())), "");
  Person dan = house_.Account("Dan");
  dan.Join("lab");
  EXPECT_THAT(dan.Hears(), testing::Contains("lab + Dan (host)"));
  EXPECT_EQ(Apply(To(Action::kDemote, Dan())), "");
  EXPECT_THAT(dan.Hears(), ElementsAre("lab = Dan (member)"));
}

TEST_F(ApplyTest, NobodyElseIsSilencedInsteadOfSomebodyWhoIsNotHere) {
  host_.Show("lab", "call audio");
  ben_.Show("lab", "call audio video hand");
  house_.Quiet();
  for (const Action action : {Action::kQuiet, Action::kStop, Action::kLowerHand, Action::kKick}) {
    EXPECT_EQ(Apply(To(action, Dan())), "") << ToString(action);
  }
  EXPECT_THAT(ben_.Hears(), IsEmpty());
}

TEST_F(ApplyTest, TheAuthorMustBeHostWhenTheCommandIsApplied) {
  ModerateCommand lock = To(Action::kLock);
  lock.by = Here(ben_);
  EXPECT_EQ(Apply(lock), "forbidden");
  EXPECT_THAT(host_.Hears(), IsEmpty());
  EXPECT_EQ(Apply(To(Action::kPromote, Here(ben_))), "");
  house_.Quiet();
  EXPECT_EQ(Apply(lock), "");
  EXPECT_THAT(host_.Hears(), ElementsAre("lab is locked"));
}

TEST_F(ApplyTest, ACommandThatIsNotCompleteIsRefused) {
  for (const Action action : {Action::kBan, Action::kMute, Action::kSpotlight, Action::kUnban, Action::kBans,
                              Action::kRecent, Action::kAttendance}) {
    EXPECT_EQ(Apply(To(action)), "bad_message") << ToString(action);
  }
}

TEST_F(ApplyTest, TheRecentActionsHaveIt) {
  ModerateCommand topic = To(Action::kTopic);
  topic.value = "tea";
  EXPECT_EQ(Apply(topic), "");
  house_.Quiet();
  host_.Moderate("lab", Action::kRecent);
  EXPECT_THAT(host_.Hears(), ElementsAre("lab recent: Zoe topic \"tea\";"));
}

TEST_F(ApplyTest, AMessageIsToldToEverybodyInItsOrder) {
  host_.Say("lab", "one");
  EXPECT_EQ(Apply(Says("two")), "");
  ben_.Say("lab", "three");
  EXPECT_THAT(host_.Hears(), ElementsAre("ok lab #1", "lab #2 Dan: two", "lab #3 Ben: three"));
}

TEST_F(ApplyTest, AChangeIsToldToEverybody) {
  EXPECT_EQ(Apply(Says("two")), "");
  house_.Quiet();
  LogEntry edit = Says("");
  edit.change = Change{.seq = 1, .what = Change::Edit{"too"}};
  EXPECT_EQ(Apply(edit), "");
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab #1 @1: too (edited)"));
}

}  // namespace
}  // namespace parley::test
