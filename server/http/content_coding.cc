#include "server/http/content_coding.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <vector>

namespace parley {
namespace {

constexpr int kMostQuality = 1000;
constexpr int kBrotliQuality = 9;  // 10 and 11 take ten times as long

// The value of "q=…" in thousandths (RFC 9110, section 12.4.2); nothing where it is none.
std::optional<int> ParseQuality(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  int value = (text[0] - '0') * kMostQuality;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int unit = kMostQuality;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return std::nullopt;
    value += (c - '0') * (unit /= 10);
  }
  return value <= kMostQuality ? std::optional(value) : std::nullopt;
}

struct Preference {
  std::string_view coding;
  int quality;
};

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// "gzip;q=0.8". A quality that can't be read counts as none at all: the coding is not used.
Preference ParsePreference(std::string_view element) {
  const std::size_t semicolon = element.find(';');
  const std::string_view coding = Trim(element.substr(0, semicolon));
  if (semicolon == std::string_view::npos) return {coding, kMostQuality};
  const std::string_view parameter = Trim(element.substr(semicolon + 1));
  if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) return {coding, 0};
  return {coding, ParseQuality(parameter.substr(2)).value_or(0)};
}

// How much a coding is liked: as it is named, or else as "*" is; `unnamed` where neither stands there.
int Quality(const std::vector<Preference>& preferences, std::string_view coding, int unnamed) {
  std::optional<int> star;
  for (const Preference& preference : preferences) {
    const bool old_name = coding == "gzip" && EqualsIgnoringCase(preference.coding, "x-gzip");
    if (EqualsIgnoringCase(preference.coding, coding) || old_name) return preference.quality;
    if (preference.coding == "*") star = preference.quality;
  }
  return star.value_or(unnamed);
}

}  // namespace

ContentCoding ChooseCoding(const HttpRequest& request, bool gzip, bool brotli) {
  std::vector<Preference> preferences;
  for (const std::string_view element : request.List("Accept-Encoding")) {
    preferences.push_back(ParsePreference(element));
  }
  const int gzip_quality = gzip ? Quality(preferences, "gzip", 0) : 0;
  const int brotli_quality = brotli ? Quality(preferences, "br", 0) : 0;
  const int best = std::max(gzip_quality, brotli_quality);
  // Identity that is not named is acceptable, and liked less than what is.
  if (best == 0 || best < Quality(preferences, "identity", 0)) return ContentCoding::kIdentity;
  return brotli_quality == best ? ContentCoding::kBrotli : ContentCoding::kGzip;
}

std::string CompressGzip(std::string_view bytes) {
  constexpr int kGzipWindow = MAX_WBITS + 16;  // with gzip's header and trailer
  z_stream stream = {};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::runtime_error("zlib can't compress");
  }
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  // zlib only reads what it is given, and takes sizes of 32 bits: files here are far smaller.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("zlib can't compress");
  return out;
}

std::string CompressBrotli(std::string_view bytes) {
  std::size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string out(size, '\0');
  if (BrotliEncoderCompress(kBrotliQuality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, bytes.size(),
                            reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                            reinterpret_cast<std::uint8_t*>(out.data())) != BROTLI_TRUE) {
    throw std::runtime_error("brotli can't compress");
  }
  out.resize(size);
  return out;
}

}  // namespace parley
