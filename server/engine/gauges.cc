// What the Exchange has just now, for the metrics. Looked at when somebody asks, so that nothing is counted
// up and down meanwhile.

#include "server/engine/exchange.h"

namespace parley {
namespace {

PeerKind KindOf(Dialect dialect) {
  switch (dialect) {
    case Dialect::kUndecided:
      return PeerKind::kUndecided;
    case Dialect::kRaw:
      return PeerKind::kRaw;
    case Dialect::kLines:
      return PeerKind::kLines;
    case Dialect::kHttp:
      return PeerKind::kHttp;
    case Dialect::kWebSocket:
      return PeerKind::kWebSocket;
    case Dialect::kForeign:
      break;  // about to be closed
  }
  return PeerKind::kOther;
}

}  // namespace

Gauges Exchange::gauges() const {
  Gauges gauges;
  connections_.ForEach([&](PeerIndex, const Peer& peer) {
    ++gauges.peers[static_cast<std::size_t>(KindOf(peer.session.dialect()))];
    gauges.queue_bytes += peer.out.bytes();
  });
  gauges.rooms = hub_.room_count();
  gauges.delayed_logins = pending_.accounts().delayed_logins();
  return gauges;
}

}  // namespace parley
