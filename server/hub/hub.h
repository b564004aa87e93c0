// The hub: who is in which room and what they may do. Maps (member, request, now) to an Outbox.
//
// It knows no descriptor, no byte, no clock, no log and no thread: the caller carries the outbox out, right
// after each call, and comes back with Stored and Loaded when the log has done what was asked of it. One
// thread.
//
// To find a verb: kVerbs in hub.cc names each with its preconditions and its handler; what moderators do is
// kActions in moderation.cc.

#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/protocol/page.h"
#include "common/protocol/request.h"
#include "server/hub/directory.h"
#include "server/hub/member.h"
#include "server/hub/outbox.h"
#include "server/hub/room.h"
#include "server/hub/room_list.h"
#include "server/model/room_rules.h"
#include "server/model/room_settings.h"

namespace parley {

struct HubOptions {
  bool guests = true;
  std::vector<ListedRoom> listed_rooms = {};
  bool only_listed_rooms = false;          // and the lobby: no room is made on demand
  bool journal = false;                    // who comes and goes is to be kept (Outbox::visits)
  std::size_t max_rooms = limits::kRooms;  // in use at once, and held in memory
  // Whether somebody at that address may make another room. If so, counts it. Empty: always.
  std::function<bool(const std::string& address, const Now& now)> may_make_room = {};
  // When the server started. From then on it awaits the people who were host of a room when it ended.
  MonotonicTime started = {};
  std::string server = "parley/" PARLEY_VERSION;
  std::vector<std::string> features = {};  // what `welcome` lists: capabilities that not every server has
  // A token for a guest whose name was changed (Accounts::GuestToken).
  std::function<std::string(const Identity& guest, const Now& now)> guest_token = {};
  // The author key of an identity (Accounts::AuthorKey).
  std::function<std::string(std::string_view identity)> author_key = {};
  // The ICE servers for one member (by its id); empty: there are none.
  std::function<std::vector<protocol::IceServer>(std::string_view member, WallTime now)> ice_servers = {};
};

// What became of a Post.
enum class StoreResult { kStored, kDuplicate, kFailed };

class Hub {
 public:
  // `rooms`: the lobby and the rooms of the configuration, as they were set up before a restart.
  explicit Hub(HubOptions options, std::vector<RoomSettings> rooms = {});
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // A protocol peer is there; it must say hello. `address` is without port.
  void Connect(PeerIndex peer, std::string address);
  // A raw peer is there: a guest in the lobby, unless the outbox says that it is closed.
  void ConnectRaw(PeerIndex peer, std::string address, const Now& now, Outbox& out);
  // The connection is gone. `reason` is what others are told: `left` or `lost`. Fine for a peer that never
  // was.
  void Disconnect(PeerIndex peer, std::string_view reason, const Now& now, Outbox& out);

  // A raw peer sends nothing more, and all that it sent is stored. It leaves the lobby, and is a listener
  // until Disconnect. Does nothing for other peers, or for a listener.
  void StopsSending(PeerIndex peer, const Now& now, Outbox& out);
  // Listeners hear what raw peers hear. They are not counted or listed, and cannot be addressed. The longest
  // listener comes first.
  [[nodiscard]] const std::vector<PeerIndex>& listeners() const { return listeners_; }

  // Whether the log, or the check of a login, has yet to do something that this peer asked for.
  [[nodiscard]] bool IsWaiting(PeerIndex peer) const;
  // Whether the peer's next request (null: a faulty one, of which only the error is to be told) must wait for
  // that.
  [[nodiscard]] bool MustWait(PeerIndex peer, const protocol::Request* request) const;
  void Handle(PeerIndex peer, protocol::Request request, const std::optional<std::string>& ref,
              const Now& now, Outbox& out);
  // What a raw peer sent in one read: the bytes, and their text as messages (none, one or more).
  void HandleRaw(PeerIndex peer, std::string_view bytes, std::vector<std::string> texts, const Now& now,
                 Outbox& out);

