// Web answers the HTTP requests of peers, upgrades peers to WebSocket on request, and pings or closes
// WebSockets that are silent. One thread.

#pragma once

#include <string_view>

#include "common/base/refusal_log.h"
#include "server/engine/connections.h"
#include "server/engine/delivery.h"
#include "server/engine/transfers.h"
#include "server/http/http_service.h"
#include "server/hub/hub.h"
#include "server/ops/metrics.h"

namespace parley {

// Counts a peer that finds no room, and returns the text that it is told.
std::string_view CountFull(const Arrival& arrival, Counters& counters);

class Web {
 public:
  // All must outlive this object. `proxy`: X-Forwarded-For of loopback is believed.
  Web(Connections& connections, Hub& hub, Delivery& delivery, HttpService& http, Transfers& transfers,
      Counters& counters, bool proxy);

  // Whether the peer may ask again.
  bool Answer(PeerIndex index, const HttpRequest& request, const Now& now);
  void Refuse(PeerIndex index, const HttpBad& bad, const Now& now);
  // There is no room for the peer.
  void RefuseFull(PeerIndex index, const Now& now);

  // Deadlines::kRequest and kSilence are due.
  void PassRequestDeadline(PeerIndex index, const Now& now);
  void WatchSilence(PeerIndex index, const Now& now);

 private:
  void Push(PeerIndex index, const HttpResponse& response);
  bool TakeForwarded(PeerIndex index, const HttpRequest& request, const Now& now);
  void Upgrade(PeerIndex index, const WebSocketUpgrade& upgrade, const Now& now);

  Connections& connections_;
  Hub& hub_;
  Delivery& delivery_;
  HttpService& http_;
  Transfers& transfers_;
  Counters& counters_;
  bool proxy_;
  RefusalLog refusals_;
};

}  // namespace parley
