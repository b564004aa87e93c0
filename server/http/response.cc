#include "server/http/response.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace parley {
namespace {

constexpr std::array kReasons = {
    std::pair{101, "Switching Protocols"},
    std::pair{200, "OK"},
    std::pair{201, "Created"},
    std::pair{204, "No Content"},
    std::pair{206, "Partial Content"},
    std::pair{304, "Not Modified"},
    std::pair{308, "Permanent Redirect"},
    std::pair{400, "Bad Request"},
    std::pair{403, "Forbidden"},
    std::pair{404, "Not Found"},
    std::pair{405, "Method Not Allowed"},
    std::pair{408, "Request Timeout"},
    std::pair{409, "Conflict"},
    std::pair{411, "Length Required"},
    std::pair{412, "Precondition Failed"},
    std::pair{413, "Content Too Large"},
    std::pair{414, "URI Too Long"},
    std::pair{416, "Range Not Satisfiable"},
    std::pair{426, "Upgrade Required"},
    std::pair{431, "Request Header Fields Too Large"},
    std::pair{500, "Internal Server Error"},
    std::pair{503, "Service Unavailable"},
    std::pair{505, "HTTP Version Not Supported"},
    std::pair{507, "Insufficient Storage"},
};

// 'self' covers the WebSocket too, but not in every browser that people still use: so it is named.
std::string ContentSecurityPolicy(const std::string& socket_origin) {
  return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
         "media-src 'self' blob:; connect-src 'self'" +
         (socket_origin.empty() ? "" : ' ' + socket_origin) +
         "; font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
         "frame-ancestors 'none'";
}

// Without an origin, scripts, forms or anything else of its own; the same for a frame of it.
constexpr std::string_view kSandbox = "sandbox; default-src 'none'; frame-ancestors 'none'";

// There is no Strict-Transport-Security: it holds for the host, not for the port, and would take other
// services of a lab's machine with it; and where the certificate is self-signed, it takes away the browser's
// way to go on past the warning.
std::string SecurityFields(const std::string& socket_origin, bool sandboxed) {
  return Field("Content-Security-Policy",
               sandboxed ? std::string(kSandbox) : ContentSecurityPolicy(socket_origin)) +
         "X-Content-Type-Options: nosniff\r\n"
         "Referrer-Policy: no-referrer\r\n"
         "Permissions-Policy: camera=(self), microphone=(self), display-capture=(self)\r\n"
         "Cross-Origin-Opener-Policy: same-origin\r\n";
}

std::string ConnectionField(bool upgrade, bool keep_alive) {
  // Keeping alive is said too: HTTP/1.0 needs to hear it.
  const std::string_view goes_on = keep_alive ? "keep-alive" : "close";
  return Field("Connection", (upgrade ? "Upgrade, " : "") + std::string(goes_on));
}

}  // namespace

std::string Field(std::string_view name, std::string_view value) {
  return std::string(name).append(": ").append(value).append("\r\n");
}

Reply HtmlReply(int status, std::string_view html) {
  return {.status = status,
          .content_type = "text/html; charset=utf-8",
          .body = BlobRef::Copy(html),
          .fields = Field("Cache-Control", "no-cache")};
}

Reply TextReply(int status, std::string_view text) {
  return {.status = status,
          .content_type = "text/plain; charset=utf-8",
          .body = BlobRef::Copy(text),
          .fields = Field("Cache-Control", "no-store")};
}

Reply Redirect(std::string_view location) {
  Reply reply = TextReply(308, "");
  reply.fields += Field("Location", location);
  return reply;
}

HttpResponse Deliver(Reply reply, const DeliveryOptions& options) {
  const bool keep_alive = options.keep_alive && !reply.close;
  std::string head = StatusLine(reply.status) + Field("Date", HttpDate(options.now)) +
                     ConnectionField(reply.upgrade, keep_alive);
  if (!reply.content_type.empty()) {
    head += Field("Content-Type", reply.content_type);
    head += Field("Content-Length", std::to_string(reply.length.value_or(reply.body.size())));
  }
  head.append(reply.fields).append(SecurityFields(options.socket_origin, reply.sandboxed)).append("\r\n");
  return {.status = reply.status,
          .head = std::move(head),
          .body = options.head_only ? BlobRef() : std::move(reply.body),
          .keep_alive = keep_alive,
          .refusal = std::move(reply.refusal)};
}

std::string Quoted(std::string_view value) {
  constexpr std::size_t kMost = 100;
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text = "'";
  for (const char c : value.substr(0, kMost)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= ' ' && byte < 0x7F && c != '\'' && c != '\\') {
      text += c;
    } else {
      text.append("\\x").append({kHex[byte >> 4U], kHex[byte & 0xFU]});
    }
  }
  return text + (value.size() > kMost ? "…'" : "'");
}

std::string StatusLine(int status) {
  const auto* found = std::ranges::find(kReasons, status, [](const auto& entry) { return entry.first; });
  // The words may be missing (RFC 9112, section 4), but not the space before them.
  return "HTTP/1.1 " + std::to_string(status) + ' ' + (found == kReasons.end() ? "" : found->second) + "\r\n";
}

std::string HttpDate(std::chrono::system_clock::time_point time) {
  // Not by strftime, which speaks the locale's language.
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::array<char, 64> text = {};
  const int size =
      std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                    kDays.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                    kMonths.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                    static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                    static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace parley
