// Decides which dialect a peer speaks, by its first bytes (docs/protocol.md, "Doors" and "First bytes").

#pragma once

#include <string_view>

namespace parley {

enum class FirstBytes {
  kNeedMore,  // nothing yet, or the beginning of something that is not raw
  kLines,     // begins with '{', after a byte order mark and white space
  kHttp,      // begins, after these, with a whole HTTP request line (RFC 9112, section 3)
  kTls,       // begins with a TLS handshake record: 16 03 (RFC 8446, section 5.1)
  kProxy,     // begins with the signature of the PROXY protocol, version 2
  kRaw,       // anything else
};

// Decides by the bytes that have arrived so far. A request line is METHOD SP target SP HTTP/d or HTTP/d.d and
// a newline (CR LF or LF). Its method is one of GET HEAD POST PUT DELETE OPTIONS PATCH CONNECT TRACE, and its
// target is visible ASCII. The beginning of a request line needs more bytes, up to limits::kHttpHeadBytes;
// then it is raw. After an answer, more bytes do not change it. What is raw here may still be the opening of
// another protocol (openings.h).
FirstBytes ClassifyFirstBytes(std::string_view bytes);

}  // namespace parley
