// Parses the head of an HTTP/1.1 request (RFC 9112) into a value. Sans I/O, no state. A request that
// announces a body is refused, unless its method is PUT: no other method has a body here. Input that two
// readers could understand differently is refused too: folded fields, a space before the colon, a CR alone,
// two hosts.
//
// All views are views of the input.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace parley {

struct HttpField {
  std::string_view name;   // as it was sent
  std::string_view value;  // without the white space around it
};

struct HttpRequest {
  std::string_view method;
  // "/path?query", also if the absolute form was sent. For CONNECT, and for OPTIONS *, as it was sent.
  std::string_view target;
  int minor_version = 1;          // of HTTP/1.x
  std::vector<HttpField> fields;  // in the order of the head
  // Host and perhaps port, from the absolute form, else from the field Host. It has only letters, digits,
  // "-._", or an address in brackets, then perhaps a colon and digits. So it can be put into a field or a URL
  // as it is. Empty only in HTTP/1.0.
  std::string_view host;
  // Bytes of the body, which follows the head. Only of a PUT, if it says so.
  std::optional<std::uint64_t> content_length;
  bool chunked = false;      // a PUT whose body has no length
  std::size_t consumed = 0;  // bytes of the head, its empty line included

  // Names of fields are compared without regard to case.
  [[nodiscard]] bool Has(std::string_view name) const;
  // The value of the field, if there is exactly one of that name.
  [[nodiscard]] std::optional<std::string_view> Only(std::string_view name) const;
  // The elements of all fields of that name, split at commas, without white space, the empty ones left out
  // (RFC 9110, section 5.6.1).
  [[nodiscard]] std::vector<std::string_view> List(std::string_view name) const;
  // Whether List(name) has `token`, without regard to case: List("Connection") has "upgrade".
  [[nodiscard]] bool Lists(std::string_view name, std::string_view token) const;
  // Whether a body follows that somebody must read before the next request can be read.
  [[nodiscard]] bool HasBody() const { return chunked || content_length.value_or(0) > 0; }
  // Whether the connection may serve another request after this one (RFC 9112, section 9.3).
  [[nodiscard]] bool KeepAlive() const;
};

struct HttpNeedMore {};

// The caller answers with this status, and closes the connection.
struct HttpBad {
  int status;               // 400, 405 (a body for an unsupported method), 414, 431 or 505
  std::string_view reason;  // a few words of ASCII; lives as long as the program
};

// Looks at the front of `input`, from the first byte of the request. One empty line before it is skipped.
// Lines end with CR LF or LF. A head is at most limits::kHttpHeadBytes long and has at most
// limits::kHttpFields.
std::variant<HttpNeedMore, HttpRequest, HttpBad> ParseHttpHead(std::string_view input);

// Whether the ASCII letters are the same but for their case, and all else is equal.
bool EqualsIgnoringCase(std::string_view one, std::string_view other);

}  // namespace parley
