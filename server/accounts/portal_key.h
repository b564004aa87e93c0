// The key of another system (--jwt-key) that may let people in: its tokens are checked with it, never made.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley {

struct PortalKey {
  // Of the tokens. The key alone decides it: what a token says of itself must be the same.
  enum class Algorithm { kHs256, kEs256, kRs256 };
  Algorithm algorithm;
  std::string key;  // PEM of a public key, or the secret itself
};

// `file` is what --jwt-key names: a public key in PEM (EC on P-256, RSA from 2,048 bits on), else a secret of
// 32 bytes or more, its last newline and a byte order mark in front not counted. On failure nothing, and
// `error` says what is wrong and what to do.
std::optional<PortalKey> ReadPortalKey(std::string_view file, std::string& error);

}  // namespace parley
