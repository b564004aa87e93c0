// What one peer of the protocol is promised, checked against all that it hears: whole lines of JSON, replies
// in the order of its requests and one each, messages of a room in order, without holes, never its own; who
// is in a room.

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "common/protocol/event.h"

namespace parley::fuzz {

// What every witness agrees on: the text at each place of each room's log.
class Record {
 public:
  void Saw(const std::string& room, protocol::Sequence seq, const std::string& text);
  // Its author was told that it could not be kept.
  void Failed(const std::string& text) { failed_.insert(text); }

 private:
  std::map<std::pair<std::string, protocol::Sequence>, std::string> texts_;
  std::set<std::string> failed_;
};

// A request that has no reply yet.
struct Expected {
  std::string ref;
  enum class Kind { kJoin, kLeave, kMessage, kOther } kind = Kind::kOther;
  std::string room = {};
  std::string text = {};  // of a message
  bool has_id = false;    // then it may be a duplicate
  std::optional<protocol::Sequence> since = {};
};

class Witness {
 public:
  // `record` must outlive it.
  explicit Witness(Record& record) : record_(&record) {}

  // Bytes of its own making were sent: from then on only what needs no knowledge of its requests is checked.
  void BeWild() { wild_ = true; }
  void Expect(Expected expected) { expected_.push_back(std::move(expected)); }
  void Hear(std::string_view bytes);
  // The connection ended in order: nothing is left unfinished.
  void CheckEnd() const;

  struct View {
    protocol::Sequence last = 0;
    std::set<std::string> members;
    bool operator==(const View&) const = default;
  };
  [[nodiscard]] const std::map<std::string, View>& rooms() const { return rooms_; }
  [[nodiscard]] bool wild() const { return wild_; }
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& token() const { return token_; }

 private:
  void HearLine(std::string_view line);
  void Reply(const std::string& ref, const protocol::Event& event);

  void On(const protocol::Welcome& event);
  void On(const protocol::Joined& event);
  void On(const protocol::MessageEvent& event);
  void On(const protocol::HistoryReply& event);
  void On(const protocol::WhisperEvent& event);
  void On(const protocol::SignalEvent& event);
  void On(const protocol::MemberJoined& event);
  void On(const protocol::MemberChanged& event);
  void On(const protocol::MemberLeft& event);
  void On(const protocol::Error& event);
  template <typename Other>
  void On(const Other& /*event*/) {}
  View* ViewOf(const std::string& room);

  Record* record_;
  std::string line_;  // not finished yet
  bool wild_ = false;
  bool over_ = false;  // a fatal error came
  std::string id_, token_;
  std::deque<Expected> expected_;
  std::map<std::string, View> rooms_;
};

// A raw peer: other raw peers' marks (`<peer:number>`) come in order, and never its own.
class RawWitness {
 public:
  explicit RawWitness(int self) : self_(self) {}
  void Hear(std::string_view bytes);
  static std::string Mark(int peer, int number);

 private:
  int self_;
  std::string unread_;
  std::map<int, int> newest_;
};

}  // namespace parley::fuzz
