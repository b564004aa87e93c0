#include "server/accounts/tokens.h"

#include <openssl/err.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <jwt/jwt.hpp>
#include <utility>

#include "common/base/limits.h"
#include "common/base/random.h"

namespace parley {
namespace {

using Json = nlohmann::json;
using Algorithm = PortalKey::Algorithm;

constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kIdBytes = 9;

// The token's text, of which all are views.
struct Parts {
  std::string_view header, payload, signature;
  std::string_view signed_part;  // the first two and what is between them
};

jwt::string_view View(std::string_view text) {
  return {text.data(), text.size()};
}

// The library's decoder looks up any byte in a table of 128 and more, so that only what is base64url reaches
// it.
bool IsBase64Url(std::string_view text) {
  return !text.empty() && text.size() % 4 != 1 &&
         text.find_first_not_of(kBase64Url) == std::string_view::npos;
}

std::optional<Parts> Split(std::string_view token) {
  if (token.size() > limits::kTokenBytes) return std::nullopt;
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  const Parts parts{token.substr(0, first), token.substr(first + 1, last - first - 1), token.substr(last + 1),
                    token.substr(0, last)};
  if (!IsBase64Url(parts.header) || !IsBase64Url(parts.payload) || !IsBase64Url(parts.signature)) {
    return std::nullopt;
  }
  return parts;
}

// Compared in constant time, which the library's own check is not.
bool HasHmac(const Parts& parts, const std::string& key) {
  const auto [code, error] = jwt::HMACSign<jwt::algo::HS256>::sign(View(key), View(parts.signed_part));
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> claimed{};
  std::size_t size = 0;
  const int wrong =
      sodium_base642bin(claimed.data(), claimed.size(), parts.signature.data(), parts.signature.size(),
                        nullptr, &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return !error && wrong == 0 && size == code.size() && sodium_memcmp(claimed.data(), code.data(), size) == 0;
}

template <typename Hash>
bool HasSignature(const Parts& parts, const std::string& key) {
  const auto [good, error] =
      jwt::PEMSign<Hash>::verify(View(key), View(parts.signed_part), View(parts.signature));
  ERR_clear_error();  // the thread's errors are those of its TLS connections, too
  return good && !error;
}

bool IsSignedBy(const PortalKey& key, jwt::algorithm said, const Parts& parts) {
  switch (key.algorithm) {
    case Algorithm::kHs256:
      return said == jwt::algorithm::HS256 && HasHmac(parts, key.key);
    case Algorithm::kEs256:
      return said == jwt::algorithm::ES256 && HasSignature<jwt::algo::ES256>(parts, key.key);
    case Algorithm::kRs256:
      return said == jwt::algorithm::RS256 && HasSignature<jwt::algo::RS256>(parts, key.key);
  }
  return false;
}

// Reads claims; one of the wrong type makes the whole token wrong. Keeps what was wrong first.
class Reader {
 public:
  explicit Reader(const Json& payload) : payload_(payload) {
    if (!payload.is_object()) Wrong("payload", "it is not a JSON object");
  }

  [[nodiscard]] bool good() const { return fault_.claim.empty(); }
  [[nodiscard]] const TokenFault& fault() const { return fault_; }
  void Wrong(std::string claim, std::string reason) {
    if (good()) fault_ = {std::move(claim), std::move(reason)};
  }

  std::optional<std::string> Text(const char* name) {
    const Json* value = Find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) Wrong(name, "it is not a string");
    return good() ? std::optional(value->get<std::string>()) : std::nullopt;
  }
  // RFC 7519, "NumericDate": seconds, perhaps with a fraction.
  std::optional<std::chrono::sys_seconds> Time(const char* name) {
    constexpr double kLatest = 253'402'300'799;  // the end of the year 9999
    const Json* value = Find(name);
    if (value == nullptr) return std::nullopt;
    const double seconds = value->is_number() ? value->get<double>() : -1;
    if (!(seconds >= 0 && seconds <= kLatest)) Wrong(name, "it is not a time in seconds since 1970");
    if (!good()) return std::nullopt;
    return std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
  }
  bool Flag(const char* name) {
    const Json* value = Find(name);
    if (value != nullptr && !value->is_boolean()) Wrong(name, "it is neither true nor false");
    return good() && value != nullptr && value->get<bool>();
  }

 private:
  const Json* Find(const char* name) const {
    if (!payload_.is_object()) return nullptr;
    const auto found = payload_.find(name);
    return found == payload_.end() ? nullptr : &*found;
  }
  const Json& payload_;
  TokenFault fault_;
};

// exp is demanded; nbf and iat must not lie ahead.
std::optional<std::chrono::sys_seconds> ReadTimes(Reader& reader, WallTime now) {
  const std::string here = "; here it is " + FormatTime(now);
  const auto expires = reader.Time("exp");
  if (!expires) {
    reader.Wrong("exp", "there is none");
  } else if (*expires + limits::kClockSkew <= now) {
    reader.Wrong("exp", "it expired at " + FormatTime(*expires) + here);
  }
  for (const char* name : {"nbf", "iat"}) {
    const auto begins = reader.Time(name);
    if (begins && *begins - limits::kClockSkew > now) {
      reader.Wrong(
          name, "it is not valid before " + FormatTime(*begins) + here + ": is one of the two clocks wrong?");
    }
  }
  return expires;
}

std::optional<Claims> ReadClaims(const Json& payload, WallTime now, TokenFault& fault) {
  Reader reader(payload);
  const auto expires = ReadTimes(reader, now);
  const auto subject = reader.Text("sub");
  if (!subject) reader.Wrong("sub", "there is none");
  auto name = protocol::PersonName(subject.value_or(""));
  if (!name) reader.Wrong("sub", "it is not a name: 1 to 32 characters, none of them invisible");
  const auto role = reader.Text("role");
  const auto known = role ? protocol::RoleFromString(*role) : protocol::Role::kMember;
  if (!known) reader.Wrong("role", "it is not guest, member, host or admin");
  const auto room = reader.Text("room");
  Claims claims;
  if (room) claims.room = protocol::RoomName(*room);
  if (room && !claims.room) reader.Wrong("room", "it is not a room name: 1 to 64 characters without a /");
  claims.guest = reader.Text("guest").value_or("");
  claims.generation = reader.Text("gen").value_or("");
  claims.portal = reader.Flag("portal");
  claims.invitation = reader.Flag("invitation");
  fault = reader.fault();
  if (!reader.good()) return std::nullopt;
  claims.name = std::move(*name);
  claims.role = *known;
  claims.expires = *expires;
  return claims;
}

// What our own tokens alone may say is not looked at.
Json WithoutOwn(Json payload) {
  if (payload.is_object()) {
    for (const char* own : {"guest", "gen", "portal", "invitation"}) payload.erase(own);
  }
  return payload;
}

}  // namespace

Tokens::Tokens(std::string own_key, std::optional<PortalKey> portal)
    : own_key_(std::move(own_key)), portal_(std::move(portal)) {
}

std::string Tokens::Mint(const Claims& claims, WallTime now) const {
  jwt::jwt_object token{jwt::params::algorithm("HS256"), jwt::params::secret(View(own_key_))};
  const auto seconds = [](auto time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  };
  token.add_claim("sub", claims.name.shown);
  token.add_claim("role", std::string(ToString(claims.role)));
  if (claims.room) token.add_claim("room", claims.room->shown);
  token.add_claim("exp", seconds(claims.expires));
  token.add_claim("iat", seconds(now));
  token.add_claim("jti", RandomToken(kIdBytes));
  if (!claims.guest.empty()) token.add_claim("guest", claims.guest);
  if (!claims.generation.empty()) token.add_claim("gen", claims.generation);
  if (claims.portal) token.add_claim("portal", true);
  if (claims.invitation) token.add_claim("invitation", true);
  return token.signature();
}

TokenFault Tokens::WhyUnsigned(std::string_view algorithm) const {
  const std::string_view portals = !portal_                                  ? ""
                                   : portal_->algorithm == Algorithm::kHs256 ? "HS256"
                                   : portal_->algorithm == Algorithm::kEs256 ? "ES256"
                                                                             : "RS256";
  if (algorithm != "HS256" && algorithm != portals) {
    return {"alg", "the server's own tokens use HS256" +
                       (portal_ ? ", and the portal's use " + std::string(portals) : "")};
  }
  return {"signature", portal_
                           ? "neither the server's key nor the portal's made it"
                           : "the server's key did not make it, and no portal's key is given (--jwt-key)"};
}

TokenReport Tokens::Examine(std::string_view token, WallTime now) const {
  TokenReport report;
  report.fault = {"form", "it must be three base64url parts with dots between, at most 4096 bytes"};
  const auto parts = Split(token);
  if (!parts) return report;
  try {
    report.fault = {"header", "it is not a JSON object with an algorithm"};
    const jwt::jwt_header header{View(parts->header)};
    // RFC 7515, section 4.1.11: what is critical and not known makes a token invalid.
    if (header.create_json_obj().contains("crit")) {
      report.fault = {"crit", "it requires an extension that this server does not know"};
      return report;
    }
    const bool own = header.algo() == jwt::algorithm::HS256 && HasHmac(*parts, own_key_);
    if (!own && (!portal_ || !IsSignedBy(*portal_, header.algo(), *parts))) {
      const auto algorithm = jwt::alg_to_str(header.algo());
      report.fault = WhyUnsigned({algorithm.data(), algorithm.size()});
      return report;
    }
    report.signer = own ? TokenReport::Signer::kServer : TokenReport::Signer::kPortal;
    report.fault = {"payload", "it is not a JSON object"};
    const jwt::jwt_payload payload{View(parts->payload)};
    report.claims = ReadClaims(own ? payload.create_json_obj() : WithoutOwn(payload.create_json_obj()), now,
                               report.fault);
    if (report.claims && !own) report.claims->portal = true;
  } catch (const std::exception&) {  // the library's way to say that a part is not what it should be
    report.claims.reset();
  }
  return report;
}

std::optional<TokenContents> ReadContents(std::string_view token) {
  const auto parts = Split(token);
  if (!parts) return std::nullopt;
  try {
    const jwt::jwt_header header{View(parts->header)};
    const jwt::jwt_payload payload{View(parts->payload)};
    const Json said = payload.create_json_obj();
    const auto text = [&](const char* name) {
      Reader reader(said);
      return reader.Text(name);
    };
    const auto time = [&](const char* name) {
      Reader reader(said);
      return reader.Time(name);
    };
    const auto algorithm = jwt::alg_to_str(header.algo());
    return TokenContents{.algorithm = std::string(algorithm.data(), algorithm.size()),
                         .name = text("sub"),
                         .role = text("role"),
                         .room = text("room"),
                         .begins = time("nbf"),
                         .expires = time("exp"),
                         .of_guest = text("guest").has_value(),
                         .of_account = text("gen").has_value(),
                         .of_portal = said.is_object() && said.contains("portal")};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace parley
