#include "server/hub/attachments.h"

#include <utility>

namespace parley {
namespace {

using protocol::Error;

Error FilesOff() {
  return {ErrorCode::kFilesOff, "this server does not accept files"};
}

Error NoSuchFile() {
  return {ErrorCode::kNoSuchFile, "there is no message with a file under that number"};
}

}  // namespace

Answer Attachments::Upload(RequestContext& context) const {
  if (!files_.claim) return FilesOff();
  context.member.under_way.file = true;
  context.out.announcements.push_back({.room_key = context.room->key(),
                                       .owner = context.member.identity->key,
                                       .address = context.member.address,
                                       .upload = std::move(context.Get<protocol::Upload>()),
                                       .origin = context.origin()});
  return std::nullopt;
}

void Attachments::Announced(const Origin& origin, std::variant<Error, protocol::UploadReply> answer,
                            Outbox& out) const {
  Member* const member = members_.Find(origin);
  if (member == nullptr) return;
  member->under_way.file = false;
  std::visit(
      [&](auto& reply) {
        out.items.emplace_back(ToPeer{member->peer, std::move(reply), origin.ref});
      },
      answer);
}

Answer Attachments::Download(RequestContext& context) const {
  if (!files_.claim) return FilesOff();
  const protocol::Sequence seq = context.Get<protocol::Download>().seq;
  if (seq == 0) return NoSuchFile();
  ++context.room->use.under_way;
  context.member.under_way.load = true;
  context.out.loads.push_back({.kind = Load::Kind::kDownload,
                               .query = {.room_key = context.room->key(), .after = seq - 1, .limit = 1},
                               .origin = context.origin()});
  return std::nullopt;
}

// A person who was removed meanwhile may no longer read the room.
Answer Attachments::Offer(const Load& load, const Member& member, const Room& room,
                          const protocol::Page& page, const Now& now, Outbox& out) const {
  if (FindPlace(member, room.shown()) == nullptr) {
    return Error{ErrorCode::kNotInRoom, "you are not in that room"};
  }
  if (page.messages.empty() || page.messages.front().seq != *load.query.after + 1 ||
      !page.messages.front().file) {
    return NoSuchFile();
  }
  out.items.emplace_back(
      ToPeer{member.peer, files_.offer(*page.messages.front().file, now), load.origin.ref});
  return std::nullopt;
}

}  // namespace parley
