#include "common/codec/stun.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace parley {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kHeaderBytes = 20;
constexpr std::uint32_t kCookie = 0x2112A442;
constexpr unsigned kIPv4 = 0x01;
constexpr std::size_t kSha1Bytes = 20;

enum class Method : unsigned { kBinding = 0x0001, kAllocate = 0x0003, kRefresh = 0x0004 };
// Of a message's type, the two bits that tell what it is (RFC 8489, section 5).
constexpr unsigned kClassBits = 0x0110;
constexpr unsigned kSuccess = 0x0100;
constexpr unsigned kRefusal = 0x0110;

enum Attribute : unsigned {
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kLifetime = 0x000D,
  kRealm = 0x0014,
  kNonce = 0x0015,
  kRequestedTransport = 0x0019,
  kXorMappedAddress = 0x0020,
};

std::uint32_t Number(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t number = 0;
  for (const char c : bytes.substr(at, count)) number = number << 8U | static_cast<unsigned char>(c);
  return number;
}

std::string TwoBytes(std::size_t number) {
  return {static_cast<char>(number >> 8U & 0xFFU), static_cast<char>(number & 0xFFU)};
}

std::size_t Padded(std::size_t length) {
  return (length + 3) / 4 * 4;
}

// --- Requests ---

std::string Request(Method method, std::string_view transaction) {
  return TwoBytes(static_cast<unsigned>(method)) + std::string("\0\0\x21\x12\xA4\x42"sv) +
         std::string(transaction);
}

void SetLength(std::string& request, std::size_t length) {
  request.replace(2, 2, TwoBytes(length));
}

void Add(std::string& request, Attribute attribute, std::string_view value) {
  request += TwoBytes(attribute) + TwoBytes(value.size());
  request += value;
  request.resize(Padded(request.size()));
  SetLength(request, request.size() - kHeaderBytes);
}

// RFC 8489, section 9.2.2: MD5, because servers that know nothing better are asked.
std::string Key(const StunCredentials& who) {
  const std::string text = who.username + ":" + who.realm + ":" + who.password;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

// Section 14.5: over all that stands before it, with a length that counts it already.
void Sign(std::string& request, const StunCredentials& who) {
  Add(request, kUsername, who.username);
  Add(request, kRealm, who.realm);
  Add(request, kNonce, who.nonce);
  SetLength(request, request.size() - kHeaderBytes + 4 + kSha1Bytes);
  const std::string key = Key(who);
  std::array<unsigned char, kSha1Bytes> digest{};
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(request.data()), request.size(), digest.data(), nullptr);
  Add(request, kMessageIntegrity, {reinterpret_cast<const char*>(digest.data()), digest.size()});
}

// --- Responses ---

// Section 14.2: both are XORed with the cookie, so that no box on the way rewrites them.
std::string AddressOf(std::string_view value) {
  if (value.size() != 8 || Number(value, 1, 1) != kIPv4) return "";
  const std::uint32_t port = Number(value, 2, 2) ^ (kCookie >> 16U);
  const std::uint32_t address = Number(value, 4, 4) ^ kCookie;
  std::string text;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    text += std::to_string(address >> shift & 0xFFU) + (shift == 0 ? ":" : ".");
  }
  return text + std::to_string(port);
}

void Take(StunResponse& response, unsigned attribute, std::string_view value) {
  if (attribute == kXorMappedAddress) response.mapped = AddressOf(value);
  if (attribute == kRealm) response.realm = value;
  if (attribute == kNonce) response.nonce = value;
  // Section 14.8: the hundreds, and the rest.
  if (attribute == kErrorCode && value.size() >= 4) {
    response.error = static_cast<int>((Number(value, 2, 1) & 0x7U) * 100 + Number(value, 3, 1));
  }
}

}  // namespace

std::string StunBindingRequest(std::string_view transaction) {
  return Request(Method::kBinding, transaction);
}

std::string TurnAllocateRequest(std::string_view transaction,
                                const std::optional<StunCredentials>& credentials) {
  std::string request = Request(Method::kAllocate, transaction);
  Add(request, kRequestedTransport, "\x11\0\0\0"sv);  // UDP's number (RFC 8656, section 18.7)
  if (credentials) Sign(request, *credentials);
  return request;
}

std::string TurnReleaseRequest(std::string_view transaction, const StunCredentials& credentials) {
  std::string request = Request(Method::kRefresh, transaction);
  Add(request, kLifetime, "\0\0\0\0"sv);
  Sign(request, credentials);
  return request;
}

std::optional<StunResponse> ReadStunResponse(std::string_view datagram, std::string_view transaction) {
  if (datagram.size() < kHeaderBytes) return std::nullopt;
  const unsigned kind = Number(datagram, 0, 2) & (0xC000U | kClassBits);
  if (kind != kSuccess && kind != kRefusal) return std::nullopt;
  if (Number(datagram, 4, 4) != kCookie || datagram.substr(8, kStunTransactionBytes) != transaction) {
    return std::nullopt;
  }
  std::string_view rest = datagram.substr(kHeaderBytes);
  if (rest.size() != Number(datagram, 2, 2)) return std::nullopt;
  StunResponse response{.success = kind == kSuccess, .error = 0, .mapped = {}, .realm = {}, .nonce = {}};
  while (rest.size() >= 4) {
    const std::size_t length = Number(rest, 2, 2);
    if (length > rest.size() - 4) return std::nullopt;
    Take(response, Number(rest, 0, 2), rest.substr(4, length));
    rest.remove_prefix(std::min(rest.size(), 4 + Padded(length)));
  }
  return response;
}

}  // namespace parley
