// ListMembers answers `members`: it searches and pages through the members of a room, which `joined` does not
// list all of in a large room.
//
// The order is by name, and `after` says a place in that order, not a member. So pages have no gaps and
// repeat nobody while people join and leave. It reads what is in memory, and changes nothing.

#pragma once

#include "server/hub/answer.h"
#include "server/hub/request_context.h"

namespace parley {

// The verb.
Answer ListMembers(RequestContext& context);

}  // namespace parley
