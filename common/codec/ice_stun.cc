#include "common/codec/ice_stun.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "common/codec/big_endian.h"
#include "common/codec/stun.h"

namespace parley {
namespace {

constexpr std::size_t kHeaderBytes = 20;
constexpr std::size_t kAttributeBytes = 4;  // the header of an attribute
constexpr std::uint32_t kCookie = 0x2112A442;
constexpr std::uint32_t kFingerprintMask = 0x5354554E;  // RFC 8489, section 14.7
constexpr std::size_t kSha1Bytes = 20;
constexpr std::size_t kSignatureBytes = kAttributeBytes + kSha1Bytes;
constexpr std::size_t kFingerprintBytes = kAttributeBytes + 4;
constexpr std::uint16_t kOptionalFrom = 0x8000;  // attributes from here on may be ignored

enum Type : std::uint16_t { kRequest = 0x0001, kSuccess = 0x0101, kRefusal = 0x0111 };
enum Attribute : std::uint16_t {
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kUnknownAttributes = 0x000A,
  kMessageIntegritySha256 = 0x001C,
  kXorMappedAddress = 0x0020,
  kPriority = 0x0024,
  kUseCandidate = 0x0025,
  kFingerprint = 0x8028,
  kControlled = 0x8029,
  kControlling = 0x802A,
};

using Digest = std::array<unsigned char, kSha1Bytes>;

// The table of the checksum: one entry for each value of a byte.
constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? 0xEDB88320U ^ crc >> 1U : crc >> 1U;
    table[byte] = crc;
  }
  return table;
}();

std::uint32_t Crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) crc = kCrcTable[(crc ^ static_cast<unsigned char>(byte)) & 0xFFU] ^ crc >> 8U;
  return ~crc;
}

std::size_t Padded(std::size_t length) {
  return (length + 3) / 4 * 4;
}

// --- Writing ---

std::string Start(std::uint16_t type, std::string_view transaction) {
  std::string message;
  AppendU16(message, type);
  AppendU16(message, 0);
  AppendU32(message, kCookie);
  message += transaction;
  return message;
}

void SetLength(std::string& message, std::size_t end) {
  WriteU16(message, 2, static_cast<std::uint16_t>(end - kHeaderBytes));
}

void Add(std::string& message, std::uint16_t attribute, std::string_view value) {
  AppendU16(message, attribute);
  AppendU16(message, static_cast<std::uint16_t>(value.size()));
  message += value;
  message.resize(Padded(message.size()));
  SetLength(message, message.size());
}

