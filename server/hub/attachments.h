// Attachments handles the files of messages: it announces a file that somebody wants to upload, and offers
// the file of a message for download. The bytes take another way (server/files). One thread.

#pragma once

#include <variant>

#include "common/base/clock.h"
#include "common/protocol/event.h"
#include "common/protocol/page.h"
#include "server/hub/answer.h"
#include "server/hub/hub_options.h"
#include "server/hub/members.h"
#include "server/hub/outbox.h"
#include "server/hub/request_context.h"
#include "server/hub/room.h"

namespace parley {

class Attachments {
 public:
  // Both must outlive this object.
  Attachments(const Members& members, const FileHooks& files) : members_(members), files_(files) {}

  // The verbs.
  Answer Upload(RequestContext& context) const;
  Answer Download(RequestContext& context) const;

  // See Hub.
  void Announced(const Origin& origin, std::variant<protocol::Error, protocol::UploadReply> answer,
                 Outbox& out) const;
  // The log has read the message that Download asked about.
  Answer Offer(const Load& load, const Member& member, const Room& room, const protocol::Page& page,
               const Now& now, Outbox& out) const;

 private:
  const Members& members_;
  const FileHooks& files_;
};

}  // namespace parley
