// Content codings (RFC 9110, section 8.4): which one a client gets, and the two that we make.

#pragma once

#include <string>
#include <string_view>

#include "common/codec/http_head.h"

namespace parley {

enum class ContentCoding { kIdentity, kGzip, kBrotli };

// The coding that the request's Accept-Encoding likes best among those that are there; of two equal ones the
// smaller form. Identity where nothing else fits, also where the client refuses it: bytes are more use than
// 406.
ContentCoding ChooseCoding(const HttpRequest& request, bool gzip, bool brotli);

// As small as is quick to make (some 10 MB/s): what is built once is better compressed by who builds it.
std::string CompressGzip(std::string_view bytes);
std::string CompressBrotli(std::string_view bytes);

}  // namespace parley