  // The peer's hello was accepted (`token` is for it to come back with), or refused. Who may have the name is
  // decided now, because others may have come since the accounts were asked.
  void LoggedIn(const Origin& origin, IdentityRef identity, std::string token, NameClaim claim,
                const Now& now, Outbox& out);
  void LoginRefused(const Origin& origin, protocol::Error error, Outbox& out);
  // The log has stored the post, found it there already (then `seq` and `time` of its message are the first
  // one's), or failed.
  void Stored(Post post, StoreResult result, Outbox& out);
  // The log has read what was asked for (`page` and `kept` are used up; `kept` where the load asks for it),
  // or failed (`page` is null).
  void Loaded(const Load& load, protocol::Page* page, KeptRoom kept, const Now& now, Outbox& out);

  // When Tick wants to be called next.
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const;
  void Tick(const Now& now, Outbox& out);

  [[nodiscard]] const Room& lobby() const { return *lobby_; }
  [[nodiscard]] bool guests_allowed() const { return options_.guests; }
  // The keys of the rooms that were in use since the last call. If `others_give_way`, all other rooms leave
  // the memory and are only in the log.
  std::vector<std::string> UsedRooms(bool others_give_way, Outbox& out);
  // In memory, in use or not.
  [[nodiscard]] std::size_t room_count() const { return rooms_.size(); }
  // Null where that peer is unknown.
  [[nodiscard]] const Member* Find(PeerIndex peer) const;

 private:
  struct Call;
  struct Verb;
  struct ActionRule;
  using Answer = std::optional<protocol::Error>;  // nothing: done, and answered
  static const Verb kVerbs[];
  static const ActionRule kActions[];

  Answer Run(Call& call);
  // What is only for members of a room, asked by one who is none.
  Answer RunOutside(Call& call, const std::string& room_name);
  Answer OnHello(Call& call);
  Answer OnJoin(Call& call);
  Answer OnLeave(Call& call);
  Answer OnMessage(Call& call);
  Answer OnWhisper(Call& call);
  Answer OnHistory(Call& call);
  Answer OnSignal(Call& call);
  Answer OnState(Call& call);
  Answer OnModerate(Call& call);
  Answer OnRooms(Call& call);
  Answer OnPing(Call& call);

  Answer Kick(Call& call, Seat* target);
  Answer BanMember(Call& call, Seat* target);
  Answer Unban(Call& call, Seat* target);
  Answer ListBans(Call& call, Seat* target);
  Answer Mute(Call& call, Seat* target);
  Answer Unmute(Call& call, Seat* target);
  Answer LowerHand(Call& call, Seat* target);
  Answer Lock(Call& call, Seat* target);
  Answer Unlock(Call& call, Seat* target);
  Answer SetPassword(Call& call, Seat* target);
  Answer SetTopic(Call& call, Seat* target);
  Answer Promote(Call& call, Seat* target);
  Answer Demote(Call& call, Seat* target);
  Answer SetWaitingRoom(Call& call, Seat* target);
  Answer Admit(Call& call, Seat* target);
  Answer RefuseEntry(Call& call, Seat* target);
  void Expel(Call& call, const std::vector<Member*>& sessions, std::string_view reason);
  Answer ModerateListener(Call& call, const Member& listener);
  void SetMuted(Call& call, const Seat& target, bool muted);

  // Who may have which name (logins.cc).
  [[nodiscard]] std::optional<protocol::Name> NameFor(const Identity& guest, NameClaim claim, const Now& now,
                                                      Outbox& out);
  void Rename(const std::string& guest, const protocol::Name& name, const Now& now, Outbox& out);

  // Presence: what a room is told of comings, changes and goings (docs/protocol.md, "Large rooms").
  void AnnounceJoin(Room& room, Seat& seat, const Now& now, Outbox& out);
  void AnnounceChange(Room& room, Seat& seat, bool was_prominent, Outbox& out);
  static void AnnounceName(Room& room, Seat& seat, Outbox& out);
  Seat Unseat(Room& room, Member& member, std::string_view reason, const Now& now, Outbox& out);
  void Depart(Room& room, Member& member, std::string_view reason, bool by_leaving, const Now& now,
              Outbox& out);
  static void Introduce(Room& room, Outbox& out);
  void CountChanged(Room& room, const Now& now, Outbox& out);
  void NoteVisit(const Room& room, const Member& member, std::optional<std::string_view> left, const Now& now,
                 Outbox& out) const;

