// Greeting writes each hello: the first one from the credentials, later ones with the token of the last
// welcome.
//
// Owned by the session that sends them. Knows no connection.

#pragma once

#include <optional>
#include <string>

#include "common/protocol/event.h"
#include "common/protocol/request.h"

namespace parley::client {

struct Credentials {
  std::string name = {};                           // of a guest; not used with the others
  std::optional<std::string> user = std::nullopt;  // then `password` counts
  std::optional<std::string> password = std::nullopt;
  std::optional<std::string> token = std::nullopt;
  std::string agent = {};  // the program and its version; empty: chat_client's
};

class Greeting {
 public:
  // `may_rename`: where a guest's name is taken, NAME-2 is tried next, then NAME-3, and so on.
  Greeting(Credentials credentials, bool may_rename);

  // What to say on a fresh connection, or after Refused() said kAgain.
  [[nodiscard]] protocol::Hello Next() const;
  void Accepted(const protocol::Welcome& welcome);
  // The last hello carried the token of an earlier welcome.
  [[nodiscard]] bool returning() const { return !token_.empty(); }
  // The server gave this guest another name: it comes back with this token.
  void Renamed(const protocol::Renamed& renamed) { token_ = renamed.token; }

  struct Outcome {
    enum class Kind { kAgain, kFailed };
    Kind kind;
    std::string text;  // kFailed: why. kAgain: what to tell the person, empty for nothing
  };
  Outcome Refused(const protocol::Error& error);

 private:
  Outcome NextName();
  // Explains bad_credentials: which of the credentials failed, and what to do.
  [[nodiscard]] std::string WhyNotKnown() const;

  Credentials credentials_;
  std::string base_name_;
  bool may_rename_;
  int attempt_ = 1;
  std::string token_;      // of the last welcome
  bool accepted_ = false;  // the server knew these credentials once
};

}  // namespace parley::client
