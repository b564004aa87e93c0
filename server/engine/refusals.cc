// Intake's refusals: peers that are refused or speak another protocol, and what each is told.

#include <string>
#include <utility>

#include "common/codec/websocket.h"
#include "server/dialect/encode.h"
#include "server/engine/intake.h"

namespace parley {

void Intake::Refuse(PeerIndex index, Dialect dialect, const Now& now) {
  if (dialect == Dialect::kHttp) return web_.RefuseFull(index, now);
  const std::string_view why = CountFull(connections_[index].arrival, counters_);
  if (dialect == Dialect::kLines) return delivery_.Fail(index, ErrorCode::kServerFull, why);
  if (dialect == Dialect::kRaw) delivery_.Push(index, BlobRef::Copy(std::string(why) + "\n"));
  connections_.Close(index, "left");
}

// Another protocol. A ClientHello where there is no TLS gets nothing: it would not understand it.
void Intake::RefuseForeign(PeerIndex index) {
  const std::string_view protocol = connections_[index].session.foreign();
  if (!protocol.empty()) {
    delivery_.Push(index, BlobRef::Copy("This is a Parley chat server: it does not speak " +
                                        std::string(protocol) + ".\n"));
  }
  connections_.Close(index, "lost");
}

// A raw peer that would have had another dialect if it had sent this in its first second. It may contain a
// password, so nobody gets it.
void Intake::RefuseLate(PeerIndex index, Dialect dialect, const Now& now) {
  constexpr std::string_view kWhy =
      "this connection was silent for a second and counts as raw: connect again";
  if (dialect == Dialect::kHttp) return web_.Refuse(index, {408, kWhy}, now);
  if (dialect == Dialect::kForeign) return RefuseForeign(index);
  const protocol::Error error{ErrorCode::kHelloRequired, std::string(kWhy) + ", and say hello at once"};
  delivery_.Push(index, Encode(Dialect::kLines, error, std::nullopt, connections_[index].replies));
  CountRefusal(counters_, error.code);
  connections_.Close(index, "lost");
}

void Intake::Break(PeerIndex index, const Session::Broken& broken) {
  CountWebSocketBreak(counters_, broken.close_code);
  delivery_.Push(index, BlobRef::Copy(WebSocketClose(broken.close_code, broken.text)));
  connections_.Close(index, "lost");
}

}  // namespace parley
