#include "server/media/negotiation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using Use = MediaLine::Use;

std::string Vector(const std::string& name) {
  std::ifstream file(PARLEY_VECTORS "/sdp/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class NegotiationTest : public testing::Test {
 protected:
  SdpDescription Read(const std::string& text) {
    text_ = text;
    auto read = ReadSdp(text_);
    EXPECT_TRUE(std::holds_alternative<SdpDescription>(read));
    return std::get<SdpDescription>(read);
  }
  Negotiated Accept(const SdpDescription& offer, const Negotiated* before = nullptr) {
    auto result = Negotiate(offer, before, [this] { return ++random_; });
    if (const auto* problem = std::get_if<SdpProblem>(&result)) ADD_FAILURE() << problem->text;
    return std::get<Negotiated>(result);
  }
  std::string ProblemOf(const SdpDescription& offer) {
    auto result = Negotiate(offer, nullptr, [] { return 1U; });
    const auto* problem = std::get_if<SdpProblem>(&result);
    return problem == nullptr ? "" : problem->text;
  }

  const AnswerSettings settings_ = {{"ufrag", "password"},
                                    "sha-256 AB:CD",
                                    {"1 1 udp 2130706431 192.0.2.9 9000 typ host",
                                     "2 1 tcp 1518280447 192.0.2.9 9000 typ host tcptype passive"},
                                    7,
                                    1,
                                    "parley"};
  std::string text_;
  std::uint32_t random_ = 1000;
};

TEST_F(NegotiationTest, TheOfferOfChromiumIsAcceptedWithItsOwnNumbers) {
  const SdpDescription offer = Read(Vector("offer-chromium.sdp"));
  const Negotiated result = Accept(offer);
  EXPECT_EQ(result.remote_ufrag, "taOM");
  ASSERT_EQ(result.lines.size(), 4U);
  const MediaLine& voice = result.lines[0];
  EXPECT_EQ(voice.use, Use::kReceived);
  EXPECT_TRUE(voice.is_audio);
  EXPECT_EQ(voice.payload_type, 111);
  EXPECT_EQ(voice.redundancy_type, 63);
  EXPECT_EQ(voice.extensions, (ExtensionIds{4, 1, 0, 0, 3, 0}));
  const MediaLine& camera = result.lines[1];
  EXPECT_EQ(camera.payload_type, 96);
  EXPECT_EQ(camera.repair_type, 97);
  EXPECT_EQ(camera.rids, (std::vector<std::string>{"q", "h", "f"}));
  EXPECT_EQ(camera.extensions, (ExtensionIds{4, 0, 10, 11, 3, 0}));
  EXPECT_EQ(result.lines[2].use, Use::kSlot);
  EXPECT_EQ(result.lines[2].extensions, (ExtensionIds{4, 1, 0, 0, 3, 0}));
  EXPECT_EQ(result.lines[3].use, Use::kSlot);
  EXPECT_EQ(result.lines[3].extensions, (ExtensionIds{4, 0, 0, 0, 3, 0}));
  EXPECT_NE(result.lines[3].ssrc, result.lines[3].repair_ssrc);
}

TEST_F(NegotiationTest, APageThatCannotTellWhatArrivesEstimatesByTheTimesOfPictures) {
  SdpDescription offer = Read(Vector("offer-chromium.sdp"));
  for (SdpSection& section : offer.sections) {
    std::erase_if(section.extensions, [](const auto& known) {
      return known.uri.find("transport-wide") != std::string_view::npos;
    });
  }
  const Negotiated result = Accept(offer);
  EXPECT_EQ(result.lines[2].extensions, (ExtensionIds{4, 1, 0, 0, 0, 0}));
  EXPECT_EQ(result.lines[3].extensions, (ExtensionIds{4, 0, 0, 0, 0, 2}));
  EXPECT_NE(WriteAnswer(offer, result, settings_).find("goog-remb"), std::string::npos);
}

// Such a voice may be sent twice, with the same number.
TEST_F(NegotiationTest, AVoiceWithoutRedundancyIsNotNumbered) {
  SdpDescription offer = Read(Vector("offer-chromium.sdp"));
  std::erase_if(offer.sections[2].codecs, [](const SdpCodec& codec) { return codec.name == "red"; });
  EXPECT_EQ(Accept(offer).lines[2].extensions, (ExtensionIds{4, 1, 0, 0, 0, 0}));
}

TEST_F(NegotiationTest, TheOfferOfFirefoxIsAcceptedWithItsOwnNumbers) {
  const SdpDescription offer = Read(Vector("offer-firefox.sdp"));
  const Negotiated result = Accept(offer);
  EXPECT_EQ(result.remote_fingerprint.substr(0, 13), "sha-256 5C:18");
  ASSERT_EQ(result.lines.size(), 4U);
  EXPECT_EQ(result.lines[0].payload_type, 109);
  EXPECT_FALSE(result.lines[0].redundancy_type);
  EXPECT_EQ(result.lines[1].use, Use::kReceived);  // its port is 0, but only because it is bundled
  EXPECT_EQ(result.lines[1].payload_type, 120);
  EXPECT_EQ(result.lines[1].repair_type, 124);
  EXPECT_EQ(result.lines[1].extensions, (ExtensionIds{3, 0, 9, 10, 7, 0}));
  EXPECT_EQ(result.lines[1].sources.size(), 3U);
}

TEST_F(NegotiationTest, AnswersSayWhatBrowsersNeed) {
  for (const std::string name : {"offer-chromium.sdp", "offer-firefox.sdp"}) {
    const SdpDescription offer = Read(Vector(name));
    const Negotiated result = Accept(offer);
    const std::string text = WriteAnswer(offer, result, settings_);
    EXPECT_LT(text.size(), 8'000U);
    const auto read = ReadSdp(text);
    ASSERT_TRUE(std::holds_alternative<SdpDescription>(read));
    const auto& answer = std::get<SdpDescription>(read);
    EXPECT_TRUE(answer.ice_lite);
    EXPECT_EQ(answer.bundle, offer.bundle);
    ASSERT_EQ(answer.sections.size(), offer.sections.size());
    for (std::size_t i = 0; i < answer.sections.size(); ++i) {
      const SdpSection& section = answer.sections[i];
      EXPECT_EQ(section.mid, offer.sections[i].mid);
      EXPECT_EQ(section.transport, (SdpTransport{"ufrag", "password", {}, "passive"}));
      EXPECT_EQ(section.candidates.size(), i == 0 ? 2U : 0U);
      EXPECT_TRUE(section.rtcp_mux);
      for (const SdpExtension& extension : section.extensions) {
        const auto& offered = offer.sections[i].extensions;
        EXPECT_NE(std::find(offered.begin(), offered.end(), extension), offered.end());
      }
      for (const SdpCodec& codec : section.codecs)
        EXPECT_NE(FindCodec(offer.sections[i], codec.name), nullptr);
    }
    EXPECT_EQ(answer.sections[1].direction, SdpDirection::kRecvOnly);
    EXPECT_EQ(answer.sections[1].rids, offer.sections[1].rids);
    EXPECT_EQ(answer.sections[3].direction, SdpDirection::kSendOnly);
    EXPECT_EQ(answer.sections[3].sources,
              (std::vector<SdpSource>{{result.lines[3].ssrc, result.lines[3].repair_ssrc}}));
  }
}

TEST_F(NegotiationTest, ASlotKeepsItsSourcesWhenThePageOffersAgain) {
  const SdpDescription offer = Read(Vector("offer-chromium.sdp"));
  const Negotiated first = Accept(offer);
  SdpDescription more = offer;
  SdpSection added = offer.sections[3];
  added.mid = "4";
  more.sections.push_back(added);
  more.bundle.push_back("4");
  const Negotiated second = Accept(more, &first);
  EXPECT_EQ(second.lines[2].ssrc, first.lines[2].ssrc);
  EXPECT_EQ(second.lines[3].repair_ssrc, first.lines[3].repair_ssrc);
  EXPECT_NE(second.lines[4].ssrc, first.lines[3].ssrc);
}

TEST_F(NegotiationTest, AnUnusableSectionIsRejectedAndTheOthersAreAccepted) {
  SdpDescription offer = Read(Vector("offer-chromium.sdp"));
  offer.sections[0].codecs.clear();    // no Opus
  offer.sections[1].rtcp_mux = false;  // a port of its own for RTCP
  offer.sections[2].direction = SdpDirection::kInactive;
  const Negotiated result = Accept(offer);
  EXPECT_EQ(result.lines[0].use, Use::kRejected);
  EXPECT_EQ(result.lines[1].use, Use::kRejected);
  EXPECT_EQ(result.lines[2].use, Use::kPaused);
  const std::string text = WriteAnswer(offer, result, settings_);
  const auto answer = std::get<SdpDescription>(ReadSdp(text));
  EXPECT_EQ(answer.bundle, (std::vector<std::string_view>{"2", "3"}));
  EXPECT_EQ(answer.sections[0].port, 0);
  EXPECT_TRUE(answer.sections[0].candidates.empty());
  EXPECT_EQ(answer.sections[2].candidates.size(), 2U);
  EXPECT_EQ(answer.sections[2].direction, SdpDirection::kInactive);
}

TEST_F(NegotiationTest, ADataChannelTakesNoPlaceOfACamera) {
  SdpDescription offer = Read(Vector("offer-chromium.sdp"));
  SdpSection data;
  data.kind = "application";
  data.protocol = "UDP/DTLS/SCTP";
  data.formats = "webrtc-datachannel";
  data.mid = "9";
  offer.sections.insert(offer.sections.begin(), data);
  const Negotiated result = Accept(offer);
  EXPECT_FALSE(result.lines[0].kind);
  EXPECT_EQ(result.lines[2].kind, MediaKind::kCamera);
}

// It would stand in each packet that the page gets.
TEST_F(NegotiationTest, ASectionWithALongNameIsRejected) {
  SdpDescription offer = Read(Vector("offer-chromium.sdp"));
  const std::string longest(limits::kMidBytes, 'm'), longer(limits::kMidBytes + 1, 'm');
  for (const std::string& name : {longest, longer}) {
    offer.bundle.push_back(name);
    offer.sections.back().mid = name;
    const Use use = Accept(offer).lines.back().use;
    EXPECT_EQ(use, name == longest ? Use::kSlot : Use::kRejected);
  }
}

TEST_F(NegotiationTest, AnOfferThatCannotWorkIsAProblem) {
  const SdpDescription good = Read(Vector("offer-chromium.sdp"));
  EXPECT_EQ(ProblemOf(good), "");
  SdpDescription offer = good;
  offer.bundle.clear();
  EXPECT_NE(ProblemOf(offer), "");
  offer = good;
  offer.sections[1].mid = "0";
  EXPECT_NE(ProblemOf(offer), "");
  offer = good;
  offer.sections[0].transport.fingerprint = {};
  EXPECT_NE(ProblemOf(offer), "");
  offer = good;
  offer.sections[0].transport.setup = "passive";
  EXPECT_NE(ProblemOf(offer), "");
}

}  // namespace
}  // namespace parley
