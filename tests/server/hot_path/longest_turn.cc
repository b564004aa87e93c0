// longest_turn VERB: a server that is as full as it gets, and one request whose turn callgrind counts.

#include <valgrind/callgrind.h>

#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/limits.h"
#include "server/engine/exchange.h"
#include "server/store/memory_log.h"
#include "tests/support/fake_accounts.h"

namespace parley::test {
namespace {

class Crowd {
 public:
  Crowd()
      : exchange_(Options(), std::make_unique<MemoryLog>(limits::kHistoryMessages),
                  std::make_unique<FakeAccounts>()) {}

  // One that said hello. Each has an address of its own, as one alone may not make so many rooms.
  PeerIndex Comes() {
    const std::size_t number = next_++;
    const PeerIndex peer =
        exchange_.Open({.address = "10." + std::to_string(number / 65'536) + "." +
                                   std::to_string(number / 256 % 256) + "." + std::to_string(number % 256)},
                       now_);
    Says(peer, R"({"type":"hello","protocol":1,"name":"member )" + std::to_string(number) + "\"}");
    return peer;
  }
  PeerIndex ComesInto(const std::string& room) {
    const PeerIndex peer = Comes();
    Says(peer, R"({"type":"join","room":")" + room + "\"}");
    return peer;
  }
  // One turn; the line, with what it makes everybody hear.
  void Says(PeerIndex peer, const std::string& line) {
    exchange_.Receive(peer, line + "\n", now_);
    Finish();
    Finish();
  }
  // For everybody's pace.
  void Pass() { now_.monotonic += std::chrono::seconds(10); }

  // What the peer heard last.
  std::string last;
  PeerIndex listens_to = kNoPeer;

 private:
  static ExchangeOptions Options() {
    ExchangeOptions options;
    options.rate = 0;
    options.peers_per_address = 0;
    return options;
  }
  void Finish() {
    exchange_.Tick(now_);
    exchange_.Commit(now_);
    for (const PeerIndex peer : exchange_.TakeDirty()) {
      OutQueue& out = exchange_.out(peer);
      std::array<std::string_view, 64> pieces;
      while (!out.empty()) {
        const std::size_t count = out.Gather(pieces, out.bytes());
        std::size_t bytes = 0;
        for (std::size_t i = 0; i < count; ++i) bytes += pieces[i].size();
        for (std::size_t i = 0; peer == listens_to && i < count; ++i) last.append(pieces[i].substr(0, 200));
        out.Consume(bytes);
      }
      exchange_.Flushed(peer, false, now_);
    }
  }

