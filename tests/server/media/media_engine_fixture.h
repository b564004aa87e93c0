// An engine with pages in a call, for the tests of the engine.

#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "server/media/media_engine.h"
#include "tests/server/media/call.h"

namespace parley {

using Shown = std::pair<std::string, MediaKind>;

// The first slots of a page, behind its four lines.
inline constexpr const char* kFirstVoice = "4";
inline constexpr const char* kFirstPicture = "8";

class MediaEngineTest : public testing::Test {
 protected:
  // Both speak for that time.
  void Speak(Page& page, std::chrono::milliseconds time, std::uint8_t level = 20) {
    for (std::chrono::milliseconds passed{0}; passed < time; passed += std::chrono::milliseconds(20)) {
      page.SendVoice("voice" + std::to_string(spoken_++), level);
      call_.Pass(std::chrono::milliseconds(20));
    }
  }
  // The second sees the camera of the first.
  void ShowCamera() {
    call_.Give(MediaWants{Call::Seat("m2"), {{"m1", MediaKind::kCamera, 360}}});
    call_.pages.at(1)->SendCamera("frame0", true);
    call_.Carry();
  }
  void JoinTwo(const MediaKinds& kinds = kAll) {
    call_.Join(1, kinds);
    call_.Join(2, kinds);
    one_ = call_.pages.at(1).get();
    two_ = call_.pages.at(2).get();
  }

  Call call_;
  Page* one_ = nullptr;
  Page* two_ = nullptr;
  int spoken_ = 0;
};

}  // namespace parley