// `message` ends where MESSAGE-INTEGRITY begins, and its length already counts it (RFC 8489, section 14.5).
Digest Sign(std::string_view message, std::string_view password) {
  Digest digest{};
  HMAC(EVP_sha1(), password.data(), static_cast<int>(password.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data(), nullptr);
  return digest;
}

void Finish(std::string& message, std::string_view password) {
  SetLength(message, message.size() + kSignatureBytes);
  const Digest digest = Sign(message, password);
  Add(message, kMessageIntegrity, {reinterpret_cast<const char*>(digest.data()), digest.size()});
  SetLength(message, message.size() + kFingerprintBytes);
  std::string fingerprint;
  AppendU32(fingerprint, Crc32(message) ^ kFingerprintMask);
  Add(message, kFingerprint, fingerprint);
}

// Section 14.2. The first bytes of the mask are the cookie; the transaction follows for IPv6.
std::string XorAddress(const SocketAddress& address, std::string_view transaction) {
  std::string mask;
  AppendU32(mask, kCookie);
  mask += transaction;
  std::string value;
  AppendU16(value, address.is_ipv6 ? 2 : 1);
  AppendU16(value, address.port ^ static_cast<std::uint16_t>(kCookie >> 16U));
  for (std::size_t i = 0; i < (address.is_ipv6 ? 16U : 4U); ++i) {
    AppendU8(value, address.ip[i] ^ ReadU8(mask, i));
  }
  return value;
}

// --- Reading ---

struct Whole {
  std::uint16_t type = 0;
  std::string_view transaction;
};

// The fixed part of a STUN message that fills the datagram.
std::optional<Whole> ReadWhole(std::string_view datagram) {
  if (datagram.size() < kHeaderBytes || datagram.size() % 4 != 0) return std::nullopt;
  if (ReadU32(datagram, 4) != kCookie || ReadU16(datagram, 2) != datagram.size() - kHeaderBytes) {
    return std::nullopt;
  }
  return Whole{ReadU16(datagram, 0), datagram.substr(8, kStunTransactionBytes)};
}

class Attributes {
 public:
  explicit Attributes(std::string_view datagram) : datagram_(datagram) {}

  // False at the end, and if what is left is malformed.
  bool Next() {
    if (datagram_.size() - next_ < kAttributeBytes) return false;
    at_ = next_;
    type_ = ReadU16(datagram_, at_);
    const std::size_t size = ReadU16(datagram_, at_ + 2);
    if (Padded(size) > datagram_.size() - at_ - kAttributeBytes) return false;
    value_ = datagram_.substr(at_ + kAttributeBytes, size);
    next_ = at_ + kAttributeBytes + Padded(size);
    return true;
  }

  [[nodiscard]] bool whole() const { return next_ == datagram_.size(); }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::uint16_t type() const { return type_; }
  [[nodiscard]] std::string_view value() const { return value_; }

 private:
  std::string_view datagram_;
  std::size_t at_ = 0, next_ = kHeaderBytes;
  std::uint16_t type_ = 0;
  std::string_view value_;
};

bool HasFingerprint(std::string_view datagram) {
  if (datagram.size() < kHeaderBytes + kFingerprintBytes) return false;
  const std::size_t at = datagram.size() - kFingerprintBytes;
  return ReadU16(datagram, at) == kFingerprint && ReadU16(datagram, at + 2) == 4;
}

// Of a message that has one.
bool IsFingerprintRight(std::string_view datagram) {
  const std::size_t at = datagram.size() - kFingerprintBytes;
  return ReadU32(datagram, at + 4) == (Crc32(datagram.substr(0, at)) ^ kFingerprintMask);
}

bool TakeUsername(IceCheck& check, std::string_view value) {
  const std::size_t colon = value.find(':');
  if (colon == std::string_view::npos) return false;
  check.to_ufrag = value.substr(0, colon);
  check.from_ufrag = value.substr(colon + 1);
  return true;
}

// One attribute before MESSAGE-INTEGRITY. False if it is malformed.
bool Take(IceCheck& check, std::uint16_t type, std::string_view value) {
  switch (type) {
    case kUsername:
      return TakeUsername(check, value);
    case kPriority:
      if (value.size() != 4) return false;
      check.priority = ReadU32(value, 0);
      return true;
    case kUseCandidate:
      check.nominates = true;
      return value.empty();
    case kControlling:
    case kControlled:
      if (value.size() != 8) return false;
      check.role = type == kControlling ? IceCheck::Role::kControlling : IceCheck::Role::kControlled;
      check.tie_breaker = ReadU64(value, 0);
      return true;
    case kMessageIntegritySha256:
      return true;
    default:
      if (type < kOptionalFrom && check.unknown == 0) check.unknown = type;
      return true;
  }
}

// Whether `signature` stands at `signed_bytes` of a message and is right.
bool IsRight(std::string_view datagram, std::size_t signed_bytes, std::string_view signature,
             std::string_view password) {
  std::string before(datagram.substr(0, signed_bytes));
  SetLength(before, signed_bytes + kSignatureBytes);
  const Digest digest = Sign(before, password);
  return signature.size() == kSha1Bytes && CRYPTO_memcmp(digest.data(), signature.data(), kSha1Bytes) == 0;
}

std::optional<SocketAddress> ReadXorAddress(std::string_view value, std::string_view transaction) {
  if (value.size() != 8 && value.size() != 20) return std::nullopt;
  SocketAddress address;
  address.is_ipv6 = value.size() == 20;
  if (ReadU8(value, 1) != (address.is_ipv6 ? 2 : 1)) return std::nullopt;
  address.port = ReadU16(value, 2) ^ static_cast<std::uint16_t>(kCookie >> 16U);
  std::string mask;
  AppendU32(mask, kCookie);
  mask += transaction;
  for (std::size_t i = 0; i < value.size() - 4; ++i) {
    address.ip[i] = static_cast<unsigned char>(ReadU8(value, i + 4) ^ ReadU8(mask, i));
  }
  return address;
}

}  // namespace

