// Hub knows who is in which room and what they may do. It maps (member, request, now) to an Outbox.
//
// It knows no descriptor, no byte, no clock, no log and no thread. The caller carries the outbox out
// right after each call. It calls Stored and Loaded when the log has done what the hub asked for. One
// thread.
//
// To find a verb: kVerbs in hub.cc names each with its preconditions and its handler. kActions in
// moderation.cc names what hosts may do. The handlers are in the classes whose state they change. Each
// class knows only those above it in the list of the hub's members.
//
// It has more than 25 functions and 12 members because it is the facade of the classes behind it. Almost
// all functions only pass on.

#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/clock.h"
#include "common/protocol/page.h"
#include "common/protocol/request.h"
#include "server/hub/admission.h"
#include "server/hub/answer.h"
#include "server/hub/attachments.h"
#include "server/hub/attention.h"
#include "server/hub/call_media.h"
#include "server/hub/changes.h"
#include "server/hub/chat.h"
#include "server/hub/hosts.h"
#include "server/hub/hub_options.h"
#include "server/hub/logins.h"
#include "server/hub/media_control.h"
#include "server/hub/member.h"
#include "server/hub/members.h"
#include "server/hub/moderation.h"
#include "server/hub/outbox.h"
#include "server/hub/outside_view.h"
#include "server/hub/presence.h"
#include "server/hub/request_context.h"
#include "server/hub/rooms.h"
#include "server/hub/seating.h"
#include "server/model/command.h"
#include "server/model/room_settings.h"

namespace parley {

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
  [[nodiscard]] const std::vector<PeerIndex>& listeners() const { return members_.listeners(); }

  // Whether the log, or the check of a login, has yet to do something that this peer asked for.
  [[nodiscard]] bool IsWaiting(PeerIndex peer) const;
  // Whether the peer's next request (null: a faulty one, of which only the error is to be told) must wait for
  // that.
  [[nodiscard]] bool MustWait(PeerIndex peer, const protocol::Request* request) const;
  // As how many requests the peer's next one counts where they are limited (Pace): `members` takes longer in
  // a large room.
  [[nodiscard]] std::size_t WeightOf(PeerIndex peer, const protocol::Request& request) const;
  // The request is used up.
  void Handle(PeerIndex peer, protocol::Request&& request, const std::optional<std::string>& ref,
              const Now& now, Outbox& out);
  // What a raw peer sent in one read: the bytes, and their text as messages (none, one or more).
  void HandleRaw(PeerIndex peer, std::string_view bytes, std::vector<std::string> texts, const Now& now,
                 Outbox& out);

  // Applies a command of another server. The caller then carries out the outbox. The room must be in memory,
  // and the command must have no origin. Returns an error if the command is refused, and changes nothing. No
  // server calls this yet, because joins and leaves are not commands.
  Answer Apply(Command&& command, const Now& now, Outbox& out);

  // The peer's hello was accepted (`token` is for it to come back with), or refused. Who may have the name is
  // decided now, because others may have come since the accounts were asked.
  void LoggedIn(const Origin& origin, IdentityRef identity, std::string token, NameClaim claim,
                const Now& now, Outbox& out);
  void LoginRefused(const Origin& origin, protocol::Error error, Outbox& out);
  // The file that a member announced has a URL now, or cannot be taken.
  void Announced(const Origin& origin, std::variant<protocol::Error, protocol::UploadReply> answer,
                 Outbox& out) {
    attachments_.Announced(origin, std::move(answer), out);
  }
  // The log has done with the entry (it is used up).
  void Stored(LogEntry&& entry, StoreResult result, Outbox& out) {
    chat_.Stored(std::move(entry), result, out);
  }
  // It is the chunk's turn: the entries before it are told.
  void RawInTurn(RawChunk&& chunk, bool failed, Outbox& out) {
    chat_.RawInTurn(std::move(chunk), failed, out);
  }
  // The entries of a batch are all told: rooms are told what changed.
  void TellChanges(const Now& now, Outbox& out) { changes_.Tick(now, out); }
  // The log has read what was asked for (`page` and `kept` are used up; `kept` where the load asks for it),
  // or failed (`page` is null).
  void Loaded(const Load& load, protocol::Page* page, KeptRoom kept, const Now& now, Outbox& out);

  // Calls are connected in that way from now on. To be called before anybody connects. For `why_no_answer`
  // see HubOptions.
  void SetMedia(MediaMode mode, std::function<std::string(std::string_view sdp)> why_no_answer);
  // Calls can be recorded from now on; each recording gets an id of `new_recording`. Call it after SetMedia.
  void SetRecording(std::function<std::string(WallTime now)> new_recording);
  // What the SFU says.
  void MediaHappened(const MediaEvent& event, Outbox& out) const { call_media_.Happened(event, out); }

  // When Tick wants to be called next.
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const;
  void Tick(const Now& now, Outbox& out);

  [[nodiscard]] const Room& lobby() const { return rooms_.lobby(); }
  [[nodiscard]] bool guests_allowed() const { return options_.guests; }
  // See Rooms.
  bool EvictIdleRooms(std::size_t rooms, Outbox& out) { return rooms_.EvictIdle(rooms, out); }
  std::vector<std::string> UsedRooms() { return rooms_.UsedRooms(); }
  // In memory, in use or not.
  [[nodiscard]] std::size_t room_count() const { return rooms_.size(); }
  // Null where that peer is unknown.
  [[nodiscard]] const Member* Find(PeerIndex peer) const { return members_.Find(peer); }

 private:
  struct Verb;
  static const Verb kVerbs[];

  Answer Run(RequestContext& context);
  // What the member asked the log for.
  Answer Show(const Load& load, Member& member, Room& room, protocol::Page& page, protocol::Sequence seen,
              const Now& now, Outbox& out);
  Answer ListRooms(RequestContext& context) const;
  static Answer Ping(RequestContext& context);

  HubOptions options_;
  Members members_;
  Presence presence_;
  Rooms rooms_;
  CallMedia call_media_;
  Hosts hosts_;
  Admission admission_;
  OutsideView outside_view_;
  Changes changes_;
  Attention attention_;
  Seating seating_;
  Logins logins_;
  Chat chat_;
  Attachments attachments_;
  MediaControl media_control_;
  Moderation moderation_;
};

}  // namespace parley
