#include "server/engine/web.h"

#include <string>
#include <utility>
#include <variant>

#include "common/base/limits.h"
#include "common/codec/websocket.h"
#include "server/http/forwarded_for.h"

namespace parley {

std::string_view CountFull(const Arrival& arrival, Counters& counters) {
  CountNoRoom(counters, arrival.crowded ? NoRoom::kAddress : NoRoom::kFull);
  return arrival.crowded ? "Your address has too many connections here: close some."
                         : "The server is full: try again later.";
}

Web::Web(Connections& connections, Hub& hub, Delivery& delivery, HttpService& http, Transfers& transfers,
         Counters& counters, bool proxy)
    : connections_(connections),
      hub_(hub),
      delivery_(delivery),
      http_(http),
      transfers_(transfers),
      counters_(counters),
      proxy_(proxy) {
}

bool Web::Answer(PeerIndex index, const HttpRequest& request, const Now& now) {
  if (bool more = false; transfers_.Answer(index, request, now, more)) return more;
  Peer& peer = connections_[index];
  const HttpAnswer answer =
      http_.Answer(request, {.tls = peer.arrival.tls, .loopback = peer.arrival.loopback, .now = now.wall});
  if (const auto* upgrade = std::get_if<WebSocketUpgrade>(&answer)) {
    if (!TakeForwarded(index, request, now)) return false;
    Upgrade(index, *upgrade, now);
    return true;
  }
  const auto& response = std::get<HttpResponse>(answer);
  if (const HttpRefusal& refusal = response.refusal; !refusal.text.empty()) {
    refusals_.Tell(refusal.kind, refusal.text, now.monotonic);
  }
  Push(index, response);
  peer.deadlines[Deadlines::kRequest] = now.monotonic + limits::kHttpKeepAlive;
  connections_.SetTimer(index);
  return response.keep_alive;
}

void Web::Push(PeerIndex index, const HttpResponse& response) {
  if (response.status >= kFirstHttpRefusal) CountHttpRefusal(counters_, response.status);
  delivery_.Push(index, BlobRef::Copy(response.head));
  delivery_.Push(index, response.body);
  if (!response.keep_alive) connections_.Close(index, "left");
}

void Web::Refuse(PeerIndex index, const HttpBad& bad, const Now& now) {
  Push(index, HttpService::Refuse(bad, now.wall));
}

void Web::RefuseFull(PeerIndex index, const Now& now) {
  Refuse(index, {503, CountFull(connections_[index].arrival, counters_)}, now);
}

// From here on the connection is one browser's: whose, a proxy tells. False where that address has too many.
bool Web::TakeForwarded(PeerIndex index, const HttpRequest& request, const Now& now) {
  Peer& peer = connections_[index];
  if (!proxy_ || !peer.arrival.loopback) return true;
  const auto address = ForwardedFor(request);
  if (!address || connections_.Forwarded(index, *address) == PeersByAddress::Place::kFree) return true;
  peer.arrival.crowded = true;
  RefuseFull(index, now);
  return false;
}

void Web::Upgrade(PeerIndex index, const WebSocketUpgrade& upgrade, const Now& now) {
  Peer& peer = connections_[index];
  peer.web.upgrade = BlobRef::Copy(upgrade.head);
  delivery_.Push(index, peer.web.upgrade);
  peer.session.Upgrade();
  hub_.Connect(index, peer.arrival.address);
  peer.deadlines[Deadlines::kRequest].reset();
  peer.deadlines[Deadlines::kHello] = now.monotonic + limits::kHello;
  peer.deadlines[Deadlines::kSilence] = now.monotonic + limits::kWebSocketPing;
  peer.web.heard = now.monotonic;
  connections_.SetTimer(index);
}

void Web::PassRequestDeadline(PeerIndex index, const Now& now) {
  Peer& peer = connections_[index];
  if (!peer.out.empty() && peer.out.bytes() != std::exchange(peer.web.unsent, peer.out.bytes())) {
    // A slow line: it is still reading.
    peer.deadlines[Deadlines::kRequest] = now.monotonic + limits::kHttpKeepAlive;
  } else if (peer.transfer && peer.transfer->sends) {
    connections_.Close(index, "lost");
  } else if (peer.input.bytes.empty() && !peer.transfer) {
    connections_.Close(index, "left");  // kept alive for nothing more
  } else {
    Refuse(index, {408, "the request took too long"}, now);
  }
}

// A WebSocket is asked after a silence, and given up after another one. What is heard only moves `heard`: the
// timer looks at it when it is due.
void Web::WatchSilence(PeerIndex index, const Now& now) {
  Peer& peer = connections_[index];
  auto& silent_by = peer.deadlines[Deadlines::kSilence];
  const MonotonicTime quiet_until = peer.web.heard + limits::kWebSocketPing;
  if (quiet_until > now.monotonic) {
    silent_by = quiet_until;
  } else if (!std::exchange(peer.web.pinged, true)) {
    delivery_.Push(index, BlobRef::Copy(WebSocketPing()));
    silent_by = now.monotonic + limits::kWebSocketPing;
  } else {
    connections_.Close(index, "lost");
  }
}

}  // namespace parley
