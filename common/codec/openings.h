// Recognises the first bytes of other protocols (docs/protocol.md, "Openings of other protocols").
//
// An opening may hold passwords and must not be taken for chat. Text that people type must never match, so
// each shape is one that only a program writes. Sans I/O; each read is judged alone.

#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace parley {

// How many bytes are before the first word: a byte order mark and white space.
std::size_t BytesBeforeText(std::string_view bytes);

// Whether `read` begins with a request line of HTTP, of any version and method, whatever follows it. White
// space before it is skipped.
bool BeginsWithHttp(std::string_view read);

// The name of the other protocol that `read` begins with; nothing if it may be text. Does not look for HTTP
// and TLS.
std::optional<std::string_view> RecognizeProtocol(std::string_view read);

// Whether `read` begins with a JSON object that is, or may be meant as, a `hello`.
bool BeginsWithHello(std::string_view read);

// The twelve bytes that begin a header of the PROXY protocol, version 2.
inline constexpr std::string_view kProxySignature("\r\n\r\n\0\r\nQUIT\n", 12);

}  // namespace parley
