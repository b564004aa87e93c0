// Logins answers hello, and decides who gets which name.
//
// The accounts check who the person is (Outbox::logins). Who gets the name is decided after that, because
// somebody else may have taken it meanwhile. One thread.

#pragma once

#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/protocol/event.h"
#include "common/protocol/names.h"
#include "server/hub/answer.h"
#include "server/hub/hub_options.h"
#include "server/hub/members.h"
#include "server/hub/outbox.h"
#include "server/hub/request_context.h"
#include "server/model/identity.h"

namespace parley {

class Logins {
 public:
  Logins(const HubOptions& options, Members& members) : options_(options), members_(members) {}

  // The verb.
  Answer Hello(RequestContext& context) const;
  // See Hub.
  void Accepted(const Origin& origin, IdentityRef identity, std::string token, NameClaim claim,
                const Now& now, Outbox& out);
  void Refused(const Origin& origin, protocol::Error error, Outbox& out) const;

 private:
  [[nodiscard]] std::optional<protocol::Name> NameFor(const Identity& guest, NameClaim claim, const Now& now,
                                                      Outbox& out);
  void Rename(const std::string& guest, const protocol::Name& name, const Now& now, Outbox& out);

  const HubOptions& options_;
  Members& members_;
};

}  // namespace parley
