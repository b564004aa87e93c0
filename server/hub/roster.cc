#include "server/hub/roster.h"

#include <algorithm>
#include <tuple>

#include "common/base/limits.h"
#include "common/protocol/event.h"
#include "server/hub/room.h"

namespace parley {
namespace {

int RankOf(const Seat& seat) {
  if (seat.host || seat.member->admin()) return 1;
  if (seat.flags.call) return 2;
  return seat.flags.hand ? 3 : 4;
}

}  // namespace

std::string_view Roster::For(const std::vector<Seat>& seats) {
  const bool one_more = written_of_ > 0 && written_of_ + 1 == seats.size();
  if (!one_more || !Add(seats.back())) Write(seats);
  written_of_ = seats.size();
  return std::string_view(text_).substr(0, text_.size() - 1);
}

void Roster::Forget() {
  written_of_ = 0;
  entries_ = {};
  text_ = {};
}

void Roster::Write(const std::vector<Seat>& seats) {
  std::vector<const Seat*> shown;
  shown.reserve(seats.size());
  for (const Seat& seat : seats) shown.push_back(&seat);
  const auto before = [newcomer = &seats.back()](const Seat* a, const Seat* b) {
    const auto key = [&](const Seat* seat) {
      return std::tuple(seat == newcomer ? 0 : RankOf(*seat), ~seat->order);
    };
    return key(a) < key(b);
  };
  const auto end = shown.begin() + static_cast<std::ptrdiff_t>(limits::kListedMembers);
  std::ranges::nth_element(shown, end, before);
  shown.erase(end, shown.end());
  std::ranges::sort(shown, {}, &Seat::order);
  entries_.clear();
  text_.clear();
  for (const Seat* seat : shown) Append(*seat);
}

// One more, and the one who has been shown longest for nothing but being new is shown no more.
bool Roster::Add(const Seat& newcomer) {
  if (newcomer.prominent()) return false;  // may take the place of another prominent one
  const auto oldest = std::ranges::find(entries_, false, &Entry::prominent);
  if (oldest == entries_.end()) return false;
  std::size_t at = 0;
  for (auto entry = entries_.begin(); entry != oldest; ++entry) at += entry->size;
  text_.erase(at, oldest->size);
  entries_.erase(oldest);
  Append(newcomer);
  return true;
}

void Roster::Append(const Seat& seat) {
  const std::size_t before = text_.size();
  protocol::AppendMember(text_, seat.info());
  text_.push_back(',');
  entries_.push_back({text_.size() - before, seat.prominent()});
}

}  // namespace parley
