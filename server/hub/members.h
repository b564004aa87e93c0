// Members finds every connection by its peer, everybody who has said hello by the member's id, and the
// listeners of the lobby.
//
// A Member& is valid until Remove. One thread.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "server/hub/directory.h"
#include "server/hub/member.h"
#include "server/model/identity.h"
#include "server/model/origin.h"

namespace parley {

class Members {
 public:
  // `author_key`: see Directory.
  explicit Members(std::function<std::string(std::string_view identity)> author_key)
      : directory_(std::move(author_key)) {}
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  Member& Add(PeerIndex peer, std::string address);
  // Null where that peer is unknown.
  [[nodiscard]] Member* Find(PeerIndex peer) const {
    return peer < members_.size() ? members_[peer].get() : nullptr;
  }
  // Null if the member has left.
  [[nodiscard]] Member* Find(const Origin& origin) const;
  // The member with that id, once it has said hello; null if there is none.
  [[nodiscard]] Member* FindById(std::string_view id) const;
  // Of one person.
  [[nodiscard]] std::vector<Member*> SessionsOf(const std::string& identity) const;
  [[nodiscard]] const Directory& directory() const { return directory_; }
  protocol::Name FreeGuestName() { return directory_.FreeGuestName(); }
  IdentityRef NewRawGuest() { return directory_.NewRawGuest(); }

  // The member has said hello: it has an id and a name from now on.
  void Greet(Member& member, IdentityRef identity);
  // All sessions of one person.
  void Rename(const std::vector<Member*>& sessions, const protocol::Name& name);
  // The member is a listener from now on: it has no name any more.
  void Listen(Member& member);
  void Remove(Member& member);

  // The longest listener comes first.
  [[nodiscard]] const std::vector<PeerIndex>& listeners() const { return listeners_; }
  [[nodiscard]] Member* FindListener(std::string_view id) const;

 private:
  Directory directory_;
  std::vector<std::unique_ptr<Member>> members_;           // by peer
  std::unordered_map<std::string_view, Member*> greeted_;  // by member id
  std::vector<PeerIndex> listeners_;
  std::uint64_t next_serial_ = 1;
};

}  // namespace parley
