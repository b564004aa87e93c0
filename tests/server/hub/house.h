// A hub with people in it, a clock that the test moves, and a log that answers at once or when it is let.
//
// House carries out what the hub wants: each person collects what it would be sent. A Person is a handle:
// cheap to copy, good as long as the house.
//
// House has more than 25 functions and 12 members because it replaces everything around a hub: the people,
// the log, the logins, the SFU and the clock.

#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/clock.h"
#include "common/protocol/event.h"
#include "common/protocol/request.h"
#include "server/hub/hub.h"
#include "server/store/memory_log.h"
#include "tests/server/hub/describe.h"
#include "tests/support/fake_accounts.h"

namespace parley::test {

class House;

class Person {
 public:
  Person(House& house, PeerIndex peer) : house_(&house), peer_(peer) {}

  // Requests. `ref` goes with the next one only.
  Person& Ref(std::string ref);
  void Ask(protocol::Request request);
  void Hello(const std::string& name);
  void ComeBack(const std::string& token);
  void Join(const std::string& room, std::optional<protocol::Sequence> since = {});
  void JoinWith(const std::string& password, const std::string& room);
  void Leave(const std::string& room);
  void Say(const std::string& room, const std::string& text, std::optional<std::string> id = {});
  void Whisper(const Person& to, const std::string& text);
  void Signal(const std::string& room, const Person& to, const std::string& data);
  // To the SFU; `data` as it stands on the wire.
  void SignalSfu(const std::string& room, const std::string& data);
  // `flags`: those to set, and with a minus those to clear: "call audio -hand".
  void Show(const std::string& room, const std::string& flags);
  void Moderate(const std::string& room, protocol::Action action, const Person& whom);
  void Moderate(const std::string& room, protocol::Action action, std::optional<std::string> value = {});
  // `what`: those to allow, and with a minus those to forbid: "chat -camera".
  void Allow(const std::string& room, const std::string& what);
  // One read of a raw peer.
  void SendRaw(std::string_view bytes, std::vector<std::string> texts);
  // A raw peer sends nothing more.
  void StopsSending();
  // The connection is gone.
  void Vanish(std::string_view reason = "lost");

  // What came since the last look, in words.
  std::vector<std::string> Hears();
  // The kind (KindOf) of the one reply with this ref among it.
  std::string KindOfReply(const std::string& ref);
  // The newest event of this type among it; fails the test, with an empty one, where there is none.
  template <typename T>
  T Gets();

  [[nodiscard]] PeerIndex peer() const { return peer_; }
  [[nodiscard]] std::string id() const;
  [[nodiscard]] std::string token() const;

 private:
  House* house_;
  PeerIndex peer_;
};

class House {
 public:
  // `kept`: messages a room.
  explicit House(HubOptions options = {}, std::size_t kept = 1'000, std::vector<RoomSettings> rooms = {});

  // A connection, from an address of its own where none is given.
  Person Connects(const std::string& address = "");
  // One that says hello, and has forgotten the welcome.
  Person Guest(const std::string& name, const std::string& address = "");
  // One that is in the room, too; everybody has forgotten about it.
  Person GuestIn(const std::string& room, const std::string& name, const std::string& address = "");
  // Another connection of the same person asks for the room; it keeps what it hears of that.
  Person ReturnsTo(const std::string& room, const Person& person);
  // One that has logged in to an account with that role, or come with a token of it (a host).
  Person Account(const std::string& name, protocol::Role role = protocol::Role::kMember);
  Person AccountIn(const std::string& room, const std::string& name,
                   protocol::Role role = protocol::Role::kMember);
  Person RawPeer(const std::string& address = "");

  // Everybody forgets what they heard.
  void Quiet();
  void Pass(Duration time);

  // The log holds what it is given back until it is let; what is asked of it meanwhile queues up.
  void HoldLog() { holding_ = true; }
  void LetLog();
  // What is asked of the log next fails, the whole batch of it.
  void FailLog() { failing_ = true; }

  [[nodiscard]] FakeAccounts& accounts() { return accounts_; }
  // Applies a command of another server.
  Answer Apply(Command command);

  // What the log was given to keep of the rooms.
  [[nodiscard]] const std::vector<RoomSettings>& saves() const { return saves_; }
  // Rooms that are no longer in memory.
  [[nodiscard]] const std::vector<std::string>& evicted() const { return evicted_; }
  // How far people have read in rooms, by room and person, as the log was given it to keep.
  [[nodiscard]] const std::map<std::pair<std::string, std::string>, protocol::Sequence>& marks() const {
    return marks_;
  }
  // Who came and went, in words, since the last look.
  std::vector<std::string> Visits();
  // What the SFU was told, in words, since the last look; and what it says.
  std::vector<std::string> Media();
  void MediaSays(const MediaEvent& event);
  void LetLogins() {
    accounts_.Let();
    CarryOut();
  }

  [[nodiscard]] Hub& hub() { return hub_; }
  [[nodiscard]] const Now& now() const { return now_; }

 private:
  friend class Person;
  struct Heard {
    protocol::Event event;
    std::optional<std::string> ref;
  };
  struct Seen {
    std::vector<Heard> events;
    std::vector<std::string> words;  // of raw peers: what they were sent
    std::optional<std::string> next_ref;
    std::string id, token;
  };
  struct Job {
    std::variant<LogEntry, RawChunk, Load> what;
    bool fails;
  };

  // `options` as this house has them: it is open since now, and knows its own guests and authors.
  HubOptions With(HubOptions options);
  std::vector<std::string> Drain(PeerIndex peer);
  void CarryOut();
  void Run(Job job);
  [[nodiscard]] KeptRoom Kept(const std::string& key, bool has_messages) const;
  void TakeLogins();
  void Deliver(ToPeer& item);
  void Deliver(ToRoom& item);
  void Deliver(ChatToRoom& item);
  void Deliver(RawToRoom& item);
  void Deliver(ClosePeer& item);
  void Deliver(TellRaw& item);
  void Hear(PeerIndex peer, const protocol::Event& event, const std::optional<std::string>& ref);

  Now now_{MonotonicTime(std::chrono::hours(1)), WallTime(std::chrono::hours(500'000))};
  FakeAccounts accounts_;
  Hub hub_;
  MemoryLog log_;
  std::map<std::uint64_t, Origin> logins_;
  std::uint64_t next_ticket_ = 1;
  std::vector<RoomSettings> saves_;
  std::vector<std::string> evicted_;
  std::vector<Visit> visits_;
  std::vector<std::string> media_;
  std::map<std::pair<std::string, std::string>, protocol::Sequence>
      marks_;  // of accounts, as the log keeps them
  Outbox outbox_;
  std::vector<Seen> seen_;  // by peer
  NamesById names_;
  std::deque<Job> jobs_;
  std::deque<PeerIndex> leaving_;
  bool holding_ = false;
  bool failing_ = false;
};

void ReportMissing(const std::vector<std::string>& heard);

template <typename T>
T Person::Gets() {
  std::optional<T> newest;
  for (const auto& heard : house_->seen_[peer_].events) {
    if (const T* event = std::get_if<T>(&heard.event)) newest = *event;
  }
  const auto heard = Hears();
  if (!newest) ReportMissing(heard);
  return newest.value_or(T{});
}

}  // namespace parley::test
