#include "common/codec/http_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "common/base/limits.h"

namespace parley {
namespace {

constexpr HttpBad kBadLine{400, "malformed request line"};
constexpr HttpBad kBadTarget{400, "malformed request target"};
constexpr HttpBad kBadVersion{505, "only HTTP/1.x is spoken here"};
constexpr HttpBad kBadField{400, "malformed header field"};
constexpr HttpBad kBadHost{400, "malformed Host"};
constexpr HttpBad kNoHost{400, "exactly one Host is needed"};
constexpr HttpBad kBadFraming{400, "unclear how long the request is"};
constexpr HttpBad kBody{400, "a request has no body here"};
constexpr HttpBad kBodyAndMethod{405, "only GET and HEAD, without a body"};
constexpr HttpBad kHugeBody{413, "the body is too large"};
constexpr HttpBad kLongLine{414, "request line too long"};
constexpr HttpBad kLongHead{431, "request head too long"};
constexpr HttpBad kManyFields{431, "too many header fields"};

// Of ASCII; std::tolower and its kin follow the locale.
constexpr char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool IsAlphanumeric(char c) {
  return IsDigit(c) || (Lower(c) >= 'a' && Lower(c) <= 'z');
}

// RFC 9110, section 5.6.2.
constexpr bool IsTokenChar(char c) {
  return IsAlphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

constexpr bool IsVisible(char c) {
  return c > ' ' && c < '\x7F';
}

// RFC 9110, section 5.5: visible ASCII, white space, and the bytes over ASCII.
constexpr bool IsFieldValueChar(char c) {
  return IsVisible(c) || c == ' ' || c == '\t' || static_cast<unsigned char>(c) >= 0x80;
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, IsTokenChar);
}

std::string_view TrimWhiteSpace(std::string_view text) {
  constexpr std::string_view kWhiteSpace = " \t";
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

bool StartsWithIgnoringCase(std::string_view text, std::string_view beginning) {
  return text.size() >= beginning.size() && EqualsIgnoringCase(text.substr(0, beginning.size()), beginning);
}

// Takes a line off the front of `rest`, without its CR LF or LF; nothing while its end has not come.
std::optional<std::string_view> TakeLine(std::string_view& rest) {
  const std::size_t newline = rest.find('\n');
  if (newline == std::string_view::npos) return std::nullopt;
  std::string_view line = rest.substr(0, newline);
  if (line.ends_with('\r')) line.remove_suffix(1);
  rest.remove_prefix(newline + 1);
  return line;
}

// A name or an IPv4 address, or an IPv6 address in brackets; then perhaps a port. RFC 3986 would allow more
// in a name, which no name on the Internet has, and which would have to be escaped wherever it is used.
bool IsHost(std::string_view host) {
  std::size_t end = 0;
  if (host.starts_with('[')) {
    end = host.find(']');
    if (end == std::string_view::npos || end == 1) return false;
    const auto fits = [](char c) { return IsAlphanumeric(c) || c == ':' || c == '.'; };
    if (!std::ranges::all_of(host.substr(1, end - 1), fits)) return false;
    ++end;
  } else {
    end = std::min(host.find(':'), host.size());
    const auto fits = [](char c) { return IsAlphanumeric(c) || c == '-' || c == '.' || c == '_'; };
    if (end == 0 || !std::ranges::all_of(host.substr(0, end), fits)) return false;
  }
  const std::string_view port = host.substr(end);
  if (port.empty()) return true;
  return port.front() == ':' && port.size() <= 6 && std::ranges::all_of(port.substr(1), IsDigit);
}

using Error = std::optional<HttpBad>;

Error ParseVersion(std::string_view version, HttpRequest& request) {
  // "HTTP/" digit "." digit
  if (version.size() != 8 || !version.starts_with("HTTP/") || !IsDigit(version[5]) || version[6] != '.' ||
      !IsDigit(version[7])) {
    return kBadLine;
  }
  if (version[5] != '1') return kBadVersion;
  request.minor_version = version[7] - '0';
  return std::nullopt;
}

// "http://host:port/path?query", which a server must understand too (RFC 9112, section 3.2.2).
Error ParseAbsoluteTarget(std::string_view rest, HttpRequest& request) {
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  request.host = rest.substr(0, end);
  request.target = rest.substr(end);
  if (!IsHost(request.host)) return kBadTarget;
  if (request.target.empty()) request.target = "/";
  return request.target.starts_with('/') ? Error() : kBadTarget;
}

Error ParseTarget(std::string_view target, HttpRequest& request) {
  if (target.empty() || !std::ranges::all_of(target, IsVisible)) return kBadTarget;
  if (target.find('#') != std::string_view::npos) return kBadTarget;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (StartsWithIgnoringCase(target, scheme)) {
      return ParseAbsoluteTarget(target.substr(scheme.size()), request);
    }
  }
  // These two have forms of their own (sections 3.2.3 and 3.2.4); we have neither, and say so by 405.
  const bool other_form = request.method == "CONNECT" || (request.method == "OPTIONS" && target == "*");
  if (!target.starts_with('/') && !other_form) return kBadTarget;
  request.target = target;
  return std::nullopt;
}

// method SP target SP version
Error ParseRequestLine(std::string_view line, HttpRequest& request) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || last <= first) return kBadLine;
  request.method = line.substr(0, first);
  if (!IsToken(request.method)) return kBadLine;
  if (const Error error = ParseVersion(line.substr(last + 1), request)) return error;
  return ParseTarget(line.substr(first + 1, last - first - 1), request);
}

