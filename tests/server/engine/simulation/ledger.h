// What is true, whoever heard of it: what the log has stored, which whispers and signals are on their way,
// who is banned, who was in a room. The witnesses (witness.h) compare what they hear with it.
//
// Ledger has more than 25 functions and 12 members because each kind of fact has its own: what is noted, what
// is checked, and where it is kept.

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "server/model/visit.h"
#include "server/store/message_log.h"
#include "tests/server/engine/simulation/state_history.h"

namespace parley::simulation {

using protocol::Sequence;

class Ledger {
 public:
  static constexpr std::size_t kKeptLittle = 30;
  // `forgets`: the log keeps only so many messages of a room. What is sent again may be stored again.
  explicit Ledger(bool forgets) : forgets_(forgets) {}
  [[nodiscard]] bool forgets() const { return forgets_; }

  // Somebody sent bytes of its own making: not all that is said is known any more.
  void BeWild() { wild_ = true; }
  [[nodiscard]] bool wild() const { return wild_; }

  // --- Messages ---

  void Stored(const LogEntry& entry);
  // These failed together; a crash may show them nevertheless, all or none.
  void Doubt(std::vector<LogEntry> entries) { doubtful_.push_back(std::move(entries)); }
  // After a restart: what was stored is there.
  void CheckKept(MessageLog& log);
  // Somebody was shown this text at this place.
  void Saw(const std::string& room, Sequence seq, const std::string& text) const;
  // Its author was told that it could not be kept.
  void Failed(const std::string& text) const;
  [[nodiscard]] Sequence last(const std::string& room) const;
  // The oldest message that is kept of a room whose newest one is this.
  [[nodiscard]] Sequence FirstKept(Sequence last) const {
    return forgets_ && last > kKeptLittle ? last - kKeptLittle + 1 : 1;
  }
  // What they said, and what became of them.
  [[nodiscard]] StateHistory& states() { return states_; }

  // --- Whispers and signals, which are for one: by number, in the order in which they were sent ---

  int Send(const std::string& from, const std::string& to);
  void Acknowledged(int parcel);
  void Delivered(int parcel, const std::string& from, const std::string& to);
  // Those with these ids have read everything: all that was acknowledged has come to them. Others are gone,
  // or slow.
  void CheckDelivered(const std::set<std::string>& readers) const;

  // --- Bans, by name: from the moment a host was told that it is done to that of an unban on its way ---

  // What was asked for: a number for Banned, where no unban is on its way.
  [[nodiscard]] std::optional<int> AskBan(const std::string& room, const std::string& name);
  void AskUnban(const std::string& room, const std::string& name);
  // What there was an answer to, or never will be. Of a ban and an unban that were both on their way nobody
  // knows which was done first.
  void Banned(const std::string& room, const std::string& name, std::optional<int> asked);
  void Unbanned(const std::string& room, const std::string& name);
  [[nodiscard]] bool IsBanned(const std::string& room, const std::string& name) const;

  // --- Hosts: who went without `leave`, by room and name, and is awaited ---

  void SetTime(MonotonicTime now) { now_ = now; }
  void HostLost(const std::string& room, const std::string& name);
  void HostIsBack(const std::string& room, const std::string& name) { lost_[room].erase(name); }
  // Whether somebody is awaited there now, and was at `then`: what a slow reader hears was decided in
  // between.
  [[nodiscard]] bool IsAwaited(const std::string& room, MonotonicTime then) const;
  [[nodiscard]] MonotonicTime now() const { return now_; }
  // Some connection ended, or the server began.
  void ConnectionEnded() { last_end_ = now_; }
  [[nodiscard]] bool MayLackHost() const { return now_ - last_end_ < limits::kHostAwaited; }
  void ForgetLost() { lost_.clear(); }

  // --- The journal ---

  void Visited(const Visit& visit);
  void CheckEverybodyLeft() const;
  // The process was killed: who was there is not known to have left.
  void ForgetVisits() { present_.clear(); }

 private:
  struct Parcel {
    std::string from;
    std::string to;
    bool acknowledged = false;
  };

  void Adopt(LogEntry entry);
  void Changed(const LogEntry& entry);
  [[nodiscard]] bool IsKept(MessageLog& log) const;

  bool forgets_;
  bool wild_ = false;
  std::map<std::string, std::vector<std::string>> rooms_;                     // texts by place
  std::map<std::pair<std::string, Sequence>, std::set<std::string>> former_;  // texts before an edit
  std::set<std::pair<std::string, Sequence>> unsure_;  // a change of it failed, and may have been made
  std::map<std::string, protocol::Revision> revisions_;
  StateHistory states_;
  std::set<std::string> texts_;
  std::set<std::tuple<std::string, std::string, std::string>> ids_;  // room, author, id
  std::vector<std::vector<LogEntry>> doubtful_;                      // since the last that was stored
  std::map<int, Parcel> parcels_;                                    // on their way
  int newest_parcel_ = 0;
  struct BanState {
    bool banned = false;
    int unbans = 0;  // that were ever asked for
    int unbans_under_way = 0;
  };
  std::map<std::pair<std::string, std::string>, BanState> bans_;  // by room and name
  MonotonicTime now_;
  MonotonicTime last_end_;
  std::map<std::string, std::map<std::string, MonotonicTime>> lost_;  // by room and name: when
  std::map<std::pair<std::string, std::string>, int> present_;        // sessions by room and person
};

}  // namespace parley::simulation
