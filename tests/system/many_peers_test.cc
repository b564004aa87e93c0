// Thousands in one room: everyone gets everything in order, and presence stays bounded.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

constexpr std::size_t kPeers = 2000;

class ManyPeers : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    ASSERT_GT(limit.rlim_cur, 2 * kPeers);
  }
  // Only the last one's `joined` is looked into: they are long.
  void Fill(std::string_view room, std::size_t count) {
    std::string joined;
    for (std::size_t i = 0; i < count; ++i) {
      LinePeer& peer = peers_.emplace_back(server_.port());
      peer.SendLine(Object("hello", {{"protocol", 1}, {"name", "peer " + std::to_string(i)}}) + "\n" +
                    Object("join", {{"room", room}}));
      ids_.push_back(Json::Parse(peer.ReceiveLine())["id"].Text());
      joined = peer.ReceiveLine();
    }
    joined_ = Json::Parse(std::move(joined));
  }

  ServerProcess server_{{"--rate", "0"}};
  std::vector<LinePeer> peers_;
  std::vector<std::string> ids_;  // theirs
  Json joined_;                   // what the last one got
};

std::set<std::string> Ids(const Json& members) {
  std::set<std::string> ids;
  for (std::size_t i = 0; i < members.size(); ++i) ids.insert(members[i]["id"].Text());
  return ids;
}

TEST_F(ManyPeers, EveryoneInARoomOf2000GetsEveryMessageInOrder) {
  Fill("hall", kPeers);
  EXPECT_EQ(joined_["count"], kPeers);
  constexpr int kMessages = 20;
  for (int i = 1; i <= kMessages; ++i) {
    LinePeer& speaker = peers_[static_cast<std::size_t>(i) * 97];
    ASSERT_EQ(speaker.Say("hall", "number " + std::to_string(i))["seq"], i);
  }
  std::size_t deliveries = 0;
  for (std::size_t p = 0; p < kPeers; ++p) {
    for (int i = 1; i <= kMessages; ++i) {
      if (p == static_cast<std::size_t>(i) * 97) continue;  // its own
      const Json message = peers_[p].NextEvent("message");
      ASSERT_EQ(message["seq"], i) << "peer " << p;
      ASSERT_EQ(message["text"], "number " + std::to_string(i));
      ++deliveries;
    }
  }
  EXPECT_EQ(deliveries, kMessages * (kPeers - 1));
}

TEST_F(ManyPeers, AChunkReaches2000RawPeersAndAMessageTooByteForByte) {
  LinePeer ana(server_.port(), "Ana");
  ana.Join("lobby");
  std::vector<RawPeer> raws;
  for (std::size_t i = 0; i < kPeers; ++i) raws.emplace_back(server_.port());
  while (ana.NextEvent("room_changed")["count"] != kPeers + 1) {
  }
  ana.Say("lobby", "hello");
  raws.front().ReceiveExactly(11);
  raws.front().Send("chunk");
  for (std::size_t i = 1; i < kPeers; ++i) {
    ASSERT_EQ(raws[i].ReceiveExactly(16), "Ana: hello\nchunk") << "peer " << i;
  }
}

TEST_F(ManyPeers, UpTo256MembersAllAreListedAndAllMakeEvents) {
  Fill("hall", 256);
  EXPECT_EQ(joined_["count"], 256);
  EXPECT_EQ(Ids(joined_["members"]).size(), 256U);
  for (int i = 0; i < 256; ++i) {
    ASSERT_EQ(peers_[0].NextEvent("member_joined")["member"]["name"], "peer " + std::to_string(i));
  }
  peers_[100].Leave("hall");
  EXPECT_EQ(peers_[0].NextEvent("member_left")["id"], ids_[100]);
}

TEST_F(ManyPeers, Beyond256TheListHasOneselfHostsCallersHandsAndTheNewest) {
  Fill("hall", 300);
  peers_[10].Ask("state", {{"room", "hall"}, {"call", true}});
  peers_[20].Ask("state", {{"room", "hall"}, {"hand", true}});
  LinePeer last(server_.port(), "last");
  const Json joined = last.Join("hall");
  EXPECT_EQ(joined["count"], 301);
  EXPECT_LE(joined["members"].size(), 256U);
  const std::set<std::string> listed = Ids(joined["members"]);
  EXPECT_EQ(listed.size(), joined["members"].size());
  EXPECT_TRUE(listed.contains(last.id()));
  EXPECT_TRUE(listed.contains(ids_[0])) << "the host";
  EXPECT_TRUE(listed.contains(ids_[10])) << "in the call";
  EXPECT_TRUE(listed.contains(ids_[20])) << "has a hand up";
  EXPECT_TRUE(listed.contains(ids_[299])) << "the newest";
  EXPECT_FALSE(listed.contains(ids_[5])) << "an old one";
}

TEST_F(ManyPeers, Beyond256AHandMakesAnEventAndTheCountIsToldNowAndThen) {
  Fill("hall", 400);
  peers_[5].Leave("hall");
  peers_[20].Ask("state", {{"room", "hall"}, {"hand", true}});
  LinePeer& witness = peers_[399];
  const Json changed = witness.NextEvent("member_changed");
  EXPECT_EQ(changed["member"]["id"], ids_[20]);
  EXPECT_EQ(changed["member"]["hand"], true);
  while (witness.NextEvent("room_changed")["count"] != 399) {
  }
}

// Where each coming were an event, 600 would be told of 180,000.
TEST_F(ManyPeers, Beyond256ComingsAreCountedAtMostOnceASecondInsteadOfTold) {
  const auto begin = std::chrono::steady_clock::now();
  Fill("hall", 600);
  std::int64_t counts = 0;
  std::int64_t comings = 0;
  for (Json event; !(event["type"] == "room_changed" && event["count"] == 600);) {
    event = peers_[0].NextEvent();
    if (event["type"] == "room_changed") ++counts;
    if (event["type"] == "member_joined") ++comings;
  }
  const auto seconds =
      std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - begin).count();
  EXPECT_LE(counts, seconds + 1);
  EXPECT_EQ(comings, 256);
}

}  // namespace
}  // namespace parley::test
