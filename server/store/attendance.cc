#include "server/store/attendance.h"

#include <chrono>

#include "common/base/limits.h"

namespace parley {

void Attendance::Add(const Visit& visit) {
  const auto [found, first] = stays_.try_emplace(visit.person);
  Stay& stay = found->second;
  if (first) stay.number = stays_.size();
  stay.name = visit.name;
  const bool counts = !since_ || visit.time >= *since_;
  if (counts && !stay.came) stay.came = stay.sessions > 0 ? Clip(stay.began) : visit.time;
  if (!visit.left) {
    if (stay.sessions++ == 0) stay.began = visit.time;
    return;
  }
  stay.left = visit.time;
  if (stay.sessions > 0 && --stay.sessions == 0 && counts) {
    stay.time += std::max(visit.time - Clip(stay.began), std::chrono::milliseconds::zero());
  }
}

std::vector<Attendance::Person> Attendance::People(WallTime now) const {
  std::vector<Person> people;
  for (const auto& [key, stay] : stays_) {
    const bool here = stay.sessions > 0;
    if (!stay.came && !here) continue;
    const WallTime came = stay.came.value_or(Clip(stay.began));
    Person person{.name = stay.name,
                  .time = stay.time,
                  .still_here = here,
                  .came = came,
                  .left = std::max(stay.left, came),  // the clock may have been set back
                  .number = stay.number};
    if (here) person.time += std::max(now - Clip(stay.began), std::chrono::milliseconds::zero());
    people.push_back(std::move(person));
  }
  std::ranges::sort(people, {}, &Person::number);
  return people;
}

void AttendanceRead::Add(const Visit& visit, std::int64_t place) {
  attendance_.Add(visit);
  last_ = place;
}

protocol::AttendanceReply AttendanceRead::Reply() const {
  protocol::AttendanceReply reply;
  std::size_t bytes = 0;
  std::uint64_t last = 0;
  for (Attendance::Person& person : attendance_.People(query_.attendance->until)) {
    if (person.number <= query_.attendance->after) continue;
    protocol::Attendee attendee{.name = std::move(person.name), .came = person.came};
    if (!person.still_here) attendee.left = person.left;
    attendee.seconds =
        static_cast<std::uint64_t>(std::chrono::round<std::chrono::seconds>(person.time).count());
    bytes += protocol::EncodedSizeBound(attendee);
    if (bytes > limits::kReplyMessageBytes && !reply.people.empty()) {
      reply.next = last;
      break;
    }
    last = person.number;
    reply.people.push_back(std::move(attendee));
  }
  return reply;
}

}  // namespace parley
