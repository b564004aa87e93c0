// Dispatch carries out the hub's actions: it gives events to Delivery and questions to Pending, and the
// answers back to the hub. Pass outbox() to each call of the hub, then call CarryOut at once: a room's
// seats must still be those that the hub saw. One thread.

#pragma once

#include <unordered_map>

#include "server/engine/connections.h"
#include "server/engine/delivery.h"
#include "server/engine/pending.h"
#include "server/engine/turn_taking.h"
#include "server/files/files.h"
#include "server/hub/hub.h"
#include "server/hub/outbox.h"
#include "server/model/media_link.h"
#include "server/ops/metrics.h"

namespace parley {

class Dispatch {
 public:
  // All must outlive this object.
  Dispatch(Connections& connections, Hub& hub, Delivery& delivery, Pending& pending, Files& files,
           Counters& counters);

  // Calls go through `media`, which must outlive this object. Without it, the hub has no commands for it.
  void SetMedia(MediaLink& media) { media_ = &media; }

  [[nodiscard]] Outbox& outbox() { return outbox_; }
  [[nodiscard]] TurnTaking& turn_taking() { return turn_taking_; }
  void CarryOut(const Now& now);

  // Tells the hub and the peers what the accounts have decided.
  void FinishLogins(const Now& now);
  // Likewise what the log has done.
  void FinishLog(const Now& now);
  // Likewise what became of announced files.
  void FinishAnnounced(const Now& now);
  // Likewise what the SFU says.
  void FinishMedia(const Now& now);
  // All peers are closed at once, at a shutdown: the hub forgets them, and nobody is told about the others.
  void DisconnectAll(const Now& now);

 private:
  void Finish(Pending::Login login, const Now& now);
  void Finish(Pending::Batch batch, const Now& now);
  void Finish(Pending::Loaded loaded, const Now& now);
  void GiveMedia(MediaCommand command);
  void Disconnect(const Connections::Leaving& leaving, const Now& now);
  void GoOn(PeerIndex index);

  Connections& connections_;
  Hub& hub_;
  Delivery& delivery_;
  Pending& pending_;
  Files& files_;
  Counters& counters_;
  MediaLink* media_ = nullptr;
  std::unordered_map<Files::Ticket, Origin> announcing_;  // who has announced a file
  Outbox outbox_;
  TurnTaking turn_taking_;
};

}  // namespace parley
