// Two servers that apply the same commands in the same order agree on the room: on its settings, bans, mutes
// and hosts, on its messages and on what hosts did. Their clocks, their random numbers and the people who are
// there differ.
//
//   PARLEY_SEED=N   plays seed N only;  PARLEY_SEEDS=N   plays N seeds

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "server/cluster/command_text.h"
#include "tests/server/cluster/commands_fixture.h"
#include "tests/server/hub/house.h"
#include "tests/support/seeds.h"

namespace parley::test {
namespace {

constexpr unsigned long kSeeds = 100;
constexpr std::size_t kCommands = 150;
constexpr const char* kRoom = "lab";

// Nobody stands in for a host here, because that depends on who is there, and joins are not commands yet.
HubOptions WithTheRoom() {
  HubOptions options;
  options.listed_rooms.push_back({.name = *protocol::RoomName(kRoom)});
  options.listed_rooms.back().rules = {.listed = true, .hosts = {"nobody who ever comes"}};
  return options;
}

class ServerOfTwo {
 public:
  ServerOfTwo(unsigned long seed, Duration ahead) : random_(seed) { house_.Pass(ahead); }

  // Before each command: time passes, and people of this server come and go.
  void Apply(const std::string& lines) {
    house_.Pass(std::chrono::milliseconds(random_() % 100'000));
    const auto* const name = RandomCommands::kPeople[random_() % RandomCommands::kPeople.size()];
    const auto here = people_.find(name);
    if (here != people_.end()) {
      here->second.Vanish(random_() % 2 == 0 ? "left" : "lost");
      people_.erase(here);
    } else if (random_() % 2 == 0) {
      people_.emplace(name, house_.AccountIn(kRoom, name, RoleOf(name)));
    }
    auto commands = cluster::ReadCommands(lines);
    ASSERT_TRUE(commands);
    for (Command& command : *commands) house_.Apply(std::move(command));
  }

  // Everything that must agree, as text.
  std::string Dump() {
    Person reader = house_.Account("Reader", protocol::Role::kAdmin);
    reader.Join(kRoom);
    house_.Quiet();
    protocol::Moderate recent;
    recent.room = kRoom;
    recent.action = protocol::Action::kRecent;
    protocol::History messages;
    messages.room = kRoom;
    messages.after = 0;
    messages.limit = 200;
    protocol::History changes = messages;
    changes.after.reset();
    changes.changed_after = 0;
    return Settings() + Reply<protocol::RecentReply>(reader, recent) +
           Reply<protocol::HistoryReply>(reader, messages) + Reply<protocol::HistoryReply>(reader, changes);
  }

 private:
  static protocol::Role RoleOf(std::string_view name) {
    return name == "Zoe" ? protocol::Role::kAdmin : protocol::Role::kMember;
  }

  template <typename Event>
  static std::string Reply(Person& reader, protocol::Request request) {
    reader.Ask(std::move(request));
    return protocol::EncodeEvent(reader.Gets<Event>()) + "\n";
  }

  // The settings that the log keeps, without KnownHosts::Host::expected, which depends on who is there.
  std::string Settings() {
    const auto& saves = house_.saves();
    const auto last = std::find_if(saves.rbegin(), saves.rend(),
                                   [](const RoomSettings& room) { return room.name.key == kRoom; });
    if (last == saves.rend()) return "nothing\n";
    const auto& allow = last->allow;
    std::string text = "topic " + last->topic + ", password " + last->password;
    for (const bool flag : {last->locked, last->waiting_room, last->hosted, allow.microphone, allow.camera,
                            allow.screen, allow.chat}) {
      text += flag ? " yes" : " no";
    }
    for (const Ban& ban : last->bans) {
      text += "\nban " + ban.name.shown + "/" + ban.name.key + " " + ban.identity + " " + ban.address + " " +
              FormatTime(ban.time) + " " + ban.by;
    }
    for (const auto& host : last->known_hosts.all()) {
      text += "\nhost " + host.identity + " " + std::to_string(static_cast<int>(host.by));
    }
    for (const std::string& muted : last->muted_identities.all()) text += "\nmuted " + muted;
    return text + "\n";
  }

  House house_{WithTheRoom()};
  std::mt19937_64 random_;
  std::map<std::string, Person> people_;
};

void Play(unsigned long seed) {
  RandomCommands commands(seed);
  ServerOfTwo one(seed * 2, std::chrono::hours(1));
  ServerOfTwo other(seed * 2 + 1, std::chrono::hours(30));
  for (std::size_t i = 0; i < kCommands; ++i) {
    std::string lines;
    cluster::AppendCommand(lines, commands.Next(kRoom));
    one.Apply(lines);
    other.Apply(lines);
  }
  const std::string dump = one.Dump();
  const std::string other_dump = other.Dump();
  // Not EXPECT_EQ, which would print both texts completely.
  const auto differ = std::ranges::mismatch(dump, other_dump).in1 - dump.begin();
  EXPECT_TRUE(dump == other_dump) << "one: " << dump.substr(static_cast<std::size_t>(differ), 300)
                                  << "\nother: " << other_dump.substr(static_cast<std::size_t>(differ), 300);
  EXPECT_GT(dump.size(), 1'000U) << "the play was too quiet to show anything";
}

TEST(AgreementTest, TheSameCommandsMakeTheSameRooms) {
  const Seeds seeds = SeedsToPlay(kSeeds);
  for (unsigned long seed = seeds.first; seed < seeds.end && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("PARLEY_SEED=" + std::to_string(seed));
    Play(seed);
  }
}

}  // namespace
}  // namespace parley::test
