// Does the server's half of the WebSocket handshake (RFC 6455, section 4.2).

#pragma once

#include <string_view>
#include <variant>

#include "common/codec/http_head.h"
#include "server/http/http_service.h"
#include "server/http/response.h"

namespace parley {

// Whether a page of this origin may open a WebSocket at `host`. Only a page of exactly the same host and port
// may, over https, and with `http` also over http. Otherwise any page on the Web could speak as its visitor.
bool IsOwnOrigin(std::string_view origin, std::string_view host, bool http);

// The upgrade that a GET asks for, or what is wrong with it.
std::variant<WebSocketUpgrade, Reply> UpgradeToWebSocket(const HttpRequest& request, bool http_origin);

}  // namespace parley
