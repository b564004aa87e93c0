// HttpService answers HTTP requests. An answer depends on the request, where it came from, and the settings.
// No socket, no clock; the routes are those of docs/protocol.md, "HTTP".
//
// The application owns it, on the loop's thread, and may replace files and settings while it runs.

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "common/buffer/blob.h"
#include "common/codec/http_head.h"
#include "server/http/static_files.h"

namespace parley {

// Where a request came from, and when.
struct HttpContext {
  bool tls = false;       // through the TLS door
  bool loopback = false;  // the socket's own peer address is loopback, whatever a proxy says
  std::chrono::system_clock::time_point now = {};
};

// Why a request for the page or its WebSocket was refused, if a mistake in the setup may be the cause.
struct HttpRefusal {
  std::string_view kind;  // lives as long as the program; empty: nothing to tell
  std::string text;       // for the log: without control characters
};

struct HttpResponse {
  int status;
  std::string head;         // from the status line to the empty line
  BlobRef body;             // follows the head; none for HEAD and 304
  bool keep_alive = false;  // else the connection is closed once both are sent
  HttpRefusal refusal = {};
};

// The connection is a WebSocket from here on: `head` is sent, and what follows the request head is frames.
struct WebSocketUpgrade {
  std::string head;
  bool parley_v1;  // the subprotocol was offered, and so chosen
};

using HttpAnswer = std::variant<HttpResponse, WebSocketUpgrade>;

struct HttpSettings {
  bool proxy = false;            // --proxy
  std::uint16_t https_port = 0;  // of the TLS door; 0 if there is none
  // The local CA's certificate for /ca.crt, and the fingerprint of the server's certificate as the terminal
  // shows it, hex digits and colons. Empty if the certificate is the operator's own: /ca.crt and /trust are
  // then 404.
  std::string ca_certificate = {};
  std::string fingerprint = {};
  // The text of /metrics, made on each request. None: 404.
  std::function<std::string()> metrics = {};
  bool metrics_for_any = false;  // otherwise for loopback only
  // Whether this bearer token opens /metrics to a client that is not on loopback. None: no token does.
  std::function<bool(std::string_view token)> opens_metrics = {};
};

class HttpService {
 public:
  explicit HttpService(HttpSettings settings) : settings_(std::move(settings)) {}

  void set_files(StaticFiles files) { files_ = std::move(files); }
  // The memory that the files take.
  [[nodiscard]] std::size_t held_bytes() const { return files_.bytes(); }
  void set_settings(HttpSettings settings) { settings_ = std::move(settings); }

  [[nodiscard]] HttpAnswer Answer(const HttpRequest& request, const HttpContext& context) const;

  // The answer to a head that is not a request, or to a connection that is turned away (408, 503). It always
  // closes.
  [[nodiscard]] static HttpResponse Refuse(const HttpBad& bad, std::chrono::system_clock::time_point now);

 private:
  StaticFiles files_;
  HttpSettings settings_;
};

}  // namespace parley
