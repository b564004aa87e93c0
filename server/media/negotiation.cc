#include "server/media/negotiation.h"

#include <algorithm>
#include <set>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using Use = MediaLine::Use;

constexpr std::string_view kProtocol = "UDP/TLS/RTP/SAVPF";
constexpr std::size_t kLayers = 3;
constexpr std::string_view kOpusParameters = "minptime=10;useinbandfec=1";

constexpr std::string_view kMidUri = "urn:ietf:params:rtp-hdrext:sdes:mid";
constexpr std::string_view kLevelUri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
constexpr std::string_view kRidUri = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
constexpr std::string_view kRepairedRidUri = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
constexpr std::string_view kTransportUri =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
constexpr std::string_view kSendTimeUri = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";

std::uint8_t IdOf(const SdpSection& section, std::string_view uri) {
  const auto found = std::find_if(section.extensions.begin(), section.extensions.end(),
                                  [uri](const SdpExtension& extension) { return extension.uri == uri; });
  return found == section.extensions.end() ? 0 : found->id;
}

// The page reports when numbered packets arrive. If it cannot, pictures carry a send time, from which the
// page estimates its bandwidth itself. A voice without RED may be sent twice, so a number would not be
// unique.
ExtensionIds ExtensionsOf(const SdpSection& section, const MediaLine& line) {
  ExtensionIds ids;
  ids.mid = IdOf(section, kMidUri);
  if (line.is_audio) ids.level = IdOf(section, kLevelUri);
  if (line.use == Use::kSlot) {
    if (!line.is_audio || line.redundancy_type) ids.transport = IdOf(section, kTransportUri);
    if (!line.is_audio && ids.transport == 0) ids.send_time = IdOf(section, kSendTimeUri);
    return ids;
  }
  ids.transport = IdOf(section, kTransportUri);
  if (line.is_audio) return ids;
  ids.rid = IdOf(section, kRidUri);
  ids.repaired_rid = IdOf(section, kRepairedRidUri);
  return ids;
}

// `apt=96` of a repair's parameters.
std::optional<std::uint8_t> RepairTypeFor(const SdpSection& section, std::uint8_t payload_type) {
  const std::string wanted = "apt=" + std::to_string(payload_type);
  for (const SdpCodec& codec : section.codecs) {
    if (codec.name == "rtx" && codec.parameters == wanted) return codec.payload_type;
  }
  return std::nullopt;
}

// `111/111` of a redundancy's parameters: the blocks are of that type.
std::optional<std::uint8_t> RedundancyTypeFor(const SdpSection& section, std::uint8_t payload_type) {
  const std::string wanted = std::to_string(payload_type) + "/";
  for (const SdpCodec& codec : section.codecs) {
    if (codec.name == "red" && codec.parameters.substr(0, wanted.size()) == wanted) return codec.payload_type;
  }
  return std::nullopt;
}

Use UseOf(SdpDirection direction) {
  switch (direction) {
    case SdpDirection::kSendOnly:
    case SdpDirection::kSendRecv:  // nothing is sent back on the same section
      return Use::kReceived;
    case SdpDirection::kRecvOnly:
      return Use::kSlot;
    case SdpDirection::kInactive:
      break;
  }
  return Use::kPaused;
}

bool IsBundled(const SdpDescription& offer, const SdpSection& section) {
  return !section.mid.empty() && section.mid.size() <= limits::kMidBytes &&
         (section.port != 0 || section.bundle_only) && section.rtcp_mux && section.protocol == kProtocol &&
         std::find(offer.bundle.begin(), offer.bundle.end(), section.mid) != offer.bundle.end();
}

