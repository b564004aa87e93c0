// The Exchange's refusals: peers that are refused or speak another protocol, and what each is told.

#include <string>
#include <utility>

#include "common/codec/websocket.h"
#include "server/dialect/encode.h"
#include "server/engine/exchange.h"

namespace parley {

void Exchange::Refuse(PeerIndex index, Dialect dialect, const Now& now) {
  const bool crowded = peers_[index]->arrival.crowded;
  CountNoRoom(counters_, crowded ? NoRoom::kAddress : NoRoom::kFull);
  const std::string_view full = crowded ? "Your address has too many connections here: close some."
                                        : "The server is full: try again later.";
  switch (dialect) {
    case Dialect::kLines:
      Fail(index, ErrorCode::kServerFull, full);
      break;
    case Dialect::kHttp:
      RefuseHttp(index, {503, full}, now);
      break;
    case Dialect::kRaw:
      Push(index, BlobRef::Copy(std::string(full) + "\n"));
      Close(index, "left");
      break;
    default:
      Close(index, "left");
  }
}

// Another protocol. A ClientHello where there is no TLS gets nothing: it would not understand it.
void Exchange::RefuseForeign(PeerIndex index) {
  const std::string_view protocol = peers_[index]->session.foreign();
  if (!protocol.empty()) {
    Push(index,
         BlobRef::Copy("This is a Parley chat server: it does not speak " + std::string(protocol) + ".\n"));
  }
  Close(index, "lost");
}

// A raw peer that would have had another dialect if it had sent this in its first second. It may contain a
// password, so nobody gets it.
void Exchange::RefuseLate(PeerIndex index, Dialect dialect, const Now& now) {
  constexpr std::string_view kWhy =
      "this connection was silent for a second and counts as raw: connect again";
  if (dialect == Dialect::kHttp) return RefuseHttp(index, {408, kWhy}, now);
  if (dialect == Dialect::kForeign) return RefuseForeign(index);
  const protocol::Error error{ErrorCode::kHelloRequired, std::string(kWhy) + ", and say hello at once"};
  Push(index, Encode(Dialect::kLines, error, std::nullopt, peers_[index]->replies));
  CountRefusal(counters_, error.code);
  Close(index, "lost");
}

void Exchange::Break(PeerIndex index, const Session::Broken& broken) {
  CountWebSocketBreak(counters_, broken.close_code);
  Push(index, BlobRef::Copy(WebSocketClose(broken.close_code, broken.text)));
  Close(index, "lost");
}

}  // namespace parley
