#include "common/codec/sdp.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using namespace std::string_literals;

const std::string kStart = "v=0\r\no=- 5 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";
const std::string kVideo = "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:1\r\n";

std::string Vector(const std::string& name) {
  std::ifstream file(PARLEY_VECTORS "/sdp/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_GT(text.str().size(), 1000U);
  return text.str();
}

SdpDescription Good(const std::string& text) {
  auto read = ReadSdp(text);
  if (const auto* problem = std::get_if<SdpProblem>(&read)) {
    ADD_FAILURE() << problem->text;
    return {};
  }
  return std::get<SdpDescription>(read);
}

std::string ProblemOf(const std::string& text) {
  const auto read = ReadSdp(text);
  const auto* problem = std::get_if<SdpProblem>(&read);
  return problem == nullptr ? "" : problem->text;
}

std::uint8_t IdOf(const SdpSection& section, std::string_view uri) {
  for (const SdpExtension& extension : section.extensions) {
    if (extension.uri == uri) return extension.id;
  }
  return 0;
}

TEST(Sdp, TheOfferOfChromiumIsRead) {
  const std::string text = Vector("offer-chromium.sdp");
  const SdpDescription offer = Good(text);
  ASSERT_EQ(offer.sections.size(), 4U);
  EXPECT_EQ(offer.bundle, (std::vector<std::string_view>{"0", "1", "2", "3"}));
  EXPECT_TRUE(offer.allows_mixed_extensions);
  const SdpSection& voice = offer.sections[0];
  EXPECT_EQ(voice.kind, "audio");
  EXPECT_EQ(voice.direction, SdpDirection::kSendOnly);
  EXPECT_TRUE(voice.rtcp_mux);
  EXPECT_EQ(TransportOf(offer, voice).ice_ufrag, "taOM");
  EXPECT_EQ(TransportOf(offer, voice).fingerprint.substr(0, 13), "sha-256 EB:08");
  EXPECT_EQ(FindCodec(voice, "OPUS")->payload_type, 111);
  EXPECT_EQ(FindCodec(voice, "opus")->channels, 2U);
  EXPECT_EQ(FindCodec(voice, "red")->parameters, "111/111");
  EXPECT_EQ(IdOf(voice, "urn:ietf:params:rtp-hdrext:ssrc-audio-level"), 1);
  EXPECT_EQ(voice.sources, (std::vector<SdpSource>{{2719512323, {}}}));
  const SdpSection& camera = offer.sections[1];
  EXPECT_EQ(camera.rids, (std::vector<std::string_view>{"q", "h", "f"}));
  EXPECT_TRUE(camera.sources.empty());  // it has only the rids
  EXPECT_EQ(FindCodec(camera, "VP8")->feedback.size(), 5U);
  EXPECT_EQ(offer.sections[3].direction, SdpDirection::kRecvOnly);
}

TEST(Sdp, TheOfferOfFirefoxIsRead) {
  const std::string text = Vector("offer-firefox.sdp");
  const SdpDescription offer = Good(text);
  ASSERT_EQ(offer.sections.size(), 4U);
  const SdpSection& voice = offer.sections[0];
  // The fingerprint stands in the session, and a=fmtp before a=rtpmap.
  EXPECT_EQ(TransportOf(offer, voice).fingerprint.substr(0, 13), "sha-256 5C:18");
  EXPECT_EQ(TransportOf(offer, voice).ice_pwd, "eb8b2b6306dbf38f5f96809c7c52aad5");
  EXPECT_EQ(FindCodec(voice, "opus")->parameters, "maxplaybackrate=48000;stereo=1;useinbandfec=1");
  EXPECT_EQ(voice.candidates.size(), 4U);
  EXPECT_TRUE(voice.end_of_candidates);
  const SdpSection& camera = offer.sections[1];
  EXPECT_EQ(camera.port, 0);
  EXPECT_TRUE(camera.bundle_only);
  EXPECT_EQ(camera.rids, (std::vector<std::string_view>{"q", "h", "f"}));
  EXPECT_EQ(IdOf(camera, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"), 9);
  EXPECT_EQ(camera.sources.size(), 3U);
  for (const SdpSource& source : camera.sources) EXPECT_TRUE(source.repair);
}

TEST(Sdp, AnOfferThatIsWrittenReadsBackTheSame) {
  for (const std::string name : {"offer-chromium.sdp", "offer-firefox.sdp"}) {
    const std::string text = Vector(name);
    const std::string written = WriteSdp(Good(text), "name");
    const SdpDescription again = Good(written);
    EXPECT_EQ(again, Good(text));
    EXPECT_EQ(WriteSdp(again, "name"), written);
  }
}

TEST(Sdp, AnAnswerHasWhatABrowserNeeds) {
  SdpDescription answer;
  answer.session = 77;
  answer.version = 3;
  answer.bundle = {"0", "1"};
  answer.ice_lite = true;
  answer.transport.fingerprint = "sha-256 AB:CD";
  SdpSection slot;
  slot.kind = "video";
  slot.protocol = "UDP/TLS/RTP/SAVPF";
  slot.mid = "1";
  slot.direction = SdpDirection::kSendOnly;
  slot.rtcp_mux = true;
  slot.transport = {"user", "password", {}, "passive"};
  slot.codecs = {{96, "VP8", 90000, 1, {}, {"nack", "nack pli"}}, {97, "rtx", 90000, 1, "apt=96", {}}};
  slot.extensions = {{4, "urn:ietf:params:rtp-hdrext:sdes:mid"}};
  slot.sources = {{5, 6}};
  slot.candidates = {"1 1 udp 2130706431 192.0.2.1 9000 typ host"};
  slot.end_of_candidates = true;
  answer.sections.push_back(slot);
  SdpSection rejected;
  rejected.kind = "application";
  rejected.port = 0;
  rejected.protocol = "UDP/DTLS/SCTP";
  rejected.formats = "webrtc-datachannel";
  rejected.mid = "0";
  rejected.direction = SdpDirection::kInactive;
  answer.sections.push_back(rejected);
  EXPECT_EQ(
      WriteSdp(answer, "parley"),
      "v=0\r\no=- 77 3 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
      "a=msid-semantic: WMS *\r\na=ice-lite\r\na=fingerprint:sha-256 AB:CD\r\n"
      "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\n"
      "a=candidate:1 1 udp 2130706431 192.0.2.1 9000 typ host\r\na=end-of-candidates\r\n"
      "a=ice-ufrag:user\r\na=ice-pwd:password\r\na=setup:passive\r\na=mid:1\r\n"
      "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=sendonly\r\na=rtcp-mux\r\n"
      "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n"
      "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
      "a=ssrc-group:FID 5 6\r\na=ssrc:5 cname:parley\r\na=ssrc:6 cname:parley\r\n"
      "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=inactive\r\n");
}

TEST(Sdp, LayersAreInTheOrderOfSimulcast) {
  const std::string text =
      kStart + kVideo + "a=simulcast:send f;~q,x;h\r\na=rid:q send\r\na=rid:h send\r\na=rid:f send\r\n";
  EXPECT_EQ(Good(text).sections[0].rids, (std::vector<std::string_view>{"f", "q", "h"}));
}

TEST(Sdp, SpacesBetweenTheMidsOfABundleAreNoMids) {
  EXPECT_EQ(Good(kStart + "a=group:BUNDLE  1  2 \r\n" + kVideo).bundle,
            (std::vector<std::string_view>{"1", "2"}));
}

TEST(Sdp, RepairsAreNoSourcesOfTheirOwn) {
  for (const std::string lines : {"a=ssrc:1 cname:x\na=ssrc:2 cname:x\na=ssrc-group:FID 1 2\n",
                                  "a=ssrc-group:FID 1 2\na=ssrc:1 cname:x\na=ssrc:2 cname:x\n"}) {
    const std::string text = kStart + kVideo + lines;
    EXPECT_EQ(Good(text).sections[0].sources, (std::vector<SdpSource>{{1, 2}}));
  }
}

TEST(Sdp, FeedbackForAllCodecsIsAddedToEach) {
  const std::string text = kStart + kVideo + "a=rtcp-fb:* nack\n";
  const SdpDescription description = Good(text);
  ASSERT_FALSE(description.sections[0].codecs.empty());
  for (const SdpCodec& codec : description.sections[0].codecs) EXPECT_EQ(codec.feedback.size(), 1U);
}

TEST(Sdp, AMalformedLineIsNamed) {
  EXPECT_EQ(ProblemOf(kStart + kVideo + "a=mid:no spaces\r\n"), "line 7: a=mid is malformed");
  for (const std::string line :
       {"a=mid:seventeen-letters\n", "a=rtpmap:x VP8/90000\n", "a=rtpmap:96 VP8\n", "a=extmap:0 urn:x\n",
        "a=extmap:3\n", "a=rid:q send\na=rid:q send\n", "a=ssrc:x\n", "a=ssrc-group:FID 1\n",
        "a=ice-ufrag:a b\n", "a=ice-pwd:\n", "m=video 9 RTP/SAVPF 96 96\n", "m=video 9 RTP/SAVPF 128\n",
        "m=video x RTP/SAVPF 96\n", "m=video 9\n", "nonsense\n", "a=msid:\x01\n", "a=simulcast:both q\n",
        "o=- 1 1\n"}) {
    EXPECT_NE(ProblemOf(kStart + kVideo + line), "") << line;
  }
  EXPECT_NE(ProblemOf("o=- 1 1\n"), "");
  EXPECT_NE(ProblemOf(""), "");
  EXPECT_EQ(ProblemOf(kStart), "the description has no media");
}

TEST(Sdp, AnOfferBeyondTheLimitsIsRejected) {
  std::string sections = kStart;
  for (std::size_t i = 0; i < limits::kSdpSections; ++i) sections += "m=video 9 RTP/SAVPF 96\n";
  EXPECT_EQ(ProblemOf(sections), "");
  EXPECT_NE(ProblemOf(sections + "m=video 9 RTP/SAVPF 96\n"), "");
  std::string listed = kStart + kVideo;
  for (std::size_t i = 0; i < limits::kSdpListed; ++i) listed += "a=rtcp-fb:96 nack\n";
  EXPECT_EQ(ProblemOf(listed), "");
  EXPECT_NE(ProblemOf(listed + "a=rtcp-fb:96 nack\n"), "");
  std::string layers = kStart + kVideo + "a=simulcast:send q";
  for (std::size_t i = 1; i < limits::kSdpLayers; ++i) layers += ";q";
  EXPECT_EQ(ProblemOf(layers + "\n"), "");
  EXPECT_EQ(ProblemOf(layers + ";q\n"), "a=simulcast is malformed");
  std::string rids = kStart + kVideo;
  for (std::size_t i = 0; i < limits::kSdpLayers; ++i) rids += "a=rid:" + std::to_string(i) + " send\n";
  EXPECT_EQ(ProblemOf(rids), "");
  EXPECT_NE(ProblemOf(rids + "a=rid:q send\n"), "");
  const std::string text = kStart + kVideo;
  const std::string filled = text + "a=x:" + std::string(limits::kSdpBytes - text.size() - 4, 'x');
  EXPECT_EQ(ProblemOf(filled), "");
  EXPECT_EQ(ProblemOf(filled + "x"), "the description is too long");
}

TEST(Sdp, ADescriptionThatIsCutAnywhereIsReadOrRejected) {
  const std::string text = Vector("offer-firefox.sdp");
  for (std::size_t length = 0; length < text.size(); ++length) {
    const std::string part = text.substr(0, length);
    static_cast<void>(ReadSdp(part));  // the sanitizers look
  }
}

}  // namespace
}  // namespace parley
