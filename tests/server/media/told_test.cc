// What members are told: whom their slots show, who is loud, and why a connection ended.

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/codec/rtp.h"
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

TEST(ToldTest, TheMemberOnASlotIsNamedBeforeTheirFirstMedia) {
  Call call;
  Page& one = call.Join(1, kAll);
  Page& three = call.Join(3, kAll);
  Page& two = call.Join(2, kAll, 1, 1);
  // For each packet of media, what the second had been told when it left.
  std::vector<std::map<std::string, std::pair<std::string, MediaKind>>> told;
  call.on_sent = [&](const MediaPath& path, std::string_view datagram) {
    const auto rtp = path == two.path() && !IsRtcp(datagram) ? ReadRtp(datagram) : std::nullopt;
    if (!rtp) return;
    for (const auto& [mid, ssrc] : two.slots()) {
      if (ssrc == rtp->header.ssrc) told.push_back(call.Slots("m2"));
    }
  };
  const auto show = [&](Page& page, const std::string& member) {
    call.Give(MediaWants{Call::Seat("m2"), {{member, MediaKind::kCamera, 360}}});
    for (milliseconds passed{0}; passed < std::chrono::seconds(1); passed += milliseconds(20)) {
      page.SendVoice(member, 20);
      page.SendCamera(member, true);
      call.Pass(milliseconds(20));
    }
  };
  // Each has the only slots in turn.
  for (int turn = 0; turn < 2; ++turn) {
    show(one, "m1");
    show(three, "m3");
  }
  std::map<std::string, std::set<std::string>> shown;
  ASSERT_EQ(told.size(), two.heard.size());
  for (std::size_t i = 0; i < told.size(); ++i) {
    const auto& [mid, header, payload, repeats, number] = two.heard[i];
    const std::string from = payload.substr(payload.size() - 2);
    shown[mid].insert(from);
    ASSERT_TRUE(told[i].contains(mid)) << i << " from " << from;
    EXPECT_EQ(told[i].at(mid).first, from) << i;
  }
  EXPECT_EQ(shown, (std::map<std::string, std::set<std::string>>{{"4", {"m1", "m3"}}, {"5", {"m1", "m3"}}}));
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
