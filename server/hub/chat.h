// Chat handles what people say: messages, their way through the log, the history, and whispers.
//
// A message becomes an entry of the log (Outbox::entries). The room is told once the log has stored it. One
// thread.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/protocol/page.h"
#include "common/protocol/request.h"
#include "server/hub/answer.h"
#include "server/hub/changes.h"
#include "server/hub/hub_options.h"
#include "server/hub/members.h"
#include "server/hub/outbox.h"
#include "server/hub/request_context.h"
#include "server/hub/rooms.h"

namespace parley {

// The log knows rooms by their keys: puts the room's name into each message and change.
void NameRoom(protocol::Page& page, const Room& room);

class Chat {
 public:
  // `files` must outlive this object.
  Chat(Rooms& rooms, const Members& members, Changes& changes, const FileHooks& files)
      : rooms_(rooms), members_(members), changes_(changes), files_(files) {}

  // The verbs.
  Answer Message(RequestContext& context) const;
  static Answer NewPoll(RequestContext& context);
  static Answer History(RequestContext& context);
  static Answer Search(RequestContext& context);
  Answer Whisper(RequestContext& context) const;

  // Whether the seat's member may write in the room.
  [[nodiscard]] static Answer MayWrite(const Room& room, const Seat& seat);

  // See Hub.
  static void HandleRaw(Member& member, std::string_view bytes, std::vector<std::string> texts,
                        const Now& now, Outbox& out);
  void Apply(LogEntry&& entry, Outbox& out) const;
  void Stored(LogEntry&& entry, StoreResult result, Outbox& out);
  void RawInTurn(RawChunk&& chunk, bool failed, Outbox& out);
  // The log has read what History or Search asked for.
  Answer Show(const Load& load, const Member& member, Room& room, protocol::Page& page, Outbox& out);

 private:
  Member* Settle(Room& room, const Origin& origin);

  Rooms& rooms_;
  const Members& members_;
  Changes& changes_;
  const FileHooks& files_;
};

}  // namespace parley
