// OutsideView answers `room_info`: what people may know of a room before they join it.
//
// The answer is the same for everybody: that for a guest at the address of the connection. It says no more
// than `rooms` tells every guest, and names people only where the guest can join at once. So a room with a
// password, an empty room that the configuration does not list, and a room that nobody has made look the
// same. It reads what is in memory, and changes nothing. One thread.

#pragma once

#include "common/protocol/event.h"
#include "common/protocol/names.h"
#include "server/hub/admission.h"
#include "server/hub/answer.h"
#include "server/hub/hosts.h"
#include "server/hub/hub_options.h"
#include "server/hub/request_context.h"
#include "server/hub/rooms.h"

namespace parley {

class OutsideView {
 public:
  // All must outlive this.
  OutsideView(const HubOptions& options, const Rooms& rooms, const Hosts& hosts, const Admission& admission)
      : options_(options), rooms_(rooms), hosts_(hosts), admission_(admission) {}

  // The verb.
  Answer RoomInfo(RequestContext& context) const;

 private:
  [[nodiscard]] protocol::RoomInfoReply Describe(const Room& room, const Member& asker) const;
  [[nodiscard]] protocol::RoomInfoReply OfNoRoom(const protocol::Name& name) const;

  const HubOptions& options_;
  const Rooms& rooms_;
  const Hosts& hosts_;
  const Admission& admission_;
};

}  // namespace parley
