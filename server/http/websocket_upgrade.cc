#include "server/http/websocket_upgrade.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/codec/websocket.h"

namespace parley {
namespace {

constexpr std::string_view kSubprotocol = "parley.v1";

// The connection ends with each of these: what follows was meant for a WebSocket.
Reply Refused(int status, std::string_view text, HttpRefusal refusal) {
  Reply reply = TextReply(status, text);
  reply.close = true;
  reply.refusal = std::move(refusal);
  return reply;
}

Reply UpgradeRequired(std::string_view text, HttpRefusal refusal) {
  Reply reply = Refused(426, text, std::move(refusal));
  reply.upgrade = true;
  reply.fields += Field("Upgrade", "websocket") + Field("Sec-WebSocket-Version", "13");
  return reply;
}

// Names the origins that are accepted here: the page compares them with its own, since a browser does not
// tell it why a WebSocket was refused.
std::string Welcome(std::string_view host, bool http) {
  std::string text = "This address is for WebSocket connections.\n";
  if (host.empty()) return text;
  text.append("Pages of https://").append(host);
  if (http) text.append(" and http://").append(host);
  return text.append(" may connect.\n");
}

std::string WhatToDoAboutOrigin(std::string_view origin) {
  if (origin.starts_with("http://")) {
    return ": open the page by https://; where a proxy ends TLS, its own address must be https:// too";
  }
  return ": a proxy in front must pass Host on as the browser sent it";
}

bool AsksForWebSocket(const HttpRequest& request) {
  return request.method == "GET" && request.minor_version > 0 && request.Lists("Upgrade", "websocket") &&
         request.Lists("Connection", "upgrade");
}

std::string_view WithoutPort(std::string_view host, std::string_view port) {
  if (host.ends_with(port)) host.remove_suffix(port.size());
  if (host.ends_with(':')) host.remove_suffix(1);
  return host;
}

bool IsSameHost(std::string_view one, std::string_view other, std::string_view default_port) {
  return EqualsIgnoringCase(WithoutPort(one, default_port), WithoutPort(other, default_port));
}

}  // namespace

bool IsOwnOrigin(std::string_view origin, std::string_view host, bool http) {
  constexpr std::string_view kHttps = "https://";
  constexpr std::string_view kHttp = "http://";
  if (origin.starts_with(kHttps)) return IsSameHost(origin.substr(kHttps.size()), host, ":443");
  if (http && origin.starts_with(kHttp)) return IsSameHost(origin.substr(kHttp.size()), host, ":80");
  return false;
}

std::variant<WebSocketUpgrade, Reply> UpgradeToWebSocket(const HttpRequest& request, bool http_origin) {
  const std::string host = " (Host " + Quoted(request.host) + ")";
  if (!AsksForWebSocket(request)) {
    // Only a browser that wants a WebSocket has a key for it: a proxy has taken the rest away.
    const std::string welcome = Welcome(request.host, http_origin);
    if (!request.Has("Sec-WebSocket-Key")) return UpgradeRequired(welcome, {});
    return UpgradeRequired(
        welcome,
        {"upgrade", "a request for /ws is not a WebSocket upgrade" + host +
                        ": a proxy in front must speak HTTP/1.1 and pass on Upgrade and Connection"});
  }
  // Programs send no Origin; browsers always do.
  const std::string_view origin = request.Only("Origin").value_or("");
  if (request.Has("Origin") && !IsOwnOrigin(origin, request.host, http_origin)) {
    return Refused(403, "Only this server's own page may connect from a browser.\n",
                   {"origin", "a WebSocket was refused: its Origin " + Quoted(origin) +
                                  " is not this server" + host + WhatToDoAboutOrigin(origin)});
  }
  if (request.Only("Sec-WebSocket-Version") != "13") {
    return UpgradeRequired(
        "Only WebSocket version 13 is supported.\n",
        {"version", "a WebSocket was refused: its Sec-WebSocket-Version is not 13" + host});
  }
  const std::string_view key = request.Only("Sec-WebSocket-Key").value_or("");
  if (!IsWebSocketKey(key)) {
    return Refused(400, "Exactly one Sec-WebSocket-Key of 16 bytes is required.\n",
                   {"key", "a WebSocket was refused: it has no Sec-WebSocket-Key of 16 bytes" + host});
  }
  const auto offered = request.List("Sec-WebSocket-Protocol");
  const bool parley_v1 = std::ranges::find(offered, kSubprotocol) != offered.end();
  std::string head = StatusLine(101) + Field("Upgrade", "websocket") + Field("Connection", "Upgrade") +
                     Field("Sec-WebSocket-Accept", WebSocketAccept(key));
  if (parley_v1) head += Field("Sec-WebSocket-Protocol", kSubprotocol);
  return WebSocketUpgrade{.head = head + "\r\n", .parley_v1 = parley_v1};
}

}  // namespace parley
