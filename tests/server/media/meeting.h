// Meeting plays a whole call from a seed: people come, speak, are muted, restart ICE, change seats and leave,
// on a network that loses, repeats, reorders and corrupts media, beside strangers who send anything. What
// each packet says tells who sent it and whether that was allowed.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/server/media/call.h"
#include "tests/server/media/wire_watch.h"

namespace parley {

class Meeting {
 public:
  explicit Meeting(unsigned seed);

  // All of it. Failures are GoogleTest's, and name the seed.
  void Play();

 private:
  struct Person {
    unsigned number = 0;
    unsigned life = 0;  // counts its pages
    std::string member;
    bool present = false;
    MediaKinds kinds = kAll;
    std::set<unsigned> wants;  // whose cameras
    bool key_frame = true;     // the next picture is one
    std::size_t spoken = 0;
    std::set<std::string> sent;                                // texts
    std::map<std::uint32_t, std::set<std::uint16_t>> numbers;  // that came, by slot
    std::map<std::uint32_t, std::uint16_t> newest;             // by slot of pictures
    std::set<std::string> heard;                               // whom, in the calm: `v3`, `c3`
    [[nodiscard]] Page& PageOf(Call& call) const { return *call.pages.at(number); }
  };
  [[nodiscard]] unsigned Chance(unsigned below) { return static_cast<unsigned>(random_() % below); }
  void Step(bool speaks);
  void Act(Person& person);
  void Join(Person& person);
  void Leave(Person& person);
  void Allow(Person& person, const MediaKinds& kinds);
  void Want(Person& person);
  void ChangeSeat(Person& person);
  void Restart(Person& person);
  void Complain(Person& person);
  void Intrude();
  // All that is under way arrives, so that what comes later was sent later.
  void Settle();
  void Send(Person& person);
  void Answer(Person& person);
  void Listen(Person& person);
  void Examine(Person& person, const Page::Heard& heard);
  void ExamineText(Person& person, const Page::Heard& heard, const std::string& text);
  void CalmDown();
  void End();
  void Blame(const std::string& problem) const;

  unsigned seed_;
  std::mt19937 random_;
  Call call_;
  WireWatch watch_;
  unsigned seats_ = 0;
  std::vector<Person> people_;
  std::string last_datagram_;  // of anybody, for strangers to change
};

}  // namespace parley
