// Chooses the content coding that a client gets (RFC 9110, section 8.4), and makes the two that the server
// offers.

#pragma once

#include <string>
#include <string_view>

#include "common/codec/http_head.h"

namespace parley {

enum class ContentCoding { kIdentity, kGzip, kBrotli };

// The coding that Accept-Encoding prefers among those that exist. Of two equal ones, the one with fewer
// bytes. Identity if nothing else fits, even if the client refuses it: bytes are of more use than 406.
ContentCoding ChooseCoding(const HttpRequest& request, bool gzip, bool brotli);

// Compresses quickly (some 10 MB/s), not as well as possible. The build of the page can compress its files
// better.
std::string CompressGzip(std::string_view bytes);
std::string CompressBrotli(std::string_view bytes);

}  // namespace parley
