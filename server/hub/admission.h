// Admission decides who may join a room: now, or after a host lets them in.
//
// It is asked when somebody wants to join, and again when the seat is taken, because things change in
// between. One thread.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/hub/answer.h"
#include "server/hub/hosts.h"
#include "server/hub/members.h"
#include "server/hub/outbox.h"
#include "server/hub/rooms.h"

namespace parley {

class Admission {
 public:
  Admission(const Rooms& rooms, const Members& members, const Hosts& hosts)
      : rooms_(rooms), members_(members), hosts_(hosts) {}

  // Why `member` may not join (kWaiting: it may once a host lets it in), or nothing.
  [[nodiscard]] Answer MayJoin(const Member& member, const Room& room,
                               const std::optional<std::string>& password) const;
  // The same of a raw peer and the lobby, as a line for it; empty: it may. A raw peer can't log in, give a
  // password or wait.
  [[nodiscard]] std::string_view WhyNoRawPeer(const Member& member) const;
  // Nobody sees the listeners of the lobby, so that what would keep them out also puts them out. To be called
  // when that has changed.
  void RemoveListeners(Outbox& out) const;

 private:
  const Rooms& rooms_;
  const Members& members_;
  const Hosts& hosts_;
};

}  // namespace parley
