// Builds responses as values, and the bytes of their heads. Every response carries the security headers.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/buffer/blob.h"
#include "server/http/http_service.h"

namespace parley {

// The answer, for whichever client asked.
struct Reply {
  int status = 200;
  std::string_view content_type;  // empty: there is no content, and no length
  BlobRef body;
  std::string fields = {};  // more fields, each with its CR LF
  bool upgrade = false;     // names "Upgrade" in Connection, as 426 must
  bool close = false;       // close the connection after this, whatever was asked
  // Of a file whose bytes follow later: their number, in place of the size of `body`.
  std::optional<std::uint64_t> length = {};
  bool sandboxed = false;  // what people uploaded: it may do nothing, wherever it is shown
  HttpRefusal refusal = {};
};

// A value of a request for the log: in quotes, at most 100 bytes of it, and everything but printable ASCII as
// `\xC3`.
std::string Quoted(std::string_view value);

// "name: value" CR LF.
std::string Field(std::string_view name, std::string_view value);

// A page. Browsers ask for it again each time they show it.
Reply HtmlReply(int status, std::string_view html);
// A few words in plain text, never cached.
Reply TextReply(int status, std::string_view text);
// A permanent redirect to `location` that keeps the method.
Reply Redirect(std::string_view location);

// How to send a reply to the client that asked.
struct DeliveryOptions {
  std::chrono::system_clock::time_point now;
  bool head_only = false;   // HEAD
  bool keep_alive = false;  // what the request allows
  // The address of the page's WebSocket, as a CSP source; empty if it is not known.
  std::string socket_origin = {};
};

HttpResponse Deliver(Reply reply, const DeliveryOptions& options);

// The status line alone, with its CR LF.
std::string StatusLine(int status);

// A time as HTTP has it (RFC 9110, section 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
std::string HttpDate(std::chrono::system_clock::time_point time);

}  // namespace parley
