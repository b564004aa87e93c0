// Attention keeps the read markers (how far each person has read), and relays typing notifications.
//
// How far people have read is held in memory for everybody who is in a room, and for
// limits::kSeenMarks others who have read something. The marks of accounts also go to the log, and come
// back from it. One thread.

#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/limits.h"
#include "common/protocol/request.h"
#include "server/hub/answer.h"
#include "server/hub/member.h"
#include "server/hub/request_context.h"

namespace parley {

class Attention {
 public:
  // `most`: marks of people who are not in their room.
  explicit Attention(std::size_t max = limits::kSeenMarks) : max_(max) {}
  Attention(const Attention&) = delete;
  Attention& operator=(const Attention&) = delete;

  // The verbs.
  Answer Seen(RequestContext& context);
  static Answer Typing(RequestContext& context);

  // The identity whose mark the log must read when the member joins the room. Empty: the log has no mark, or
  // no newer one.
  [[nodiscard]] std::string AskedOf(const Member& member, const Room& room) const;
  // The member has joined the room. `kept` is what the log has of the person. Returns how far they have read.
  protocol::Sequence Arrives(Member& member, const Room& room, protocol::Sequence kept);
  // The member has left the room. Fine for a raw peer.
  void Departs(const Member& member, const Room& room);

 private:
  struct Mark {
    protocol::Sequence seq = 0;
    std::vector<Member*> here;                // the person's sessions in the room
    std::list<std::string>::iterator absent;  // its place in absent_, if nobody is here
  };

  std::size_t max_;
  std::unordered_map<std::string, Mark> marks_;  // by room and identity
  std::list<std::string> absent_;                // keys of marks; who left longest ago is first
};

}  // namespace parley