  // Who may come in, who waits (admission.cc).
  [[nodiscard]] bool MayExist(const Room& room) const;
  // Asked when somebody wants to join, and again when the seat is taken, because others act in between.
  Answer MayJoin(const Member& member, const Room& room, const std::optional<std::string>& password) const;
  [[nodiscard]] std::string_view WhyNoRawPeer(const Member& member) const;
  Member* FindListener(std::string_view member_id);
  void ExpelListeners(Outbox& out) const;
  static Answer Wait(Member& member, Room& room, const std::string& asked, protocol::Error error,
                     Outbox& out);
  static void WaitNoMore(Member& member, Room& room, Outbox& out);
  template <typename Predicate>
  static void EndWaiting(Room& room, bool admitted, Predicate is, Outbox& out);
  static void LetIn(Room& room, const std::string& identity, Outbox& out);
  static void RefuseBanned(Room& room, Outbox& out);
  static void NoMoreLetIn(Member& member, Room& room);
  static const Member* FindWaiting(Call& call);
  static void TellWaiting(const Room& room, Outbox& out);
  static void TellWaiting(const Room& room, const Seat& host, Outbox& out);
  static void TellAdmission(Member& member, const Room& room, bool admitted, Outbox& out);
  static void DescribeWaiting(const Room& room, const Seat& seat, protocol::Joined& joined);

  // Who is host (hosts.cc).
  [[nodiscard]] bool HasStandIns(const Room& room) const;
  [[nodiscard]] bool LacksHost(const Room& room) const;
  [[nodiscard]] bool NobodyAdmits(const Room& room) const;
  [[nodiscard]] bool IsHostAgain(const Member& member, const Room& room) const;
  void SeatHost(Room& room, Seat& seat, Outbox& out);
  void DismissStandIns(Room& room, const Seat& newcomer, Outbox& out);
  void Dismiss(Room& room, const std::string& key, const Member* leaving, Outbox& out);
  void Appoint(Room& room, const Seat& chosen, HostBy by, Outbox& out);
  void MakeHost(Room& room, Seat& seat, HostBy by, Outbox& out);
  void HostGone(Room& room, const std::string& key, bool by_leaving, const Now& now, Outbox& out);
  void ChooseHost(Room& room, const std::string& except, const Now& now, Outbox& out);
  void ChooseHeir(Room& room, const Now& now, Outbox& out);
  void StopAwaiting(Room& room, const Now& now, Outbox& out);
  void AwaitHosts(Room& room, MonotonicTime now);
  void Remind(Room& room);

  Member* MemberOf(PeerIndex peer);
  Member* MemberOf(const Origin& origin);
  Member& NewMember(PeerIndex peer, std::string address);
  static const Place* PlaceIn(const Member& member, const std::string& room);
  Room* FindRoom(const std::string& key);
  Room& AddRoom(RoomSettings settings);
  void SetUp(ListedRoom listed);
  // Which rooms are in memory (room_use.cc).
  [[nodiscard]] bool Stays(const Room& room) const;
  void Use(Room& room);
  void Release(Room& room);  // where nobody uses it any more; it may be gone then
  Answer Hold(protocol::Name name, Room*& room, Outbox& out);
  void GiveWay(Room& room, Outbox& out);
  void Drop(Room& room);
  void Relist(Room& room);
  void TakeSettings(Room& room, KeptRoom& kept, const Now& now);
  static void TellStored(Room& room, const Member* author, Post post, StoreResult result, Outbox& out);
  Answer Seated(const Load& load, Member& member, Room& room, protocol::Page& page, const Now& now,
                Outbox& out);
  Answer ShowHistory(const Load& load, const Member& member, const Room& room, protocol::Page& page,
                     Outbox& out);

  HubOptions options_;
  Directory directory_;
  std::vector<std::unique_ptr<Member>> members_;                  // by peer
  std::unordered_map<std::string_view, Member*> greeted_;         // by member id
  std::unordered_map<std::string, std::unique_ptr<Room>> rooms_;  // by key
  Room* lobby_ = nullptr;
  std::vector<PeerIndex> listeners_;
  RoomList list_;
  std::list<Room*> idle_;                                      // may give way, the least recently used first
  std::size_t in_use_ = 0;                                     // rooms, without those that never give way
  std::size_t staying_ = 0;                                    // rooms that never give way
  std::vector<Room*> counting_;                                // large rooms whose count is to be told
  std::set<std::pair<MonotonicTime, std::string>> reminders_;  // rooms, by key, that await somebody
  std::uint64_t next_serial_ = 1;
};

}  // namespace parley
