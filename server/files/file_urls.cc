#include "server/files/file_urls.h"

#include <sodium.h>

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <utility>

#include "common/base/random.h"

namespace parley {
namespace {

constexpr std::size_t kCodeBytes = 18;  // 24 characters
// Keeps what is derived here apart from all else that the secret is used for.
constexpr std::string_view kPurpose = "parley file urls 1";
constexpr std::string_view kUpload = "/files/u/";
constexpr std::string_view kDownload = "/files/d/";

// BLAKE2b with a key is a MAC by itself.
std::string Hash(std::string_view text, std::string_view key, std::size_t bytes) {
  const auto begin = [](std::string_view from) {
    return reinterpret_cast<const unsigned char*>(from.data());
  };
  std::string hash(bytes, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(), begin(text), text.size(),
                     begin(key), key.size());
  return hash;
}

bool IsSame(std::string_view one, std::string_view other) {
  return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace

FileUrls::FileUrls(std::string_view secret) : key_(Hash(kPurpose, secret, crypto_generichash_KEYBYTES)) {
}

std::string FileUrls::Code(std::string_view text) const {
  return Base64Url(Hash(text, key_, kCodeBytes));
}

std::string FileUrls::Signed(std::string text) const {
  const std::string code = Code(text);
  return std::move(text.append(".").append(code));
}

std::string FileUrls::Upload(std::string_view id) const {
  return Signed(std::string(kUpload).append(id));
}

std::string FileUrls::Download(std::string_view id, WallTime expires) const {
  return Signed(std::string(kDownload).append(id).append(".").append(
      std::to_string(expires.time_since_epoch().count())));
}

std::optional<FileUrls::Target> FileUrls::Read(std::string_view path, WallTime now) const {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos || !IsSame(path.substr(dot + 1), Code(path.substr(0, dot)))) {
    return std::nullopt;
  }
  // This server has made it: the rest is as it should be.
  path = path.substr(0, dot);
  if (path.starts_with(kUpload)) return Target{.id = std::string(path.substr(kUpload.size()))};
  if (!path.starts_with(kDownload)) return std::nullopt;
  path.remove_prefix(kDownload.size());
  const std::size_t middle = path.find('.');
  if (middle == std::string_view::npos) return std::nullopt;
  const std::string_view digits = path.substr(middle + 1);
  std::int64_t expires = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), expires);
  if (read.ec != std::errc() || now >= WallTime(std::chrono::milliseconds(expires))) return std::nullopt;
  return Target{.id = std::string(path.substr(0, middle)), .download = true};
}

}  // namespace parley