MediaLine LineOf(const SdpDescription& offer, const SdpSection& section) {
  MediaLine line;
  line.mid = section.mid;
  line.is_audio = section.kind == "audio";
  const SdpCodec* const codec = line.is_audio             ? FindCodec(section, "opus")
                                : section.kind == "video" ? FindCodec(section, "VP8")
                                                          : nullptr;
  if (codec == nullptr || !IsBundled(offer, section)) return line;
  line.use = UseOf(section.direction);
  line.payload_type = codec->payload_type;
  if (line.is_audio) {
    line.redundancy_type = RedundancyTypeFor(section, codec->payload_type);
  } else {
    line.repair_type = RepairTypeFor(section, codec->payload_type);
  }
  line.extensions = ExtensionsOf(section, line);
  if (line.use != Use::kReceived) return line;
  for (const std::string_view rid : section.rids) {
    if (line.rids.size() < kLayers && line.extensions.rid != 0) line.rids.emplace_back(rid);
  }
  line.sources = section.sources;
  return line;
}

void ChooseSources(MediaLine& line, const Negotiated* before, const std::function<std::uint32_t()>& random) {
  const MediaLine* known = nullptr;
  if (before != nullptr) {
    const auto found = std::find_if(before->lines.begin(), before->lines.end(), [&](const MediaLine& old) {
      return old.mid == line.mid && old.use == Use::kSlot && old.is_audio == line.is_audio;
    });
    if (found != before->lines.end()) known = &*found;
  }
  line.ssrc = known != nullptr ? known->ssrc : random();
  if (line.repair_type)
    line.repair_ssrc = known != nullptr && known->repair_ssrc != 0 ? known->repair_ssrc : random();
}

// `number` counts the lines of this kind of media that are not slots.
std::optional<MediaKind> KindOf(bool is_audio, std::size_t number) {
  if (number > 1) return std::nullopt;
  if (is_audio) return number == 0 ? MediaKind::kVoice : MediaKind::kSound;
  return number == 0 ? MediaKind::kCamera : MediaKind::kScreen;
}

// --- The answer ---

void AddExtension(SdpSection& section, std::uint8_t id, std::string_view uri) {
  if (id != 0) section.extensions.push_back({id, uri});
}

void AddCodecs(SdpSection& section, const MediaLine& line, std::vector<std::string>& texts) {
  const std::string type = std::to_string(line.payload_type);
  if (line.is_audio) {
    SdpCodec opus{line.payload_type, "opus", kAudioClock, 2, kOpusParameters, {}};
    if (line.extensions.transport != 0) opus.feedback.emplace_back("transport-cc");
    // The first codec is the one that the page sends.
    if (line.redundancy_type) {
      texts.push_back(type + "/" + type);
      section.codecs.push_back({*line.redundancy_type, "red", kAudioClock, 2, texts.back(), {}});
    }
    section.codecs.push_back(std::move(opus));
    return;
  }
  SdpCodec vp8{line.payload_type, "VP8", kPictureClock, 1, {}, {"nack", "nack pli", "ccm fir"}};
  if (line.extensions.transport != 0) vp8.feedback.emplace_back("transport-cc");
  if (line.extensions.send_time != 0) vp8.feedback.emplace_back("goog-remb");
  section.codecs.push_back(std::move(vp8));
  if (!line.repair_type) return;
  texts.push_back("apt=" + type);
  section.codecs.push_back({*line.repair_type, "rtx", kPictureClock, 1, texts.back(), {}});
}

