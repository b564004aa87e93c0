#include <string>
#include <utility>

#include "common/codec/sdp.h"

namespace parley {
namespace {

std::string_view NameOf(SdpDirection direction) {
  switch (direction) {
    case SdpDirection::kSendOnly:
      return "sendonly";
    case SdpDirection::kRecvOnly:
      return "recvonly";
    case SdpDirection::kInactive:
      return "inactive";
    case SdpDirection::kSendRecv:
      break;
  }
  return "sendrecv";
}

class Writer {
 public:
  template <typename... Parts>
  void Line(Parts... parts) {
    ((text_ += parts), ...);
    text_ += "\r\n";
  }

  void WriteTransport(const SdpTransport& transport) {
    if (!transport.ice_ufrag.empty()) Line("a=ice-ufrag:", transport.ice_ufrag);
    if (!transport.ice_pwd.empty()) Line("a=ice-pwd:", transport.ice_pwd);
    if (!transport.fingerprint.empty()) Line("a=fingerprint:", transport.fingerprint);
    if (!transport.setup.empty()) Line("a=setup:", transport.setup);
  }

  void WriteSession(const SdpDescription& description) {
    Line("v=0");
    Line("o=- ", std::to_string(description.session), " ", std::to_string(description.version),
         " IN IP4 127.0.0.1");
    Line("s=-");
    Line("t=0 0");
    if (!description.bundle.empty()) {
      text_ += "a=group:BUNDLE";
      for (const std::string_view mid : description.bundle) (text_ += ' ') += mid;
      Line();
    }
    if (description.allows_mixed_extensions) Line("a=extmap-allow-mixed");
    Line("a=msid-semantic: WMS *");
    if (description.ice_lite) Line("a=ice-lite");
    WriteTransport(description.transport);
  }

  void WriteSection(const SdpSection& section, std::string_view cname) {
    (((((text_ += "m=") += section.kind) += ' ') += std::to_string(section.port)) += ' ') += section.protocol;
    if (section.codecs.empty()) (text_ += ' ') += section.formats;
    for (const SdpCodec& codec : section.codecs) (text_ += ' ') += std::to_string(codec.payload_type);
    Line();
    Line("c=IN IP4 0.0.0.0");
    for (const std::string_view candidate : section.candidates) Line("a=candidate:", candidate);
    if (section.end_of_candidates) Line("a=end-of-candidates");
    WriteTransport(section.transport);
    if (!section.mid.empty()) Line("a=mid:", section.mid);
    for (const SdpExtension& extension : section.extensions) {
      Line("a=extmap:", std::to_string(extension.id), " ", extension.uri);
    }
    Line("a=", NameOf(section.direction));
    if (!section.msid.empty()) Line("a=msid:", section.msid);
    if (section.bundle_only) Line("a=bundle-only");
    if (section.rtcp_mux) Line("a=rtcp-mux");
    if (section.rtcp_reduced) Line("a=rtcp-rsize");
    for (const SdpCodec& codec : section.codecs) WriteCodec(codec);
    WriteLayers(section);
    for (const SdpSource& source : section.sources) WriteSource(source, cname);
  }

  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  void WriteCodec(const SdpCodec& codec) {
    const std::string payload_type = std::to_string(codec.payload_type);
    if (!codec.name.empty()) {
      const std::string channels = codec.channels == 1 ? "" : "/" + std::to_string(codec.channels);
      Line("a=rtpmap:", payload_type, " ", codec.name, "/", std::to_string(codec.clock_rate), channels);
    }
    for (const std::string_view feedback : codec.feedback) Line("a=rtcp-fb:", payload_type, " ", feedback);
    if (!codec.parameters.empty()) Line("a=fmtp:", payload_type, " ", codec.parameters);
  }

  void WriteLayers(const SdpSection& section) {
    if (section.rids.empty()) return;
    const std::string_view direction = section.direction == SdpDirection::kRecvOnly ? "recv" : "send";
    std::string list;
    for (const std::string_view rid : section.rids) {
      Line("a=rid:", rid, " ", direction);
      if (!list.empty()) list += ';';
      list += rid;
    }
    Line("a=simulcast:", direction, " ", list);
  }

  void WriteSource(const SdpSource& source, std::string_view cname) {
    const std::string ssrc = std::to_string(source.ssrc);
    const std::string repair = source.repair ? std::to_string(*source.repair) : "";
    if (source.repair) Line("a=ssrc-group:FID ", ssrc, " ", repair);
    Line("a=ssrc:", ssrc, " cname:", cname);
    if (source.repair) Line("a=ssrc:", repair, " cname:", cname);
  }

  std::string text_;
};

}  // namespace

std::string WriteSdp(const SdpDescription& description, std::string_view cname) {
  Writer writer;
  writer.WriteSession(description);
  for (const SdpSection& section : description.sections) writer.WriteSection(section, cname);
  return std::move(writer).text();
}

}  // namespace parley
