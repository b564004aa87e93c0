// The Exchange's HTTP: requests, answers, and the step to WebSocket.

#include <string>
#include <utility>
#include <variant>

#include "common/codec/websocket.h"
#include "server/engine/exchange.h"
#include "server/http/forwarded_for.h"

namespace parley {

bool Exchange::AnswerHttp(PeerIndex index, const HttpRequest& request, const Now& now) {
  Peer& peer = *peers_[index];
  const HttpAnswer answer =
      http_.Answer(request, {.tls = peer.arrival.tls, .loopback = peer.arrival.loopback, .now = now.wall});
  if (const auto* upgrade = std::get_if<WebSocketUpgrade>(&answer)) {
    if (!TakeForwarded(index, request, now)) return false;
    peer.upgrade = BlobRef::Copy(upgrade->head);
    Push(index, peer.upgrade);
    UpgradeToWebSocket(index, now);
    return true;
  }
  const auto& response = std::get<HttpResponse>(answer);
  if (const HttpRefusal& refusal = response.refusal; !refusal.text.empty()) {
    refusals_.Tell(refusal.kind, refusal.text, now.monotonic);
  }
  PushResponse(index, response);
  peer.request_by = now.monotonic + limits::kHttpKeepAlive;
  SetTimer(index);
  return response.keep_alive;
}

void Exchange::PushResponse(PeerIndex index, const HttpResponse& response) {
  if (response.status >= kFirstHttpRefusal) CountHttpRefusal(counters_, response.status);
  Push(index, BlobRef::Copy(response.head));
  Push(index, response.body);
  if (!response.keep_alive) Close(index, "left");
}

void Exchange::RefuseHttp(PeerIndex index, const HttpBad& bad, const Now& now) {
  PushResponse(index, HttpService::Refuse(bad, now.wall));
}

// From here on the connection is one browser's: whose, a proxy tells. False where that address has too many.
bool Exchange::TakeForwarded(PeerIndex index, const HttpRequest& request, const Now& now) {
  Peer& peer = *peers_[index];
  if (!options_.proxy || !peer.arrival.loopback) return true;
  const auto address = ForwardedFor(request);
  if (!address) return true;
  peer.arrival.address = *address;
  const auto place = by_address_.Enter(peer.arrival.address);
  peer.forwarded = place != PeersByAddress::Place::kNone;
  if (place == PeersByAddress::Place::kFree) return true;
  peer.arrival.crowded = true;
  Refuse(index, Dialect::kHttp, now);
  return false;
}

void Exchange::UpgradeToWebSocket(PeerIndex index, const Now& now) {
  Peer& peer = *peers_[index];
  peer.session.Upgrade();
  hub_.Connect(index, peer.arrival.address);
  peer.request_by.reset();
  peer.hello_by = now.monotonic + limits::kHello;
  peer.heard = now.monotonic;
  peer.silent_by = now.monotonic + limits::kWebSocketPing;
  SetTimer(index);
}

// A WebSocket is asked after a silence, and given up after another one. What is heard only moves `heard`: the
// timer looks at it when it is due.
void Exchange::WatchSilence(PeerIndex index, const Now& now) {
  Peer& peer = *peers_[index];
  const MonotonicTime quiet_until = peer.heard + limits::kWebSocketPing;
  if (quiet_until > now.monotonic) {
    peer.silent_by = quiet_until;
  } else if (!std::exchange(peer.pinged, true)) {
    Push(index, BlobRef::Copy(WebSocketPing()));
    peer.silent_by = now.monotonic + limits::kWebSocketPing;
  } else {
    Close(index, "lost");
  }
}

}  // namespace parley
