// How pages come into the engine, go, and are replaced; and what strangers who send to its port get.

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/base/media_limits.h"
#include "tests/server/media/media_engine_fixture.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

TEST_F(MediaEngineTest, PagesConnectAndAreToldOnce) {
  JoinTwo();
  call_.Pass(milliseconds(200));
  EXPECT_TRUE(one_->connected());
  EXPECT_TRUE(two_->connected());
  EXPECT_EQ(call_.All<MediaConnected>().size(), 2U);
  EXPECT_EQ(call_.engine.counters().sessions, 2U);
  EXPECT_EQ(call_.engine.counters().rooms, 1U);
}

TEST_F(MediaEngineTest, TheSameOfferAgainChangesNothingAndAnIceRestartGoesOn) {
  JoinTwo();
  Speak(*one_, milliseconds(200));
  const auto slots = two_->slots();
  call_.Offer(*two_, "m2");
  EXPECT_EQ(two_->slots(), slots);
  two_->Restart();
  call_.Offer(*two_, "m2");
  two_->heard.clear();
  Speak(*one_, milliseconds(100));  // by the old pair, until there is a new one
  EXPECT_EQ(two_->heard.size(), 5U);
  two_->Check();
  call_.Carry();
  EXPECT_EQ(two_->answers().size(), 2U);
  Speak(*one_, milliseconds(100));
  EXPECT_EQ(two_->heard.size(), 10U);
}

TEST_F(MediaEngineTest, OnceANewPathIsProvedTheOldOneIsForgotten) {
  JoinTwo();
  const MediaPath old = one_->path();
  one_->Restart();
  call_.Offer(*one_, "m1");
  EXPECT_TRUE(call_.engine.Knows(old));
  one_->Move(41000);
  one_->Check();
  call_.Carry();  // the page answers the server's own check
  EXPECT_TRUE(call_.engine.Knows(one_->path()));
  EXPECT_FALSE(call_.engine.Knows(old));
  // What still comes there is not the page's own.
  one_->Move(old.remote.port);
  Speak(*one_, milliseconds(200));
  EXPECT_TRUE(two_->heard.empty());
  one_->Move(41000);
  Speak(*one_, milliseconds(200));
  EXPECT_FALSE(two_->heard.empty());
}

TEST_F(MediaEngineTest, RestartsAndRefusedOffersAskForNoKeyFrame) {
  JoinTwo();
  ShowCamera();
  call_.Pass(limits::kKeyFramePeriod);  // another one may be asked for
  const std::uint64_t asked = call_.engine.counters().key_frames_asked;
  for (int i = 0; i < 20; ++i) {
    Page& page = i % 2 == 0 ? *one_ : *two_;
    const std::string member = i % 2 == 0 ? "m1" : "m2";
    call_.Give(MediaOffer{Call::Seat(member), "v=0\r\nthis is not SDP"});
    page.Restart();
    std::string offer = page.Offer();
    offer.replace(offer.find("actpass"), 7, "passive");
    call_.Give(MediaOffer{Call::Seat(member), offer});
    call_.Offer(page, member);
    page.Check();
    one_->SendCamera("next", false);
    call_.Pass(milliseconds(100));
  }
  EXPECT_EQ(call_.All<MediaRefusal>().size(), 40U);
  EXPECT_EQ(two_->heard.size(), 21U);
  EXPECT_EQ(call_.engine.counters().key_frames_asked, asked);
}

TEST_F(MediaEngineTest, AnOfferThatCannotBeAnsweredIsRefusedAndWhatWasThereGoesOn) {
  JoinTwo();
  call_.Give(MediaOffer{Call::Seat("m2"), "v=0\r\nthis is not SDP"});
  call_.Give(MediaOffer{Call::Seat("stranger"), one_->Offer()});
  ASSERT_EQ(call_.All<MediaRefusal>().size(), 1U);
  EXPECT_EQ(call_.All<MediaRefusal>().front().seat, Call::Seat("m2"));
  Speak(*one_, milliseconds(200));
  EXPECT_FALSE(two_->heard.empty());
}

TEST_F(MediaEngineTest, AfterLeavingNothingIsForwardedAndNothingTold) {
  JoinTwo();
  Speak(*one_, milliseconds(200));
  call_.Give(MediaLeave{Call::Seat("m1")});
  EXPECT_TRUE(call_.Slots("m2").empty());
  two_->heard.clear();
  Speak(*one_, milliseconds(200));
  EXPECT_TRUE(two_->heard.empty());
  EXPECT_TRUE(call_.All<MediaEnded>().empty());
  call_.Give(MediaCloseRoom{"room"});
  EXPECT_EQ(call_.engine.counters().sessions, 0U);
  EXPECT_EQ(call_.engine.counters().rooms, 0U);
  EXPECT_FALSE(call_.engine.Due());
}

TEST_F(MediaEngineTest, WithoutSignalingMediaGoOnForAWhileOnly) {
  JoinTwo();
  call_.Give(MediaSignalingLost{Call::Seat("m1")});
  for (milliseconds passed{0}; passed < limits::kMediaWithoutSignaling - std::chrono::seconds(1);
       passed += milliseconds(1000)) {
    one_->Check();
    two_->Check();
    call_.Pass(milliseconds(1000));
  }
  two_->heard.clear();
  Speak(*one_, milliseconds(200));
  EXPECT_FALSE(two_->heard.empty());
  call_.Pass(milliseconds(1000));
  EXPECT_EQ(call_.engine.counters().sessions, 1U);
  EXPECT_TRUE(call_.All<MediaEnded>().empty());
}