  Now now_{MonotonicTime(std::chrono::hours(1)), WallTime(std::chrono::hours(500'000))};
  Exchange exchange_;
  std::size_t next_ = 0;
};

// So many rooms, each with somebody in it and a topic of so many bytes.
void MakeRooms(Crowd& crowd, std::size_t topic_bytes) {
  PeerIndex peer = kNoPeer;
  for (std::size_t i = 0; i < limits::kRooms; ++i) {
    if (i % limits::kRoomsPerPeer == 0) peer = crowd.Comes();
    const std::string room = "\"room\":\"room " + std::to_string(i) + "\"";
    crowd.Says(peer, R"({"type":"join",)" + room + "}");
    if (topic_bytes == 0) continue;
    std::string topic;
    while (topic.size() < topic_bytes) topic += "What we do today, and number " + std::to_string(i) + ". ";
    topic.resize(topic_bytes);
    crowd.Says(peer, R"({"type":"moderate",)" + room + R"(,"action":"topic","value":")" + topic + "\"}");
  }
}

std::string Message(std::size_t bytes) {
  return R"({"type":"message","room":"hall","text":")" + std::string(bytes, 'x') + "\"}";
}

// Sets up the server, and says who asks for what then.
struct Scene {
  PeerIndex peer;
  std::string request;
};
using Setting = Scene (*)(Crowd&);

// The id that `welcome` tells.
std::string IdIn(const std::string& welcome) {
  const std::string key = R"("id":")";
  const std::size_t at = welcome.find(key) + key.size();
  return welcome.substr(at, welcome.find('"', at) - at);
}

// One in the hall, and its member id.
std::pair<PeerIndex, std::string> Neighbour(Crowd& crowd, PeerIndex next) {
  crowd.listens_to = next;
  crowd.last.clear();
  const PeerIndex peer = crowd.ComesInto("hall");
  return {peer, IdIn(crowd.last)};
}

// The one of so many in the hall who came last.
PeerIndex Fill(Crowd& crowd, std::size_t members) {
  PeerIndex peer = kNoPeer;
  for (std::size_t i = 0; i < members; ++i) peer = crowd.ComesInto("hall");
  return peer;
}

// One in the hall who has written so many messages of that size.
PeerIndex Writes(Crowd& crowd, int messages, std::size_t bytes) {
  const PeerIndex peer = crowd.ComesInto("hall");
  for (int i = 0; i < messages; ++i) crowd.Says(peer, Message(bytes));
  return peer;
}

Scene Rooms(Crowd& crowd) {
  MakeRooms(crowd, 0);
  return {crowd.Comes(), R"({"type":"rooms","limit":200})"};
}

Scene RoomsBehind(Crowd& crowd) {
  MakeRooms(crowd, 0);
  return {crowd.Comes(), R"({"type":"rooms","limit":200,"after":"room 7000"})"};
}

Scene RoomsQuery(Crowd& crowd) {
  MakeRooms(crowd, 100);
  return {crowd.Comes(), R"({"type":"rooms","query":"nowhere to be found"})"};
}

Scene History(Crowd& crowd) {
  return {Writes(crowd, 200, limits::kTextBytes), R"({"type":"history","room":"hall","limit":200})"};
}

Scene HistoryOfShortOnes(Crowd& crowd) {
  return {Writes(crowd, 200, 1), R"({"type":"history","room":"hall","limit":200})"};
}

Scene JoinACrowd(Crowd& crowd) {
  Fill(crowd, limits::kRoomMembers - 1);
  return {crowd.Comes(), R"({"type":"join","room":"hall"})"};
}

Scene JoinALongRoom(Crowd& crowd) {
  Writes(crowd, 10'000, 1);
  return {crowd.Comes(), R"({"type":"join","room":"hall","since":9700})"};
}

Scene SayToACrowd(Crowd& crowd) {
  return {Fill(crowd, limits::kRoomMembers), Message(limits::kTextBytes)};
}

Scene RaiseAHandInACrowd(Crowd& crowd) {
  return {Fill(crowd, limits::kRoomMembers), R"({"type":"state","room":"hall","hand":true})"};
}

Scene LeaveACrowd(Crowd& crowd) {
  return {Fill(crowd, limits::kRoomMembers), R"({"type":"leave","room":"hall"})"};
}

Scene ModerateWithAThousandBans(Crowd& crowd) {
  const PeerIndex host = crowd.ComesInto("hall");
  for (std::size_t i = 0; i <= limits::kBansPerRoom; ++i) {
    const auto [peer, id] = Neighbour(crowd, host + 1 + static_cast<PeerIndex>(i));
    if (i % 20 == 0) crowd.Pass();
    const std::string member = R"(,"member":")" + id + "\"}";
    if (i == limits::kBansPerRoom) {
      return {host, R"({"type":"moderate","room":"hall","action":"ban")" + member};
    }
    crowd.Says(host, R"({"type":"moderate","room":"hall","action":"mute")" + member);
    crowd.Says(host, R"({"type":"moderate","room":"hall","action":"ban")" + member);
  }
  return {host, ""};
}

Scene Whisper(Crowd& crowd) {
  const PeerIndex peer = crowd.ComesInto("hall");
  const auto [to, id] = Neighbour(crowd, peer + 1);
  return {peer, R"({"type":"whisper","to":")" + id + R"(","text":")" + std::string(limits::kTextBytes, 'x') +
                    "\"}"};
}

Scene Signal(Crowd& crowd) {
  const PeerIndex peer = crowd.ComesInto("hall");
  const auto [to, id] = Neighbour(crowd, peer + 1);
  return {peer, R"({"type":"signal","room":"hall","to":")" + id + R"(","data":")" +
                    std::string(limits::kMessageBytes - 200, 'x') + "\"}"};
}

const std::map<std::string, Setting>& Settings() {
  static const std::map<std::string, Setting> kSettings = {
      {"rooms", Rooms},
      {"rooms_behind", RoomsBehind},
      {"rooms_query", RoomsQuery},
      {"history", History},
      {"history_of_short_ones", HistoryOfShortOnes},
      {"join_a_crowd", JoinACrowd},
      {"join_a_long_room", JoinALongRoom},
      {"say_to_a_crowd", SayToACrowd},
      {"raise_a_hand_in_a_crowd", RaiseAHandInACrowd},
      {"leave_a_crowd", LeaveACrowd},
      {"moderate_with_a_thousand_bans", ModerateWithAThousandBans},
      {"whisper", Whisper},
      {"signal", Signal},
  };
  return kSettings;
}

}  // namespace
}  // namespace parley::test

int main(int argc, char** argv) {
  using namespace parley::test;
  const auto& settings = Settings();
  const auto setting = argc == 2 ? settings.find(argv[1]) : settings.end();
  if (setting == settings.end()) return 2;
  Crowd crowd;
  const Scene scene = setting->second(crowd);
  // What was still to be told, as the count of a large room, is told first.
  crowd.Pass();
  crowd.Says(scene.peer, R"({"type":"ping"})");
  crowd.Pass();
  crowd.listens_to = scene.peer;
  crowd.last.clear();
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
  crowd.Says(scene.peer, scene.request);
  CALLGRIND_STOP_INSTRUMENTATION;
  std::puts(crowd.last.c_str());  // that it was done, and not refused
}