SdpSection SectionOf(const SdpSection& offered, const MediaLine& line, const AnswerSettings& settings,
                     std::vector<std::string>& texts) {
  SdpSection section;
  section.kind = offered.kind;
  section.protocol = offered.protocol;
  section.mid = line.mid;
  if (line.use == Use::kRejected) {
    section.port = 0;
    section.formats = offered.formats;
    section.direction = SdpDirection::kInactive;
    return section;
  }
  section.rtcp_mux = true;
  section.rtcp_reduced = offered.rtcp_reduced;
  section.transport = {settings.ice.ufrag, settings.ice.password, {}, "passive"};
  AddExtension(section, line.extensions.mid, kMidUri);
  AddExtension(section, line.extensions.level, kLevelUri);
  AddExtension(section, line.extensions.rid, kRidUri);
  AddExtension(section, line.extensions.repaired_rid, kRepairedRidUri);
  AddExtension(section, line.extensions.transport, kTransportUri);
  AddExtension(section, line.extensions.send_time, kSendTimeUri);
  AddCodecs(section, line, texts);
  if (line.use == Use::kPaused) {
    section.direction = SdpDirection::kInactive;
  } else if (line.use == Use::kReceived) {
    section.direction = SdpDirection::kRecvOnly;
    section.rids.assign(line.rids.begin(), line.rids.end());
  } else {
    section.direction = SdpDirection::kSendOnly;
    // A stream of its own for each slot, so that the page waits for no other slot.
    texts.push_back("slot-" + line.mid + " " + line.mid);
    section.msid = texts.back();
    section.sources.push_back({line.ssrc, {}});
    if (line.repair_type) section.sources.back().repair = line.repair_ssrc;
  }
  return section;
}

}  // namespace

std::variant<Negotiated, SdpProblem> Negotiate(const SdpDescription& offer, const Negotiated* before,
                                               const std::function<std::uint32_t()>& random) {
  Negotiated result;
  std::set<std::string_view> mids;
  const SdpSection* first = nullptr;
  std::size_t sounds = 0, pictures = 0;  // of the page
  for (const SdpSection& section : offer.sections) {
    if (!section.mid.empty() && !mids.insert(section.mid).second) return SdpProblem{"a mid stands twice"};
    MediaLine line = LineOf(offer, section);
    if (line.use == Use::kSlot) {
      ChooseSources(line, before, random);
    } else if (line.is_audio || section.kind == "video") {
      line.kind = KindOf(line.is_audio, line.is_audio ? sounds++ : pictures++);
    }
    if (line.use != Use::kRejected && first == nullptr) first = &section;
    result.lines.push_back(std::move(line));
  }
  if (first == nullptr) return SdpProblem{"no section has Opus or VP8 in a bundle"};
  const SdpTransport transport = TransportOf(offer, *first);
  if (transport.ice_ufrag.empty() || transport.fingerprint.empty()) {
    return SdpProblem{"a=ice-ufrag or a=fingerprint (sha-256) is missing"};
  }
  // The page is the client of DTLS: we never speak first.
  if (transport.setup != "actpass" && transport.setup != "active") {
    return SdpProblem{"a=setup is neither actpass nor active"};
  }
  result.remote_ufrag = transport.ice_ufrag;
  result.remote_password = transport.ice_pwd;
  result.remote_fingerprint = transport.fingerprint;
  result.remote_session = offer.session;
  return result;
}

std::string WriteAnswer(const SdpDescription& offer, const Negotiated& negotiated,
                        const AnswerSettings& settings) {
  SdpDescription answer;
  answer.session = settings.session;
  answer.version = settings.version;
  answer.ice_lite = true;
  answer.allows_mixed_extensions = offer.allows_mixed_extensions;
  answer.transport.fingerprint = settings.fingerprint;
  std::vector<std::string> texts;  // what the views of the answer need; they must not move
  texts.reserve(2 * negotiated.lines.size());
  bool first = true;
  for (std::size_t i = 0; i < negotiated.lines.size(); ++i) {
    const MediaLine& line = negotiated.lines[i];
    SdpSection section = SectionOf(offer.sections[i], line, settings, texts);
    if (line.use != Use::kRejected) {
      answer.bundle.push_back(line.mid);
      if (first) {
        section.candidates.assign(settings.candidates.begin(), settings.candidates.end());
        section.end_of_candidates = true;
      }
      first = false;
    }
    answer.sections.push_back(std::move(section));
  }
  return WriteSdp(answer, settings.cname);
}

}  // namespace parley
