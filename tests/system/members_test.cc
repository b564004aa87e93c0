// Searching and paging through the members of a room that is too large to list them all.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

using ::testing::ElementsAre;

constexpr std::size_t kPeers = 300;

std::vector<std::string> Names(const Json& reply) {
  std::vector<std::string> names;
  const Json members = reply["members"];
  for (std::size_t i = 0; i < members.size(); ++i) names.push_back(members[i]["name"].Text());
  return names;
}

class Members : public testing::Test {
 protected:
  Members() {
    for (std::size_t i = 0; i < kPeers; ++i) {
      LinePeer& peer = peers_.emplace_back(server_.port());
      std::string name = std::to_string(i);
      name.insert(0, 3 - name.size(), '0');
      name.insert(0, i % 100 == 7 ? "\u5c0f\u660e " : "Peer ");
      peer.SendLine(Object("hello", {{"protocol", 1}, {"name", name}}) + "\n" +
                    Object("join", {{"room", "Hall"}}));
      peer.ReceiveLine();
      if (i + 1 < kPeers) continue;
      joined_ = peer.NextEvent("joined");
    }
  }
  Json Ask(std::initializer_list<Field> fields) { return peers_.back().Ask("members", fields); }

  ServerProcess server_{{"--rate", "0"}};
  std::vector<LinePeer> peers_;
  Json joined_;  // what the last one got
};

TEST_F(Members, AnUnlistedMemberIsFoundByName) {
  ASSERT_EQ(joined_["count"], kPeers);
  ASSERT_EQ(joined_["members"].size(), 256U);
  const Json found = Ask({{"room", "hall"}, {"query", "002 PEER"}});
  EXPECT_EQ(Outcome(found), "members");
  EXPECT_EQ(found["room"], "Hall");
  EXPECT_EQ(found["count"], 1);
  EXPECT_THAT(Names(found), ElementsAre("Peer 002"));
  EXPECT_FALSE(found.Has("next"));
  // Not a sample: a private message reaches the one who was found.
  EXPECT_EQ(
      Outcome(peers_.back().Ask("whisper", {{"to", found["members"][0]["id"].Text()}, {"text", "psst"}})),
      "ok");
  EXPECT_EQ(peers_[2].NextEvent("whisper")["text"], "psst");
  EXPECT_THAT(Names(Ask({{"room", "hall"}, {"query", "\u660e"}})),
              ElementsAre("\u5c0f\u660e 007", "\u5c0f\u660e 107", "\u5c0f\u660e 207"));
  EXPECT_EQ(Ask({{"room", "hall"}, {"query", "nobody"}})["count"], 0);
}

TEST_F(Members, APageHas50OrUpTo200) {
  EXPECT_EQ(Names(Ask({{"room", "hall"}})).size(), 50U);
  const Json page = Ask({{"room", "hall"}, {"limit", 1000}});
  EXPECT_EQ(Names(page).size(), 200U);
  EXPECT_EQ(page["count"], kPeers);
  const Json rest = Ask({{"room", "hall"}, {"limit", 200}, {"after", page["next"].Text()}});
  EXPECT_EQ(Names(rest).size(), 100U);
  EXPECT_FALSE(rest.Has("next"));
}

TEST_F(Members, PagesGoOnWhilePeopleLeave) {
  std::vector<std::string> listed = Names(Ask({{"room", "hall"}, {"limit", 10}}));
  std::string next = Ask({{"room", "hall"}, {"limit", 10}})["next"].Text();
  // Before, at and behind the place where the page ends.
  for (const std::size_t peer : {3U, 9U, 10U, 11U, 30U}) {
    ASSERT_EQ(Outcome(peers_[peer].Ask("leave", {{"room", "hall"}})), "ok");
  }
  for (;;) {
    const Json page = Ask({{"room", "hall"}, {"limit", 100}, {"after", next}});
    for (std::string& name : Names(page)) listed.push_back(std::move(name));
    if (!page.Has("next")) break;
    next = page["next"].Text();
  }
  EXPECT_TRUE(std::ranges::is_sorted(listed));
  // Three of those on the first page and two of the others are gone.
  EXPECT_EQ(std::set<std::string>(listed.begin(), listed.end()).size(), listed.size());
  EXPECT_EQ(listed.size(), kPeers - 2);
}

TEST_F(Members, AreForMembersOnly) {
  LinePeer stranger(server_.port());
  EXPECT_EQ(Outcome(stranger.Ask("members", {{"room", "hall"}})), "hello_required");
  LinePeer outsider(server_.port(), "Eve");
  EXPECT_EQ(Outcome(outsider.Ask("members", {{"room", "hall"}})), "not_in_room");
  EXPECT_EQ(Outcome(outsider.Ask("members", {{"room", "no/room"}})), "room_invalid");
  EXPECT_EQ(Outcome(Ask({{"room", "hall"}, {"query", std::string(201, 'x')}})), "bad_message");
}

}  // namespace
}  // namespace parley::test
