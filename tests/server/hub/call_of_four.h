// A room with four people on a server that can forward calls, for the tests of how calls are connected.

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/server/hub/house.h"

namespace parley::test {

inline constexpr const char* kOffer =
    R"({"description":{"type":"offer","sdp":"v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"}})";

inline HubOptions WithMedia(MediaMode mode) {
  HubOptions options;
  options.media = mode;
  return options;
}

class CallMediaTest : public testing::Test {
 protected:
  explicit CallMediaTest(MediaMode mode = MediaMode::kAuto) : house_(WithMedia(mode)) {}

  // These are in the call of the room `lab`, and its media go through the SFU.
  void CallThroughSfu(std::vector<Person> people) {
    for (Person& person : people) person.Show("lab", "call audio");
    people.front().SignalSfu("lab", kOffer);
    Forget();
  }
  void Forget() {
    house_.Quiet();
    house_.Media();
  }
  [[nodiscard]] std::string MediaOf(const std::string& room) {
    Person newcomer = house_.Guest("newcomer");
    newcomer.Join(room);
    const std::string media = newcomer.Gets<protocol::Joined>().media;
    newcomer.Leave(room);
    newcomer.Vanish();
    Forget();
    return media;
  }
  [[nodiscard]] static MediaSeat SeatOf(const Person& person) { return {"lab", person.id()}; }

  House house_;
  Person ana_ = house_.GuestIn("lab", "Ana");
  Person ben_ = house_.GuestIn("lab", "Ben");
  Person cyn_ = house_.GuestIn("lab", "Cyn");
  Person dan_ = house_.GuestIn("lab", "Dan");
};

}  // namespace parley::test
