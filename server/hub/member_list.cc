#include "server/hub/member_list.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "common/protocol/fold.h"

namespace parley {
namespace {

// Where a member stands in the list. One person may be here in several sessions, which have the same name.
struct ListPlace {
  std::string_view name;  // folded
  std::string_view id;
  const Seat* seat = nullptr;

  bool operator<(const ListPlace& other) const { return std::tie(name, id) < std::tie(other.name, other.id); }
};

// On the wire: the id, which has no space in it, a space, and the folded name.
std::string WriteCursor(const ListPlace& place) {
  return std::string(place.id).append(" ").append(place.name);
}

// Anything else is a place before everybody, or among others.
ListPlace ReadCursor(std::string_view text) {
  const std::size_t space = std::min(text.find(' '), text.size());
  return {.name = text.substr(std::min(space + 1, text.size())), .id = text.substr(0, space)};
}

bool HasEveryWord(std::string_view name, const std::vector<std::string>& words) {
  return std::ranges::all_of(
      words, [&](const std::string& word) { return name.find(word) != std::string_view::npos; });
}

}  // namespace

Answer ListMembers(RequestContext& context) {
  const auto& request = context.Get<protocol::Members>();
  const std::vector<std::string> words = protocol::FoldedWords(request.query);
  const ListPlace after = request.after ? ReadCursor(*request.after) : ListPlace{};  // before everybody
  protocol::MembersReply reply{.room = context.room->shown()};
  // A heap of the page and one more: of thousands, only so many are kept and sorted.
  std::vector<ListPlace> page;
  for (const Seat& seat : context.room->seats()) {
    const ListPlace place{seat.member->identity->name.key, seat.member->id, &seat};
    if (!HasEveryWord(place.name, words)) continue;
    ++reply.count;
    const bool full = page.size() > request.limit;
    if (!(after < place) || (full && !(place < page.front()))) continue;
    if (full) {
      std::pop_heap(page.begin(), page.end());
      page.pop_back();
    }
    page.push_back(place);
    std::push_heap(page.begin(), page.end());
  }
  std::sort_heap(page.begin(), page.end());
  const bool more = page.size() > request.limit;
  if (more) page.pop_back();
  for (const ListPlace& place : page) reply.members.push_back(place.seat->info());
  if (more && !page.empty()) reply.next = WriteCursor(page.back());
  context.Reply(std::move(reply));
  return std::nullopt;
}

}  // namespace parley
