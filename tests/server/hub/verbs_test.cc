// Who may use which verb: every role by every request. What a verb then does is the matter of its own tests.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;

// A room with a host and somebody to do things to; and one who tries, in some role.
struct Scene {
  House house;
  Person host = house.GuestIn("lab", "Hana");
  Person other = house.GuestIn("lab", "Otto");

  Person Actor(const std::string& role) {
    if (role == "host") return host;
    if (role == "stranger") return house.Connects();
    if (role == "outsider") return house.Guest("Olga");
    if (role == "account") return house.AccountIn("lab", "Mia");
    if (role == "host by right") return house.AccountIn("lab", "Mia", protocol::Role::kHost);
    if (role == "admin") return house.AccountIn("lab", "Mia", protocol::Role::kAdmin);
    Person actor = house.GuestIn("lab", "Mia");
    if (role == "muted") host.Moderate("lab", Action::kMute, actor);
    house.Quiet();
    return actor;
  }
};

using Ask = std::function<protocol::Request(const Scene&)>;

struct Row {
  std::string name;
  Ask ask;
  std::string stranger, outsider, member, muted, host;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

// A request that is the same in every scene.
Ask Same(protocol::Request request) {
  return [request = std::move(request)](const Scene&) { return request; };
}

protocol::Hello HelloAs(const std::string& name) {
  protocol::Hello hello;
  hello.name = name;
  return hello;
}

protocol::State Turned(std::optional<bool> protocol::State::*flag) {
  protocol::State state;
  state.room = "lab";
  state.*flag = true;
  return state;
}

// A moderation action on somebody in the room.
Ask On(Action action) {
  return [=](const Scene& scene) { return protocol::Moderate{"lab", action, scene.other.id(), "Otto"}; };
}

// One that hosts may do, and that shows in its answer to them.
Row OfHosts(const std::string& name, Ask ask, const std::string& host = "ok") {
  return {name, std::move(ask), "hello_required", "not_in_room", "forbidden", "forbidden", host};
}

// One that members may do; `muted` is the answer to those who are muted.
Row OfMembers(const std::string& name, Ask ask, const std::string& answer, const std::string& muted) {
  return {name, std::move(ask), "hello_required", "not_in_room", answer, muted, answer};
}
Row OfMembers(const std::string& name, Ask ask, const std::string& answer) {
  return OfMembers(name, std::move(ask), answer, answer);
}

std::vector<Row> ConnectionRows() {
  return {
      {"hello", Same(HelloAs("Nora")), "welcome", "already_greeted", "already_greeted", "already_greeted",
       "already_greeted"},
      {"join", Same(protocol::Join{"lab", {}, {}}), "hello_required", "joined", "already_in_room",
       "already_in_room", "already_in_room"},
      {"rooms", Same(protocol::Rooms{}), "hello_required", "rooms", "rooms", "rooms", "rooms"},
      {"room_info", Same(protocol::RoomInfo{"lab"}), "room_info", "room_info", "room_info", "room_info",
       "room_info"},
      {"ping", Same(protocol::Ping{}), "hello_required", "pong", "pong", "pong", "pong"},
      {"whisper",
       [](const Scene& scene) {
         return protocol::Whisper{scene.other.id(), "psst"};
       },
       "hello_required", "no_such_member", "ok", "ok", "ok"},
  };
}

std::vector<Row> MemberRows() {
  const auto signal = [](const Scene& scene) { return protocol::Signal{"lab", scene.other.id(), "1"}; };
  return {
      OfMembers("leave", Same(protocol::Leave{"lab"}), "ok"),
      OfMembers("message", Same(protocol::Message{"lab", "hi", {}}), "ok", "muted"),
      OfMembers("edit", Same(protocol::Edit{"lab", 9, "hi"}), "no_such_message", "muted"),
      OfMembers("delete", Same(protocol::Delete{"lab", 9}), "no_such_message"),
      OfMembers("react", Same(protocol::React{"lab", 9, "👍", true}), "no_such_message", "muted"),
      OfMembers("poll", Same(protocol::NewPoll{"lab", "Tea?", {"yes", "no"}}), "ok", "muted"),
      OfMembers("vote", Same(protocol::Vote{"lab", 9, {0}}), "no_such_message", "muted"),
      OfMembers("close_poll", Same(protocol::ClosePoll{"lab", 9}), "no_such_message"),
      OfMembers("history", Same(protocol::History{"lab", {}, {}}), "history"),
      OfMembers("signal", signal, "ok"),
      OfMembers("state_hand", Same(Turned(&protocol::State::hand)), "ok"),
      OfMembers("state_audio", Same(Turned(&protocol::State::audio)), "ok", "muted"),
      OfMembers("upload", Same(protocol::Upload{"lab", "notes.txt", 3, "text/plain"}), "files_off", "muted"),
      OfMembers("download", Same(protocol::Download{"lab", 1}), "files_off"),
      OfMembers("seen", Same(protocol::Seen{"lab", 1}), "ok"),
      OfMembers("typing", Same(protocol::Typing{"lab"}), "ok"),
      OfMembers("members", Same(protocol::Members{.room = "lab"}), "members"),
      OfMembers("search", Same(protocol::Search{"lab", "a"}), "found"),
  };
}

std::vector<Row> HostRows() {
  return {
      OfHosts("kick", On(Action::kKick)),
      OfHosts("ban", On(Action::kBan)),
      OfHosts("mute", On(Action::kMute)),
      OfHosts("unmute", On(Action::kUnmute)),
      OfHosts("lower_hand", On(Action::kLowerHand)),
      OfHosts("lock", On(Action::kLock)),
      OfHosts("unlock", On(Action::kUnlock)),
      OfHosts("password", On(Action::kPassword)),
      OfHosts("topic", On(Action::kTopic)),
      OfHosts("promote", On(Action::kPromote)),
      OfHosts("demote", On(Action::kDemote)),
      OfHosts("waiting_room", Same(protocol::Moderate{"lab", Action::kWaitingRoom, {}, "on"})),
      OfHosts("admit", On(Action::kAdmit), "no_such_member"),
      OfHosts("refuse", On(Action::kRefuse), "no_such_member"),
      OfHosts("quiet", On(Action::kQuiet)),
      OfHosts("stop", On(Action::kStop)),
      OfHosts("lower_hands", On(Action::kLowerHands)),
      OfHosts("allow", On(Action::kAllow)),
      OfHosts("end", On(Action::kEnd)),
      OfHosts("recent", On(Action::kRecent), "recent"),
      OfHosts("attendance", On(Action::kAttendance), "forbidden"),  // without a journal
      OfHosts("bans", On(Action::kBans), "bans"),
      OfHosts("unban", On(Action::kUnban), "no_such_member"),
  };
}

std::vector<Row> Rows() {
  std::vector<Row> rows = ConnectionRows();
  std::ranges::copy(MemberRows(), std::back_inserter(rows));
  std::ranges::copy(HostRows(), std::back_inserter(rows));
  return rows;
}

class VerbTest : public testing::TestWithParam<Row> {
 protected:
  // The kind of the one reply, which carries the ref.
  std::string Reply(const std::string& role) {
    Scene scene;
    Person actor = scene.Actor(role);
    actor.Ref("r").Ask(GetParam().ask(scene));
    return actor.KindOfReply("r");
  }
};

TEST_P(VerbTest, AnswersEachRole) {
  EXPECT_EQ(Reply("stranger"), GetParam().stranger);
  EXPECT_EQ(Reply("outsider"), GetParam().outsider);
  EXPECT_EQ(Reply("member"), GetParam().member);
  EXPECT_EQ(Reply("muted"), GetParam().muted);
  EXPECT_EQ(Reply("host"), GetParam().host);
  EXPECT_EQ(Reply("account"), GetParam().member);
  EXPECT_EQ(Reply("host by right"), GetParam().host);
  EXPECT_EQ(Reply("admin"), GetParam().host);
}

INSTANTIATE_TEST_SUITE_P(All, VerbTest, testing::ValuesIn(Rows()),
                         [](const auto& tested) { return tested.param.name; });

TEST(VerbsTest, AHostMayDoNothingToAnAdminAndAnAdminAnythingToAHost) {
  for (const Action action : {Action::kKick, Action::kBan, Action::kMute, Action::kUnmute, Action::kLowerHand,
                              Action::kQuiet, Action::kStop, Action::kPromote, Action::kDemote}) {
    Scene scene;
    Person root = scene.Actor("admin");
    scene.host.Ref("r").Moderate("lab", action, root);
    EXPECT_EQ(scene.host.KindOfReply("r"), "forbidden") << ToString(action);
    root.Ref("r").Moderate("lab", action, scene.host);
    EXPECT_EQ(root.KindOfReply("r"), "ok") << ToString(action);
  }
}

TEST(VerbsTest, ARoomNameThatCannotBeIsToldApartFromARoomOneIsNotIn) {
  House house;
  Person ana = house.Guest("Ana");
  ana.Say("no/room", "hi");
  EXPECT_EQ(ana.Hears(), std::vector<std::string>{"error room_invalid"});
  ana.Say("nowhere", "hi");
  EXPECT_EQ(ana.Hears(), std::vector<std::string>{"error not_in_room"});
}

TEST(VerbsTest, ARequestOfAGonePeerIsIgnored) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Vanish();
  ana.Say("lab", "from the grave");
  EXPECT_TRUE(ana.Hears().empty());
}

}  // namespace
}  // namespace parley::test
