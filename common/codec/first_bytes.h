// The first-bytes rule: which dialect a peer speaks (docs/protocol.md, "Doors" and "First bytes").

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

// Decides by the bytes that arrived so far. A request line is METHOD SP target SP HTTP/d or HTTP/d.d and a
// newline (CR LF or LF), its method one of GET HEAD POST PUT DELETE OPTIONS PATCH CONNECT TRACE, its target
// of visible ASCII; bytes that are a beginning of one need more, at most limits::kHttpHeadBytes (then they
// are raw). Once it has answered, more bytes don't change the answer. What is raw by this may still be the
// opening of another protocol (openings.h).
FirstBytes ClassifyFirstBytes(std::string_view bytes);

}  // namespace parley
