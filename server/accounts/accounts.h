// Accounts checks who may join: guests, people with a name and password, and bearers of tokens.
//
// A check may take time (the database is asked, a password is hashed, a guesser must wait). Check starts it,
// and Take returns finished checks, in any order. Only the loop's thread calls it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/protocol/event.h"
#include "common/protocol/request.h"
#include "server/model/identity.h"

namespace parley {

struct Login {
  std::uint64_t ticket = 0;  // the caller's, never used again; comes back with the answer
  protocol::Hello hello;
  std::string address;  // of the peer, without port
  unsigned tries = 0;   // logins of this connection that were refused before
};

struct LoginAnswer {
  std::uint64_t ticket = 0;
  IdentityRef identity;                // null: refused, and `error` is for the peer
  std::string token;                   // a fresh one to come back with
  NameClaim name = NameClaim::kFresh;  // of a guest
  protocol::Error error = {};
};

class Accounts {
 public:
  Accounts() = default;
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;
  virtual ~Accounts() = default;

  virtual void Check(Login login, const Now& now) = 0;
  // The next finished check, or nothing yet.
  virtual std::optional<LoginAnswer> Take(const Now& now) = 0;
  // Whether an answer is ready that nothing will wake the loop for: Check itself may have made it.
  [[nodiscard]] virtual bool HasAnswer() const = 0;
  // Nobody waits for this answer any more. It is not returned, and work that can be skipped is skipped.
  virtual void Forget(std::uint64_t ticket) = 0;
  // The peer has finished sending, and may have gone. If its password would have to wait because another
  // answer is held back, the password is refused instead.
  virtual void Finished(std::uint64_t ticket) = 0;
  // When to call Take even if nothing woke the loop: an answer is held back until then.
  [[nodiscard]] virtual std::optional<MonotonicTime> NextDeadline() const = 0;
  // A fresh token for a guest, under the present name of its identity.
  virtual std::string GuestToken(const Identity& guest, const Now& now) = 0;
  // The author key of an identity (Identity::key).
  [[nodiscard]] virtual std::string AuthorKey(std::string_view identity) const = 0;
  // The number of answers that were held back so far.
  [[nodiscard]] virtual std::uint64_t delayed_logins() const { return 0; }
};

}  // namespace parley
