// Who may use which verb: every role by every request. What a verb then does is the matter of its own tests.

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
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

Row On(const std::string& name, Action action) {
  return {name,
          [=](const Scene& scene) {
            return protocol::Moderate{"lab", action, scene.other.id(), "Otto"};
          },
          "hello_required",
          "not_in_room",
          "forbidden",
          "forbidden",
          "ok"};
}

const std::vector<Row>& Rows() {
  static const std::vector<Row> rows = {
      {"hello",
       [](const Scene&) {
         protocol::Hello hello;
         hello.name = "Nora";
         return hello;
       },
       "welcome", "already_greeted", "already_greeted", "already_greeted", "already_greeted"},
      {"join",
       [](const Scene&) {
         return protocol::Join{"lab", {}, {}};
       },
       "hello_required", "joined", "already_in_room", "already_in_room", "already_in_room"},
      {"leave", [](const Scene&) { return protocol::Leave{"lab"}; }, "hello_required", "not_in_room", "ok",
       "ok", "ok"},
      {"message",
       [](const Scene&) {
         return protocol::Message{"lab", "hi", {}};
       },
       "hello_required", "not_in_room", "ok", "muted", "ok"},
      {"edit",
       [](const Scene&) {
         return protocol::Edit{"lab", 9, "hi"};
       },
       "hello_required", "not_in_room", "no_such_message", "muted", "no_such_message"},
      {"delete",
       [](const Scene&) {
         return protocol::Delete{"lab", 9};
       },
       "hello_required", "not_in_room", "no_such_message", "no_such_message", "no_such_message"},
      {"react",
       [](const Scene&) {
         return protocol::React{"lab", 9, "👍", true};
       },
       "hello_required", "not_in_room", "no_such_message", "muted", "no_such_message"},
      {"poll",
       [](const Scene&) {
         return protocol::NewPoll{"lab", "Tea?", {"yes", "no"}};
       },
       "hello_required", "not_in_room", "ok", "muted", "ok"},
      {"vote",
       [](const Scene&) {
         return protocol::Vote{"lab", 9, {0}};
       },
       "hello_required", "not_in_room", "no_such_message", "muted", "no_such_message"},
      {"close_poll",
       [](const Scene&) {
         return protocol::ClosePoll{"lab", 9};
       },
       "hello_required", "not_in_room", "no_such_message", "no_such_message", "no_such_message"},
      {"whisper",
       [](const Scene& scene) {
         return protocol::Whisper{scene.other.id(), "psst"};
       },
       "hello_required", "no_such_member", "ok", "ok", "ok"},
      {"history",
       [](const Scene&) {
         return protocol::History{"lab", {}, {}};
       },
       "hello_required", "not_in_room", "history", "history", "history"},
      {"signal",
       [](const Scene& scene) {
         return protocol::Signal{"lab", scene.other.id(), "1"};
       },
       "hello_required", "not_in_room", "ok", "ok", "ok"},
      {"state_hand",
       [](const Scene&) {
         protocol::State state;
         state.room = "lab";
         state.hand = true;
         return state;
       },
       "hello_required", "not_in_room", "ok", "ok", "ok"},
      {"state_audio",
       [](const Scene&) {
         protocol::State state;
         state.room = "lab";
         state.audio = true;
         return state;
       },
       "hello_required", "not_in_room", "ok", "muted", "ok"},
      On("kick", Action::kKick),
      On("ban", Action::kBan),
      On("mute", Action::kMute),
      On("unmute", Action::kUnmute),
      On("lower_hand", Action::kLowerHand),
      On("lock", Action::kLock),
      On("unlock", Action::kUnlock),
      On("password", Action::kPassword),
      On("topic", Action::kTopic),
      On("promote", Action::kPromote),
      On("demote", Action::kDemote),
      {"waiting_room",
       [](const Scene&) {
         return protocol::Moderate{"lab", Action::kWaitingRoom, {}, "on"};
       },
       "hello_required", "not_in_room", "forbidden", "forbidden", "ok"},
      {"admit", On("", Action::kAdmit).ask, "hello_required", "not_in_room", "forbidden", "forbidden",
       "no_such_member"},
      {"refuse", On("", Action::kRefuse).ask, "hello_required", "not_in_room", "forbidden", "forbidden",
       "no_such_member"},
      On("quiet", Action::kQuiet),
      On("stop", Action::kStop),
      On("lower_hands", Action::kLowerHands),
      On("allow", Action::kAllow),
      On("end", Action::kEnd),
      {"recent", On("", Action::kRecent).ask, "hello_required", "not_in_room", "forbidden", "forbidden",
       "recent"},
      {"attendance", On("", Action::kAttendance).ask, "hello_required", "not_in_room", "forbidden",
       "forbidden", "forbidden"},  // without a journal
      {"bans", On("", Action::kBans).ask, "hello_required", "not_in_room", "forbidden", "forbidden", "bans"},
      {"unban", On("", Action::kUnban).ask, "hello_required", "not_in_room", "forbidden", "forbidden",
       "no_such_member"},
      {"rooms", [](const Scene&) { return protocol::Rooms{}; }, "hello_required", "rooms", "rooms", "rooms",
       "rooms"},
      {"upload",
       [](const Scene&) {
         return protocol::Upload{"lab", "notes.txt", 3, "text/plain"};
       },
       "hello_required", "not_in_room", "files_off", "muted", "files_off"},
      {"download",
       [](const Scene&) {
         return protocol::Download{"lab", 1};
       },
       "hello_required", "not_in_room", "files_off", "files_off", "files_off"},
      {"seen",
       [](const Scene&) {
         return protocol::Seen{"lab", 1};
       },
       "hello_required", "not_in_room", "ok", "ok", "ok"},
      {"typing", [](const Scene&) { return protocol::Typing{"lab"}; }, "hello_required", "not_in_room", "ok",
       "ok", "ok"},
      {"search",
       [](const Scene&) {
         return protocol::Search{"lab", "a"};
       },
       "hello_required", "not_in_room", "found", "found", "found"},
      {"room_info", [](const Scene&) { return protocol::RoomInfo{"lab"}; }, "room_info", "room_info",
       "room_info", "room_info", "room_info"},
      {"ping", [](const Scene&) { return protocol::Ping{}; }, "hello_required", "pong", "pong", "pong",
       "pong"},
  };
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

TEST(VerbsTest, WhatAPeerAsksThatIsNotThereIsNobodysBusiness) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Vanish();
  ana.Say("lab", "from the grave");
  EXPECT_TRUE(ana.Hears().empty());
}

}  // namespace
}  // namespace parley::test
