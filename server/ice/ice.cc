#include "server/ice/ice.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace parley {
namespace {

constexpr std::chrono::hours kCredentialLife{12};
constexpr std::array<std::string_view, 4> kSchemes = {"stun:", "stuns:", "turn:", "turns:"};

std::string HmacSha1Base64(const std::string& key, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> base64{};
  const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
  return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(length)};
}

}  // namespace

std::vector<protocol::IceServer> IceServers::For(std::string_view member, WallTime now) const {
  std::vector<protocol::IceServer> servers;
  for (const std::string& url : urls_) {
    protocol::IceServer server{.url = url, .username = {}, .credential = {}};
    if (url.starts_with("turn") && !secret_.empty()) {
      const auto ends = std::chrono::floor<std::chrono::seconds>(now) + kCredentialLife;
      server.username = std::to_string(ends.time_since_epoch().count()) + ":" + std::string(member);
      server.credential = HmacSha1Base64(secret_, server.username);
    }
    servers.push_back(std::move(server));
  }
  return servers;
}

bool IceServers::IsUrl(std::string_view url) {
  return std::ranges::any_of(kSchemes, [&](std::string_view scheme) {
    return url.starts_with(scheme) && url.size() > scheme.size() &&
           std::ranges::all_of(url, [](char c) { return c > ' ' && c <= '~'; }) &&
           url.find_first_of("\"\\<>") == std::string_view::npos;
  });
}

}  // namespace parley