// The name is a token, which rules out a folded line (it begins with white space), and a space before the
// colon. A value without control characters rules out a CR alone.
Error ParseField(std::string_view line, HttpRequest& request) {
  if (request.fields.size() == limits::kHttpFields) return kManyFields;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) return kBadField;
  const std::string_view value = TrimWhiteSpace(line.substr(colon + 1));
  if (!std::ranges::all_of(value, IsFieldValueChar)) return kBadField;
  request.fields.push_back({line.substr(0, colon), value});
  return std::nullopt;
}

// RFC 9112, section 3.2. The absolute form's host goes before Host, which must stand there all the same.
Error CheckHost(HttpRequest& request) {
  if (!request.Has("Host")) return request.minor_version == 0 ? Error() : kNoHost;
  const auto host = request.Only("Host");
  if (!host) return kNoHost;
  if (!IsHost(*host)) return kBadHost;
  if (request.host.empty()) request.host = *host;
  return std::nullopt;
}

// A body ends the connection, except that of a PUT with one length: no two readers can then disagree where
// the next request is.
Error CheckBody(HttpRequest& request) {
  const bool chunked = request.Has("Transfer-Encoding");
  const bool sized = request.Has("Content-Length");
  if (!chunked && !sized) return std::nullopt;
  if (sized) {
    const std::string_view size = request.Only("Content-Length").value_or("");
    if (chunked || size.empty() || !std::ranges::all_of(size, IsDigit)) return kBadFraming;
    if (request.method == "PUT") {
      std::uint64_t bytes = 0;
      if (std::from_chars(size.data(), size.data() + size.size(), bytes).ec != std::errc()) return kHugeBody;
      request.content_length = bytes;
      return std::nullopt;
    }
    if (size == "0") return std::nullopt;
  }
  if (request.method == "PUT") {
    request.chunked = true;
    return std::nullopt;
  }
  return request.method == "GET" || request.method == "HEAD" ? kBody : kBodyAndMethod;
}

}  // namespace

bool EqualsIgnoringCase(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, Lower, Lower);
}

bool HttpRequest::Has(std::string_view name) const {
  return std::ranges::any_of(fields, [name](const HttpField& f) { return EqualsIgnoringCase(f.name, name); });
}

std::optional<std::string_view> HttpRequest::Only(std::string_view name) const {
  std::optional<std::string_view> found;
  for (const HttpField& field : fields) {
    if (!EqualsIgnoringCase(field.name, name)) continue;
    if (found) return std::nullopt;
    found = field.value;
  }
  return found;
}

std::vector<std::string_view> HttpRequest::List(std::string_view name) const {
  std::vector<std::string_view> elements;
  for (const HttpField& field : fields) {
    if (!EqualsIgnoringCase(field.name, name)) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      const std::string_view element = TrimWhiteSpace(rest.substr(0, comma));
      if (!element.empty()) elements.push_back(element);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return elements;
}

bool HttpRequest::Lists(std::string_view name, std::string_view token) const {
  return std::ranges::any_of(List(name),
                             [token](std::string_view e) { return EqualsIgnoringCase(e, token); });
}

bool HttpRequest::KeepAlive() const {
  if (Lists("Connection", "close")) return false;
  return minor_version > 0 || Lists("Connection", "keep-alive");
}

std::variant<HttpNeedMore, HttpRequest, HttpBad> ParseHttpHead(std::string_view input) {
  const std::string_view window = input.substr(0, limits::kHttpHeadBytes);
  std::string_view rest = window;
  const auto unfinished = [&](const HttpBad& bad) -> std::variant<HttpNeedMore, HttpRequest, HttpBad> {
    if (window.size() < limits::kHttpHeadBytes) return HttpNeedMore{};
    return bad;
  };
  std::optional<std::string_view> line = TakeLine(rest);
  if (line && line->empty()) line = TakeLine(rest);
  if (!line) return unfinished(kLongLine);
  HttpRequest request;
  if (const Error error = ParseRequestLine(*line, request)) return *error;
  while (true) {
    line = TakeLine(rest);
    if (!line) return unfinished(kLongHead);
    if (line->empty()) break;
    if (const Error error = ParseField(*line, request)) return *error;
  }
  if (const Error error = CheckHost(request)) return *error;
  if (const Error error = CheckBody(request)) return *error;
  request.consumed = window.size() - rest.size();
  return request;
}

}  // namespace parley
