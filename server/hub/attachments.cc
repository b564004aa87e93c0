#include "server/hub/attachments.h"

#include <utility>

namespace parley {
namespace {

using protocol::Error;

Error FilesOff() {
  return {ErrorCode::kFilesOff, "this server takes no files"};
}

Error NoSuchFile() {
  return {ErrorCode::kNoSuchFile, "there is no message with a file under that number"};
}

}  // namespace

Answer Attachments::Upload(Call& call) const {
  if (!files_.claim) return FilesOff();
  call.member.under_way.file = true;
  call.out.announcements.push_back({.room_key = call.room->key(),
                                    .owner = call.member.identity->key,
                                    .address = call.member.address,
                                    .upload = std::move(call.Get<protocol::Upload>()),
                                    .origin = call.origin()});
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

Answer Attachments::Download(Call& call) const {
  if (!files_.claim) return FilesOff();
  const protocol::Sequence seq = call.Get<protocol::Download>().seq;
  if (seq == 0) return NoSuchFile();
  ++call.room->use.under_way;
  call.member.under_way.load = true;
  call.out.loads.push_back({.kind = Load::Kind::kDownload,
                            .query = {.room_key = call.room->key(), .after = seq - 1, .limit = 1},
                            .origin = call.origin()});
  return std::nullopt;
}

// Whoever was removed meanwhile reads no more of the room.
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
