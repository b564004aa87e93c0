// What one peer of the protocol is promised, checked against all that it hears: whole messages, replies in
// the order of its requests and one each, the messages of its rooms in order, without holes and never its
// own, who is in a room, and nothing of rooms where it is not.
//
// Witness has more than 25 functions because each event has one. It has more than 12 members because it keeps
// all that its peer has heard and asked for.

#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/protocol/event.h"
#include "tests/server/engine/simulation/ledger.h"
#include "tests/server/engine/simulation/memory.h"

namespace parley::simulation {

// A request that has no reply yet.
struct Expected {
  std::string ref = {};
  enum class Kind {
    kHello,
    kJoin,
    kLeave,
    kMessage,
    kHistory,
    kSearch,
    kRooms,
    kRoomInfo,
    kMembers,
    kPing,
    kBans,
    kRecent,
    kAttendance,
    kUpload,
    kDownload,
    kOther
  } kind = Kind::kOther;
  std::string room = {};
  std::string text = {};                                 // of a message; of a download: the id of its file
  std::optional<std::string> id = {};                    // of a message: then it may be stored already
  std::optional<Sequence> since = {};                    // of a join; of a history: `after`
  std::optional<protocol::Revision> since_rev = {};      // of a join, with `since`
  bool resumes = false;                                  // of a join: as the person left off
  std::optional<protocol::Revision> changed_after = {};  // of a history
  std::optional<protocol::Poll> poll = {};               // of a message that is one
  std::size_t limit = 0;                                 // of a history; of an upload: its bytes
  int parcel = 0;                                        // of a whisper or signal
  std::optional<std::string> bans = {};                  // the name of whom it bans
  std::optional<int> ban = {};                           // and what Ledger::AskBan said
  std::optional<std::string> unbans = {};                // and of whom it does not ban any more
  bool newcomer = false;     // of a hello: by a name, so that nobody knows who it is
  bool forbidden = false;    // of a join: by somebody who is banned
  MonotonicTime asked = {};  // when
};

class Witness {
 public:
  // `ledger` and `memory` must outlive it.
  Witness(Ledger& ledger, Memory& memory) : ledger_(&ledger), memory_(&memory) {}
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;
  // Its connection is over.
  ~Witness();

  // Bytes of its own making were sent: from then on only what needs no knowledge of its requests is checked.
  void BeWild();
  void Expect(Expected expected);
  void Hear(std::string_view message);

  struct View {
    Sequence last = 0;
    protocol::Revision rev = 0;
    std::map<std::string, std::string> members;  // by id: name, role and flags
    std::map<std::string, std::string> names;    // by id
    std::string topic;
    bool locked = false;
    bool waiting_room = false;
    std::string media;
    std::vector<std::string> spotlight;
    bool operator==(const View&) const = default;
  };
  [[nodiscard]] const std::map<std::string, View>& rooms() const { return rooms_; }
  [[nodiscard]] bool wild() const { return wild_; }
  // It was told that this is the end.
  [[nodiscard]] bool over() const { return over_; }
  [[nodiscard]] bool answered() const { return expected_.empty(); }
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& token() const { return token_; }
  [[nodiscard]] protocol::Role role() const { return role_; }
  // Whether somebody in the view is host, or an admin, of whom that is not told.
  [[nodiscard]] static bool HasHost(const View& view);
  // Ids of messages that were acknowledged, since the last call.
  std::set<std::string> TakeAcknowledged();
  // What was answered to `upload` and `download`, since the last call.
  std::vector<std::pair<Expected, protocol::Event>> TakeFiles() { return std::exchange(files_, {}); }

 private:
  void Reply(const std::string& ref, const protocol::Event& event);
  void Refused(const Expected& asked, const protocol::Error& error) const;
  void Granted(const Expected& asked, const protocol::Joined& joined);
  void Granted(const Expected& asked, const protocol::HistoryReply& history);
  void Granted(const Expected& asked, const protocol::Ok& ok);
  void CatchUp(const Expected& asked, const protocol::Joined& joined);

  void On(const protocol::Welcome& event);
  void On(const protocol::Joined& event);
  void On(const protocol::MessageEvent& event);
  void On(const protocol::MessageChanged& event);
  void On(const protocol::HistoryReply& event);
  void On(const protocol::WhisperEvent& event);
  void On(const protocol::SignalEvent& event);
  void On(const protocol::MemberJoined& event);
  void On(const protocol::MemberChanged& event);
  void On(const protocol::MemberLeft& event);
  void On(const protocol::RoomChanged& event);
  void On(const protocol::SeenEvent& event);
  void On(const protocol::TypingEvent& event);
  void On(const protocol::FoundReply& event);
  void On(const protocol::AttendanceReply& event);
  void On(const protocol::RoomInfoReply& event);
  void On(const protocol::MembersReply& event);
  void On(const protocol::Error& event);
  void On(const protocol::Closing& /*event*/) { over_ = true; }
  template <typename Other>
  void On(const Other& /*event*/) {}

  void CameAs(protocol::Role role, const std::string& room);
  View* ViewOf(const std::string& room);
  void Receive(int parcel, const std::string& from);
  std::size_t SawStretch(const std::string& room, const std::vector<protocol::MessageEvent>& messages);

  Ledger* ledger_;
  Memory* memory_;
  bool wild_ = false;
  bool over_ = false;
  std::string id_, name_, token_;
  protocol::Role role_ = protocol::Role::kGuest;
  std::deque<Expected> expected_;
  std::map<std::string, View> rooms_;
  std::map<std::string, int> newest_parcel_;  // by sender
  std::set<std::string> acknowledged_;
  std::vector<std::pair<Expected, protocol::Event>> files_;
  std::map<std::string, Sequence> seen_;  // by room: how far the person has read
};

// A raw peer: what it hears is what the lobby's log says, byte for byte, but for its own and what the server
// itself has to say.
class RawWitness {
 public:
  explicit RawWitness(int self) : self_(self) {}
  static std::string Mark(int peer, int number);

  // The lobby has a new message. `undecided`: it is kept for a peer that may turn out to be raw.
  void Said(const protocol::MessageEvent& message, bool undecided);
  void Hear(std::string_view bytes);
  [[nodiscard]] bool heard_all() const { return expected_.empty() && unread_.empty(); }

 private:
  bool TakeExpected();
  bool TakeNotice();

  int self_;
  std::deque<std::string> expected_;
  std::size_t expected_bytes_ = 0;
  std::string unread_;
};

// The text of a whisper, and the data of a signal, that is this parcel.
std::string WhisperText(int parcel);
std::string SignalData(int parcel);

}  // namespace parley::simulation
