// Intake turns the bytes of peers into requests, and hands each to the hub, to Web, or back to its peer as an
// error. It slows down peers that ask too fast, and keeps the requests of each in order: what must wait is
// parked, and nothing after it is decoded. One thread.

#pragma once

#include <string_view>

#include "server/dialect/session.h"
#include "server/engine/connections.h"
#include "server/engine/delivery.h"
#include "server/engine/dispatch.h"
#include "server/engine/pending.h"
#include "server/engine/transfers.h"
#include "server/engine/web.h"
#include "server/hub/hub.h"
#include "server/ops/metrics.h"

namespace parley {

class Intake {
 public:
  // All must outlive this object.
  Intake(Connections& connections, Hub& hub, Delivery& delivery, Dispatch& dispatch, Pending& pending,
         Web& web, Transfers& transfers, Counters& counters);

  // The connection of a new peer is there.
  void Open(PeerIndex index, const Now& now);
  void Receive(PeerIndex index, std::string_view bytes, const Now& now);
  // The peer has finished sending.
  void End(PeerIndex index, const Now& now);
  // Whether more of its bytes are wanted now.
  [[nodiscard]] bool WantsRead(PeerIndex index) const;

  // Goes on with peers that waited for something that is done.
  void ResumeReady(const Now& now);
  void PassDeadlines(const Now& now);

 private:
  void Process(PeerIndex index, std::string_view input, const Now& now);
  bool Step(PeerIndex index, std::string_view& input, const Now& now);  // false: no more of it now
  bool Take(PeerIndex index, Session::Step& step, const Now& now);
  void Decide(PeerIndex index, Dialect dialect, const Now& now);
  void DecideNow(PeerIndex index, const Now& now);
  void TakeChunk(PeerIndex index, Session::Chunk chunk, const Now& now);
  void TakeRequest(PeerIndex index, Session::Asked&& asked, const Now& now);
  void Answer(PeerIndex index, Session::Asked&& asked, const Now& now);
  void Resume(PeerIndex index, const Now& now);
  void FinishIfEnded(PeerIndex index, const Now& now);
  void PassDeadlines(PeerIndex index, const Now& now);

  // Peers that are refused, or that speak another protocol (refusals.cc).
  void Refuse(PeerIndex index, Dialect dialect, const Now& now);
  void RefuseForeign(PeerIndex index);
  void RefuseLate(PeerIndex index, Dialect dialect, const Now& now);
  void Break(PeerIndex index, const Session::Broken& broken);

  Connections& connections_;
  Hub& hub_;
  Delivery& delivery_;
  Dispatch& dispatch_;
  Pending& pending_;
  Web& web_;
  Transfers& transfers_;
  Counters& counters_;
};

}  // namespace parley
