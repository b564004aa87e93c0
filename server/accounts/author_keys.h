// AuthorKeys derives the keys by which clients tell people apart (docs/protocol.md, "Author keys").
//
// A key is a keyed hash of Identity::key. It stays the same as long as the server keeps its secret, and
// differs for every identity. Without the secret, nobody can compute a key from a name. A value; any thread.

#pragma once

#include <string>
#include <string_view>

namespace parley {

class AuthorKeys {
 public:
  // `secret` is the server's token key; what is derived from it reveals nothing about it.
  explicit AuthorKeys(std::string_view secret);

  // 22 characters of URL-safe base64.
  [[nodiscard]] std::string Of(std::string_view identity) const;

 private:
  std::string key_;
};

}  // namespace parley
