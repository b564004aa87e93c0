// A room with a waiting room, and its host.

#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/server/hub/house.h"

namespace parley::test {

class WaitingRoomTest : public testing::Test {
 protected:
  WaitingRoomTest() {
    ana_.Moderate("lab", protocol::Action::kWaitingRoom, "on");
    house_.Quiet();
  }
  Person Waiting(const std::string& name) {
    Person person = house_.Guest(name);
    person.Join("lab");
    house_.Quiet();
    return person;
  }

  House house_;
  Person ana_ = house_.GuestIn("lab", "Ana");
};

}  // namespace parley::test
