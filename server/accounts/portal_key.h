// PortalKey is the key of another system (--jwt-key) whose tokens let people in. The server checks tokens
// with it, and never makes any.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley {

struct PortalKey {
  // The algorithm of the tokens. The key alone decides it: a token must name the same one.
  enum class Algorithm { kHs256, kEs256, kRs256 };
  Algorithm algorithm;
  std::string key;  // PEM of a public key, or the secret itself
};

// `file` is the file of --jwt-key: a public key in PEM (EC on P-256, RSA of 2,048 bits or more), else a
// secret of 32 bytes or more. Its last newline and a byte order mark at its beginning do not count. On
// failure nothing, and `error` says what is wrong and what to do.
std::optional<PortalKey> ReadPortalKey(std::string_view file, std::string& error);

}  // namespace parley
