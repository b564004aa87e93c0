// Tokens of any bytes. With `h` before it the input is a header and a payload that are signed as they are, so
// that what stands behind the signature is reached: it is an own token after `hO`, else a portal's. What is
// accepted is minted again, and then says the same.

#include <optional>
#include <string>
#include <string_view>

#include "common/base/limits.h"
#include "server/accounts/tokens.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/server/accounts/signing.h"

namespace {

using parley::Claims;
using parley::PortalKey;
using parley::Tokens;
using parley::fuzz::Require;

constexpr parley::WallTime kNow{std::chrono::seconds(1'700'000'000)};
const std::string kOwnKey(32, 'o');
const std::string kSecret(32, 's');

const Tokens& Known() {
  static const Tokens tokens(kOwnKey, PortalKey{PortalKey::Algorithm::kHs256, kSecret});
  return tokens;
}

const Tokens& KnownByPublicKey() {
  static const Tokens tokens(
      kOwnKey, PortalKey{PortalKey::Algorithm::kEs256, parley::test::MakeEcKey("P-256").public_key});
  return tokens;
}

void RequireSame(const Claims& claims, const Claims& again) {
  Require(again.name.shown == claims.name.shown && again.name.key == claims.name.key);
  Require(again.role == claims.role && again.expires == claims.expires);
  Require(again.room.has_value() == claims.room.has_value());
  Require(!claims.room || again.room->shown == claims.room->shown);
  Require(again.guest == claims.guest && again.generation == claims.generation);
  Require(again.portal == claims.portal);
}

void Check(std::string_view token) {
  const std::optional<Claims> claims = Known().Verify(token, kNow);
  if (!claims) return;
  Require(token.size() <= parley::limits::kTokenBytes);
  Require(claims->expires + parley::limits::kClockSkew > kNow);
  const std::string minted = Known().Mint(*claims, kNow);
  // Names grow by escapes: what is minted of a token that was just small enough may be too large.
  if (minted.size() > parley::limits::kTokenBytes) return;
  const std::optional<Claims> again = Known().Verify(minted, kNow);
  Require(again.has_value());
  RequireSame(*claims, *again);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = parley::fuzz::Text(data, size);
  Check(input);
  Require(!KnownByPublicKey().Verify(input, kNow));
  if (!input.starts_with('h')) return 0;
  const bool own = input.starts_with("hO");
  const std::string_view text = input.substr(own ? 2 : 1);
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return 0;
  Check(parley::test::SignHmac(text.substr(0, end), text.substr(end + 1), own ? kOwnKey : kSecret));
  return 0;
}
