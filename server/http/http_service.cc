#include "server/http/http_service.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "server/http/content_coding.h"
#include "server/http/pages.h"
#include "server/http/response.h"
#include "server/http/url_path.h"
#include "server/http/websocket_upgrade.h"

namespace parley {
namespace {

constexpr std::string_view kMethods = "GET, HEAD";

// One request with all that its answer depends on.
struct Question {
  const HttpRequest& request;
  const HttpContext& context;
  const HttpSettings& settings;
  const StaticFiles& files;
  // A proxy says that it speaks for another: the peer's own address is then nobody's.
  bool forwarded;

  // The request comes from this machine.
  [[nodiscard]] bool local() const { return context.loopback && !forwarded; }
  // The person used http://, and not https:// to a proxy.
  [[nodiscard]] bool plain() const { return !context.tls && !forwarded; }
};

using Said = std::variant<WebSocketUpgrade, Reply>;

bool IsForwarded(const HttpRequest& request) {
  constexpr std::array kSigns = {"X-Forwarded-For", "Forwarded", "X-Forwarded-Host", "X-Real-IP", "Via"};
  return std::ranges::any_of(kSigns, [&](const char* name) { return request.Has(name); });
}

Reply NotFound(const Question& question) {
  return HtmlReply(404, NotFoundPage(RelativeRoot(PathOf(question.request.target))));
}

Reply MethodNotAllowed() {
  Reply reply = TextReply(405, "Only GET and HEAD are served here.\n");
  reply.fields += Field("Allow", kMethods);
  return reply;
}

// --- Files ---

// Whether the client has this form already (RFC 9110, section 13.1.2): weak tags are compared without their
// W/.
bool HasAlready(const HttpRequest& request, std::string_view etag) {
  return std::ranges::any_of(request.List("If-None-Match"), [etag](std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    return tag == "*" || tag == etag;
  });
}

// Whether the client wants another form than this one or none (RFC 9110, section 13.1.1): weak tags match
// nothing.
bool WantsAnother(const HttpRequest& request, std::string_view etag) {
  return request.Has("If-Match") &&
         std::ranges::none_of(request.List("If-Match"),
                              [etag](std::string_view tag) { return tag == "*" || tag == etag; });
}

Reply FileReply(const StaticFile& file, const HttpRequest& request) {
  const bool gzip(file.gzip.body);
  const bool brotli(file.brotli.body);
  const ContentCoding coding = ChooseCoding(request, gzip, brotli);
  const Representation& form = coding == ContentCoding::kBrotli ? file.brotli
                               : coding == ContentCoding::kGzip ? file.gzip
                                                                : file.identity;
  if (WantsAnother(request, form.etag)) return TextReply(412, "The file has changed.\n");
  Reply reply;
  reply.fields = Field("ETag", form.etag) +
                 Field("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (gzip || brotli) reply.fields += Field("Vary", "Accept-Encoding");
  if (HasAlready(request, form.etag)) {
    reply.status = 304;
    return reply;
  }
  if (coding == ContentCoding::kBrotli) reply.fields += Field("Content-Encoding", "br");
  if (coding == ContentCoding::kGzip) reply.fields += Field("Content-Encoding", "gzip");
  reply.content_type = file.content_type;
  reply.body = form.body;
  return reply;
}

// --- Routes ---

Said Health(const Question&) {
  return TextReply(200, "ok\n");
}

bool MayReadMetrics(const Question& question) {
  if (question.local() || question.settings.metrics_for_any) return true;
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view authorization = question.request.Only("Authorization").value_or("");
  return question.settings.opens_metrics && authorization.size() > kBearer.size() &&
         EqualsIgnoringCase(authorization.substr(0, kBearer.size()), kBearer) &&
         question.settings.opens_metrics(authorization.substr(kBearer.size()));
}

Said Metrics(const Question& question) {
  if (!question.settings.metrics) return NotFound(question);
  if (!MayReadMetrics(question))
    return TextReply(403, "Metrics are for this machine alone. Use --metrics any, or an admin's token.\n");
  Reply reply = TextReply(200, question.settings.metrics());
  reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return reply;
}

Said ThePage(const StaticFile* page, const Question& question) {
  if (page != nullptr) return FileReply(*page, question.request);
  return TextReply(503,
                   "服务器没有安装网页；聊天仍可通过终端进行。\n"
                   "The page is not installed here; chat goes on in terminals.\n");
}

Said Page(const Question& question) {
  return ThePage(question.files.Find("/index.html"), question);
}

// Relative where a proxy is in front: it may have stripped a prefix from the path.
Said ToPage(const Question& question) {
  const std::string_view target = question.request.target;
  return Redirect((question.forwarded ? "./" : "/") + std::string(target.substr(PathOf(target).size())));
}

Said WebSocket(const Question& question) {
  const bool http_origin = question.plain() && question.local();
  auto result = UpgradeToWebSocket(question.request, http_origin);
  if (auto* upgrade = std::get_if<WebSocketUpgrade>(&result)) return std::move(*upgrade);
  return std::get<Reply>(std::move(result));
}

Said Certificate(const Question& question) {
  if (question.settings.ca_certificate.empty()) return NotFound(question);
  Reply reply = TextReply(200, question.settings.ca_certificate);
  reply.content_type = "application/x-x509-ca-cert";
  return reply;
}

Said Trust(const Question& question) {
  if (question.settings.ca_certificate.empty()) return NotFound(question);
  return HtmlReply(200, TrustPage(question.settings.fingerprint));
}

Said Style(const Question&) {
  Reply reply = HtmlReply(200, PageStyle());
  reply.content_type = "text/css; charset=utf-8";
  return reply;
}

struct Route {
  std::string_view path;
  Said (*answer)(const Question&);
  bool any_door = false;  // also where the plain door sends pages elsewhere
};

constexpr std::array kRoutes = {
    Route{"/", Page},
    Route{"/index.html", ToPage},
    Route{"/ws", WebSocket},
    Route{"/healthz", Health, true},
    Route{"/metrics", Metrics, true},
    Route{"/ca.crt", Certificate},
    Route{"/trust", Trust},
    Route{kPageStylePath, Style},
};

// --- Doors ---

// The host that was asked for, without its port.
std::string_view HostName(std::string_view host) {
  const std::size_t bracket = host.find(']');
  return host.substr(0, bracket == std::string_view::npos ? host.find(':') : bracket + 1);
}

Reply ToHttps(const Question& question) {
  if (question.request.host.empty())
    return TextReply(400, "The request has no Host header, so the server cannot redirect it to https.\n");
  const std::uint16_t port = question.settings.https_port;
  return Redirect("https://" + std::string(HostName(question.request.host)) +
                  (port == 443 ? "" : ':' + std::to_string(port)) + std::string(question.request.target));
}

// A person's browser follows to https://. Neither a WebSocket nor what a proxy forwards gets there.
HttpRefusal RefusalOfRedirect(const Question& question) {
  const bool socket = PathOf(question.request.target) == "/ws";
  if (!socket && !question.forwarded) return {};
  return {"redirect", std::string(socket ? "a WebSocket" : "a forwarded request") +
                          " came through the plain door and was sent to https:// (Host " +
                          Quoted(question.request.host) +
                          "): where a proxy on this machine ends TLS, start with --proxy"};
}

// The answer of a door that does not serve pages to this peer: browsers give camera and microphone only to a
// page that came over https, or from their own machine.
std::optional<Reply> AtTheDoor(const Question& question) {
  const bool behind_proxy = question.settings.proxy && question.context.loopback;
  if (question.context.tls || behind_proxy) return std::nullopt;
  if (question.settings.https_port != 0) {
    Reply reply = ToHttps(question);
    reply.refusal = RefusalOfRedirect(question);
    return reply;
  }
  if (question.local()) return std::nullopt;
  Reply reply = TextReply(
      403,
      "此服务器未启用 TLS，网页只提供给本机。请管理员启用 TLS，或在负责 TLS 的代理之后以 --proxy 启动。\n"
      "This server runs without TLS, so only the machine that it runs on gets the page. Ask its operator to "
      "turn TLS on, or to start it with --proxy behind a proxy that terminates TLS.\n");
  reply.refusal = {"plain door",
                   "a request through the plain door was refused (Host " + Quoted(question.request.host) +
                       "): without TLS only this machine gets the page; turn TLS on (--tls), or start "
                       "with --proxy where a proxy on this machine ends TLS"};
  return reply;
}

Said Say(const Question& question) {
  if (question.request.method != "GET" && question.request.method != "HEAD") return MethodNotAllowed();
  const auto path = DecodePath(PathOf(question.request.target));
  if (!path) return TextReply(400, "Malformed path.\n");
  const auto* route = std::ranges::find(kRoutes, *path, &Route::path);
  if (route == kRoutes.end() || !route->any_door) {
    if (auto reply = AtTheDoor(question)) return std::move(*reply);
  }
  if (route != kRoutes.end()) return route->answer(question);
  if (RoomOf(*path)) return ThePage(question.files.room_page(), question);
  const StaticFile* file = question.files.Find(*path);
  return file == nullptr ? NotFound(question) : FileReply(*file, question.request);
}

// An address in brackets is no CSP source; 'self' must do.
std::string SocketOrigin(const Question& question) {
  const std::string_view host = question.request.host;
  if (host.empty() || host.starts_with('[')) return "";
  return (question.plain() ? "ws://" : "wss://") + std::string(host);
}

}  // namespace

HttpAnswer HttpService::Answer(const HttpRequest& request, const HttpContext& context) const {
  const Question question{request, context, settings_, files_, IsForwarded(request)};
  Said said = Say(question);
  if (auto* upgrade = std::get_if<WebSocketUpgrade>(&said)) return std::move(*upgrade);
  return Deliver(std::get<Reply>(std::move(said)), {.now = context.now,
                                                    .head_only = request.method == "HEAD",
                                                    .keep_alive = request.KeepAlive() && !request.HasBody(),
                                                    .socket_origin = SocketOrigin(question)});
}

HttpResponse HttpService::Refuse(const HttpBad& bad, std::chrono::system_clock::time_point now) {
  Reply reply = TextReply(bad.status, std::string(bad.reason) + '\n');
  if (bad.status == 405) reply.fields += Field("Allow", kMethods);
  return Deliver(std::move(reply), {.now = now});
}

}  // namespace parley