TEST_F(MediaEngineTest, ANewSeatWithTheSameCredentialsTakesTheConnectionOver) {
  JoinTwo();
  Speak(*one_, milliseconds(200));
  call_.Give(MediaSignalingLost{Call::Seat("m1")});
  call_.Give(MediaJoin{Call::Seat("m9"), kAll});
  call_.Offer(*one_, "m9");
  EXPECT_EQ(call_.Slots("m2"), (std::map<std::string, Shown>{{kFirstVoice, {"m9", MediaKind::kVoice}}}));
  two_->heard.clear();
  Speak(*one_, milliseconds(200));
  EXPECT_EQ(two_->heard.size(), 10U);  // without a gap
  EXPECT_EQ(call_.engine.counters().sessions, 2U);
  // Another seat, with other credentials, takes nothing over.
  Page stranger(3, 4, 4);
  call_.Give(MediaJoin{Call::Seat("m3"), kAll});
  call_.Offer(stranger, "m3");
  EXPECT_EQ(call_.engine.counters().sessions, 3U);
}

TEST_F(MediaEngineTest, APageThatSendsNoChecksIsGivenUp) {
  JoinTwo();
  for (std::chrono::seconds passed{0}; passed <= limits::kIceConsent; ++passed) {
    two_->Check();
    call_.Pass(milliseconds(1000));
  }
  ASSERT_EQ(call_.All<MediaEnded>().size(), 1U);
  EXPECT_EQ(call_.All<MediaEnded>().front().seat, Call::Seat("m1"));
  EXPECT_EQ(call_.All<MediaEnded>().front().reason, MediaEnded::Reason::kIceTimeout);
}

TEST_F(MediaEngineTest, APageThatHasUsedUpItsSourcesIsToConnectAnew) {
  JoinTwo();
  // Each letter is another source.
  for (std::size_t i = 0; i + 1 < limits::kMediaSources; ++i) one_->SendLayer(static_cast<char>('0' + i), 45);
  call_.Pass(milliseconds(100));
  EXPECT_TRUE(call_.All<MediaEnded>().empty());
  for (int i = 0; i < 3; ++i) one_->SendLayer(static_cast<char>(' ' + i), 45);
  call_.Pass(milliseconds(100));
  ASSERT_EQ(call_.All<MediaEnded>().size(), 1U);
  EXPECT_EQ(call_.All<MediaEnded>().front().seat, Call::Seat("m1"));
  EXPECT_EQ(call_.All<MediaEnded>().front().reason, MediaEnded::Reason::kClosed);
  EXPECT_TRUE(one_->has_ended());
}

TEST_F(MediaEngineTest, APageThatClosesItsConnectionIsToldSoAndMayOfferAgain) {
  JoinTwo();
  two_->Close();
  call_.Pass(milliseconds(100));
  ASSERT_EQ(call_.All<MediaEnded>().size(), 1U);
  EXPECT_EQ(call_.All<MediaEnded>().front().reason, MediaEnded::Reason::kClosed);
  call_.Unplug(*two_);
  call_.Join(3, kAll);
  Speak(*one_, milliseconds(200));
  EXPECT_FALSE(call_.pages.at(3)->heard.empty());
}

TEST_F(MediaEngineTest, StrangersGetNoAnswerToAnything) {
  JoinTwo();
  const MediaPath stranger{{{203, 0, 113, 1}, 5000, false}, one_->path().local, 0};
  std::string forged = one_->MakeCheck();
  forged[forged.size() - 12] ^= 1;  // within the signature
  std::vector<std::string> tries = {
      forged, "", "x", std::string(1200, '\x16'), std::string(1200, '\x80'), std::string(20, '\0')};
  for (std::string& datagram : tries) call_.engine.Receive(stranger, datagram, call_.now);
  call_.Carry();
  EXPECT_TRUE(call_.strays.empty());
}

TEST_F(MediaEngineTest, AnAnswerIsNeverLargerThanItsCheck) {
  JoinTwo();
  ASSERT_EQ(one_->answers().size(), 1U);
  EXPECT_LE(one_->answers().front().size(), one_->MakeCheck().size());
}

TEST_F(MediaEngineTest, NobodyTakesThePathOfAnotherByForgingItsAddress) {
  JoinTwo();
  // The second signs a check with its own password, and sends it from the address of the first.
  std::string check = two_->MakeCheck();
  call_.engine.Receive(one_->path(), check, call_.now);
  Speak(*one_, milliseconds(200));
  EXPECT_FALSE(two_->heard.empty());
  EXPECT_TRUE(one_->heard.empty());
}

TEST_F(MediaEngineTest, AFloodOfForgedMediaBesideACallChangesNothing) {
  JoinTwo();
  for (int i = 0; i < 1000; ++i) {
    std::string packet;
    AppendRtp(packet, {false, 111, static_cast<std::uint16_t>(i), 0, 1001}, {}, "noise from somebody else");
    call_.engine.Receive(one_->path(), packet, call_.now);  // with a forged address
  }
  call_.Pass(milliseconds(100));
  EXPECT_TRUE(two_->heard.empty());
  EXPECT_GE(call_.engine.counters().ignored, 1000U);
  Speak(*one_, milliseconds(200));
  EXPECT_FALSE(two_->heard.empty());
}

}  // namespace
}  // namespace parley
