// Resolver looks up names without blocking the loop: getaddrinfo() may block for many seconds on a bad
// network, so it runs on a thread of its own.
//
// Owned by Link, and used by the loop's thread. If this object ends during a look-up, the look-up ends by
// itself.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/endpoint.h"

namespace parley::client {

class Resolver {
 public:
  // Throws std::system_error if no descriptors are left.
  Resolver();

  // Begins to look `server` up; where one look-up is under way, its result is awaited instead.
  void Start(const Endpoint& server);

  // Readable once there is a result.
  [[nodiscard]] int descriptor() const;
  struct Result {
    std::vector<Endpoint> addresses;  // numeric, in the order in which to try them; none: see `error`
    std::string error;
  };
  std::optional<Result> Take();

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
  bool busy_ = false;
};

}  // namespace parley::client