std::optional<IceCheck> ReadIceCheck(std::string_view datagram) {
  const auto whole = ReadWhole(datagram);
  if (!whole || whole->type != kRequest || !HasFingerprint(datagram)) return std::nullopt;
  IceCheck check;
  check.transaction = whole->transaction;
  Attributes attributes(datagram);
  while (attributes.Next()) {
    if (!check.signature.empty()) continue;
    if (attributes.type() == kMessageIntegrity) {
      if (attributes.value().size() != kSha1Bytes) return std::nullopt;
      check.signed_bytes = attributes.at();
      check.signature = attributes.value();
    } else if (!Take(check, attributes.type(), attributes.value())) {
      return std::nullopt;
    }
  }
  if (!attributes.whole() || check.signature.empty() || check.to_ufrag.empty()) return std::nullopt;
  return check;
}

bool IsSignedWith(std::string_view datagram, const IceCheck& check, std::string_view password) {
  return IsFingerprintRight(datagram) && IsRight(datagram, check.signed_bytes, check.signature, password);
}

std::string IceAnswer(std::string_view transaction, const SocketAddress& from, std::string_view password) {
  std::string message = Start(kSuccess, transaction);
  Add(message, kXorMappedAddress, XorAddress(from, transaction));
  Finish(message, password);
  return message;
}

std::string IceRefusal(std::string_view transaction, int code, std::uint16_t unknown,
                       std::string_view password) {
  std::string message = Start(kRefusal, transaction);
  std::string value;
  AppendU16(value, 0);
  AppendU8(value, static_cast<unsigned>(code / 100));
  AppendU8(value, static_cast<unsigned>(code % 100));
  Add(message, kErrorCode, value);
  if (unknown != 0) {
    std::string list;
    AppendU16(list, unknown);
    Add(message, kUnknownAttributes, list);
  }
  Finish(message, password);
  return message;
}

std::string IceCheckRequest(const IceCheck& check, std::string_view password) {
  std::string message = Start(kRequest, check.transaction);
  Add(message, kUsername, std::string(check.to_ufrag) + ":" + std::string(check.from_ufrag));
  std::string priority;
  AppendU32(priority, check.priority);
  Add(message, kPriority, priority);
  if (check.nominates) Add(message, kUseCandidate, {});
  if (check.role != IceCheck::Role::kNone) {
    std::string tie_breaker;
    AppendU64(tie_breaker, check.tie_breaker);
    Add(message, check.role == IceCheck::Role::kControlling ? kControlling : kControlled, tie_breaker);
  }
  Finish(message, password);
  return message;
}

std::optional<IceReply> ReadIceReply(std::string_view datagram, std::string_view transaction,
                                     std::string_view password) {
  const auto whole = ReadWhole(datagram);
  if (!whole || whole->transaction != transaction) return std::nullopt;
  if (whole->type != kSuccess && whole->type != kRefusal) return std::nullopt;
  IceReply reply;
  reply.success = whole->type == kSuccess;
  Attributes attributes(datagram);
  bool is_signed = false;
  while (attributes.Next() && !is_signed) {
    const std::string_view value = attributes.value();
    if (attributes.type() == kMessageIntegrity) {
      if (!IsRight(datagram, attributes.at(), value, password)) return std::nullopt;
      is_signed = true;
    } else if (attributes.type() == kXorMappedAddress) {
      reply.mapped = ReadXorAddress(value, transaction);
    } else if (attributes.type() == kErrorCode && value.size() >= 4) {
      reply.error = static_cast<int>((ReadU8(value, 2) & 0x7U) * 100U + ReadU8(value, 3));
    }
  }
  if (!is_signed) return std::nullopt;
  return reply;
}

}  // namespace parley
