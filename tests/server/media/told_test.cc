// What members are told: whom their slots show, who is loud, and why a connection ended.

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "tests/server/media/call.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

TEST(ToldTest, WithTooFewSlotsTheMostImportantPicturesAreShown) {
  Call call;
  call.Join(1, kAll);
  call.Join(3, kAll);
  call.Join(2, kAll, 4, 1);
  using Slots = std::map<std::string, std::pair<std::string, MediaKind>>;
  const auto want = [&](const std::string& first, const std::string& second) {
    call.Give(
        MediaWants{Call::Seat("m2"), {{first, MediaKind::kCamera, 360}, {second, MediaKind::kCamera, 360}}});
    return call.Slots("m2");
  };
  EXPECT_EQ(want("m3", "m1"), (Slots{{"8", {"m3", MediaKind::kCamera}}}));
  EXPECT_EQ(want("m1", "m3"), (Slots{{"8", {"m1", MediaKind::kCamera}}}));
}

TEST(ToldTest, LevelsComeFourTimesASecondAtMost) {
  Call call;
  Page& page = call.Join(1, kAll);
  constexpr std::size_t kSeconds = 2;
  for (milliseconds passed{0}; passed < std::chrono::seconds(kSeconds); passed += milliseconds(20)) {
    page.SendVoice("voice", passed.count() % 200 == 0 ? 10 : 30);
    call.Pass(milliseconds(20));
  }
  const std::size_t told = call.All<MediaLevels>().size();
  EXPECT_LE(told, 4 * kSeconds);
  EXPECT_GE(told, 4 * kSeconds - 1);
}

TEST(ToldTest, ACertificateThatTheOfferDidNotNameEndsTheConnection) {
  Call call;
  Page& page = *(call.pages[1] = std::make_unique<Page>(1, 4, 4));
  call.Give(MediaJoin{Call::Seat("m1"), kAll});
  std::string offer = page.Offer();
  const std::string own = FingerprintOf(PageCertificate(1));
  offer.replace(offer.find(own), own.size(), FingerprintOf(PageCertificate(2)));
  call.Give(MediaOffer{Call::Seat("m1"), offer});
  page.TakeAnswer(call.All<MediaAnswer>().front().sdp);
  call.Connect(page);
  call.Pass(milliseconds(100));
  ASSERT_EQ(call.All<MediaEnded>().size(), 1U);
  EXPECT_EQ(call.All<MediaEnded>().front().reason, MediaEnded::Reason::kDtlsFailed);
  EXPECT_TRUE(call.All<MediaConnected>().empty());
}

}  // namespace
}  // namespace parley
