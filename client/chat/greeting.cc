#include "client/chat/greeting.h"

#include <utility>

#include "client/chat/explain.h"
#include "common/base/limits.h"
#include "common/codec/utf8.h"

namespace parley::client {
namespace {

constexpr int kMostNames = 99;

// NAME-N, the name cut where the whole would be too long.
std::string Numbered(const std::string& name, int number) {
  const std::string suffix = "-" + std::to_string(number);
  std::string base = name;
  while (CountCodePoints(base) + suffix.size() > limits::kNameCodePoints) {
    base = CutUtf8(base, base.size() - 1);
  }
  return base + suffix;
}

}  // namespace

Greeting::Greeting(Credentials credentials, bool may_rename)
    : credentials_(std::move(credentials)), base_name_(credentials_.name), may_rename_(may_rename) {
}

protocol::Hello Greeting::Next() const {
  protocol::Hello hello;
  hello.agent = credentials_.agent.empty() ? "chat_client/" PARLEY_VERSION : credentials_.agent;
  if (!token_.empty()) {
    hello.token = token_;
  } else if (credentials_.user) {
    hello.user = credentials_.user;
    hello.password = credentials_.password;
  } else if (credentials_.token) {
    hello.token = credentials_.token;
  } else {
    hello.name = credentials_.name;
  }
  return hello;
}

void Greeting::Accepted(const protocol::Welcome& welcome) {
  token_ = welcome.token;
  accepted_ = true;
}

Greeting::Outcome Greeting::Refused(const protocol::Error& error) {
  // A token ends with its time, and a guest's with the server's memory.
  if (!std::exchange(token_, {}).empty()) return {Outcome::Kind::kAgain, {}};
  const bool guest = !credentials_.user && !credentials_.token;
  if (error.code == ErrorCode::kBadCredentials) return {Outcome::Kind::kFailed, WhyNotKnown()};
  if (error.code != ErrorCode::kNameTaken || !guest) return {Outcome::Kind::kFailed, Explain(error)};
  if (may_rename_ && attempt_ < kMostNames) return NextName();
  return {Outcome::Kind::kFailed,
          "the name '" + credentials_.name + "' is taken; choose another with --name"};
}

Greeting::Outcome Greeting::NextName() {
  const std::string taken = std::exchange(credentials_.name, Numbered(base_name_, ++attempt_));
  return {Outcome::Kind::kAgain, "the name '" + taken + "' is taken; trying '" + credentials_.name + "'"};
}

std::string Greeting::WhyNotKnown() const {
  if (credentials_.user && accepted_) {
    return "the server no longer takes the password of '" + *credentials_.user +
           "'; start again with the new one";
  }
  if (credentials_.user) return "the server does not know that name and password; try again";
  return std::string(accepted_ ? "the token is no longer valid"
                               : "the token is not valid, or no longer valid") +
         "; ask for a new one";
}

}  // namespace parley::client
