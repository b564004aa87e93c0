#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include "common/base/media_limits.h"
#include "common/codec/sdp.h"

namespace parley {
namespace {

constexpr std::size_t kMidBytes = 16;
constexpr std::size_t kRidBytes = 16;
constexpr std::size_t kCandidates = 64;

// Takes what stands before the next `separator` off `rest`, and the separator.
std::string_view Take(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), end + 1));
  return taken;
}

template <typename Number>
bool ReadNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// RFC 8866: a word without separators.
bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return IsAlphanumeric(c) || std::string_view("!#$%&'*+-.^_`{|}~").find(c) != std::string_view::npos;
  });
}

// RFC 8839: user names and passwords of ICE.
bool IsIceText(std::string_view text) {
  return text.size() <= 256 && !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
           return IsAlphanumeric(c) || c == '+' || c == '/';
         });
}

bool IsPrintable(std::string_view line) {
  return std::none_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

template <typename T>
bool Add(std::vector<T>& list, T value, std::size_t max = limits::kSdpListed) {
  if (list.size() == max) return false;
  list.push_back(std::move(value));
  return true;
}

SdpCodec* CodecOf(SdpSection& section, std::uint8_t payload_type) {
  const auto found = std::find_if(section.codecs.begin(), section.codecs.end(),
                                  [&](const SdpCodec& c) { return c.payload_type == payload_type; });
  return found == section.codecs.end() ? nullptr : &*found;
}

// --- Attributes. Each takes the value, and returns false if it is malformed. ---

using Section = SdpSection;
using Text = std::string_view;

// `96 VP8/90000`, `111 opus/48000/2`. What is said of a payload type that the m= line has not is skipped.
bool TakeRtpmap(Section& section, Text value) {
  std::uint8_t payload_type = 0;
  if (!ReadNumber(Take(value, ' '), payload_type)) return false;
  SdpCodec* const codec = CodecOf(section, payload_type);
  if (codec == nullptr) return true;
  codec->name = Take(value, '/');
  return IsToken(codec->name) && ReadNumber(Take(value, '/'), codec->clock_rate) &&
         (value.empty() || ReadNumber(value, codec->channels));
}

bool TakeFmtp(Section& section, Text value) {
  std::uint8_t payload_type = 0;
  if (!ReadNumber(Take(value, ' '), payload_type)) return false;
  if (SdpCodec* const codec = CodecOf(section, payload_type)) codec->parameters = value;
  return true;
}

bool TakeFeedback(Section& section, Text value) {
  const Text which = Take(value, ' ');
  std::uint8_t payload_type = 0;
  const bool of_all = which == "*";
  if (!of_all && !ReadNumber(which, payload_type)) return false;
  for (SdpCodec& codec : section.codecs) {
    if ((of_all || codec.payload_type == payload_type) && !Add(codec.feedback, value)) return false;
  }
  return true;
}

// `3 urn:…`, `8/sendonly https://…`. A direction makes no difference to what we send.
bool TakeExtmap(Section& section, Text value) {
  Text id = Take(value, ' ');
  SdpExtension extension;
  if (!ReadNumber(Take(id, '/'), extension.id) || extension.id == 0) return false;
  extension.uri = Take(value, ' ');
  return !extension.uri.empty() && Add(section.extensions, extension);
}

// `q send`. Whether the rid is for sending or for receiving follows from the section.
bool TakeRid(Section& section, Text value) {
  const Text rid = Take(value, ' ');
  if (rid.size() > kRidBytes || !IsToken(rid)) return false;
  if (std::find(section.rids.begin(), section.rids.end(), rid) != section.rids.end()) return false;
  return Add(section.rids, rid, limits::kSdpLayers);
}

// `send q;h;f` puts the rids in their order. `~` marks one that is paused, and `,` an alternative.
bool TakeSimulcast(Section& section, Text value) {
  const Text direction = Take(value, ' ');
  if (direction != "send" && direction != "recv") return false;
  Text list = Take(value, ' ');
  std::vector<Text> ordered;
  for (std::size_t layers = 0; !list.empty(); ++layers) {
    if (layers == limits::kSdpLayers) return false;
    Text layer = Take(list, ';');
    layer = Take(layer, ',');
    if (!layer.empty() && layer.front() == '~') layer.remove_prefix(1);
    const bool known = std::find(section.rids.begin(), section.rids.end(), layer) != section.rids.end();
    if (known && std::find(ordered.begin(), ordered.end(), layer) == ordered.end()) ordered.push_back(layer);
  }
  if (!ordered.empty()) section.rids = std::move(ordered);
  return true;
}

bool IsRepair(const Section& section, std::uint32_t ssrc) {
  return std::any_of(section.sources.begin(), section.sources.end(),
                     [&](const SdpSource& source) { return source.repair == ssrc; });
}

auto FindSource(Section& section, std::uint32_t ssrc) {
  return std::find_if(section.sources.begin(), section.sources.end(),
                      [&](const SdpSource& source) { return source.ssrc == ssrc; });
}

bool TakeSsrc(Section& section, Text value) {
  std::uint32_t ssrc = 0;
  if (!ReadNumber(Take(value, ' '), ssrc)) return false;
  if (FindSource(section, ssrc) != section.sources.end() || IsRepair(section, ssrc)) return true;
  return Add(section.sources, SdpSource{ssrc, {}});
}

// `FID 1 2`: 2 repeats the packets of 1. Other groups are skipped.
bool TakeSsrcGroup(Section& section, Text value) {
  if (Take(value, ' ') != "FID") return true;
  std::uint32_t ssrc = 0;
  std::uint32_t repair = 0;
  if (!ReadNumber(Take(value, ' '), ssrc) || !ReadNumber(Take(value, ' '), repair) || ssrc == repair) {
    return false;
  }
  const auto single = FindSource(section, repair);
  if (single != section.sources.end()) section.sources.erase(single);
  const auto source = FindSource(section, ssrc);
  if (source == section.sources.end()) return Add(section.sources, SdpSource{ssrc, repair});
  source->repair = repair;
  return true;
}

bool TakeMid(Section& section, Text value) {
  section.mid = value;
  return value.size() <= kMidBytes && IsToken(value);
}

bool TakeCandidate(Section& section, Text value) {
  if (section.candidates.size() < kCandidates) section.candidates.push_back(value);
  return true;
}

bool TakeMsid(Section& section, Text value) {
  section.msid = value;
  return true;
}

template <bool Section::*Flag>
bool SetFlag(Section& section, Text /*value*/) {
  section.*Flag = true;
  return true;
}

template <SdpDirection Direction>
bool SetDirection(Section& section, Text /*value*/) {
  section.direction = Direction;
  return true;
}

struct Attribute {
  Text name;
  bool (*take)(Section&, Text);
};
constexpr std::array kAttributes = {
    Attribute{"rtpmap", TakeRtpmap},
    Attribute{"fmtp", TakeFmtp},
    Attribute{"rtcp-fb", TakeFeedback},
    Attribute{"extmap", TakeExtmap},
    Attribute{"rid", TakeRid},
    Attribute{"ssrc", TakeSsrc},
    Attribute{"ssrc-group", TakeSsrcGroup},
    Attribute{"mid", TakeMid},
    Attribute{"msid", TakeMsid},
    Attribute{"candidate", TakeCandidate},
    Attribute{"end-of-candidates", SetFlag<&Section::end_of_candidates>},
    Attribute{"bundle-only", SetFlag<&Section::bundle_only>},
    Attribute{"rtcp-mux", SetFlag<&Section::rtcp_mux>},
    Attribute{"rtcp-rsize", SetFlag<&Section::rtcp_reduced>},
    Attribute{"sendrecv", SetDirection<SdpDirection::kSendRecv>},
    Attribute{"sendonly", SetDirection<SdpDirection::kSendOnly>},
    Attribute{"recvonly", SetDirection<SdpDirection::kRecvOnly>},
    Attribute{"inactive", SetDirection<SdpDirection::kInactive>},
};

// --- The description ---

// Attributes that a section and the session may have. Nothing if it is another one.
std::optional<bool> TakeTransport(SdpTransport& transport, Text name, Text value) {
  if (name == "ice-ufrag") return transport.ice_ufrag = value, IsIceText(value);
  if (name == "ice-pwd") return transport.ice_pwd = value, IsIceText(value);
  if (name == "setup") return transport.setup = value, IsToken(value);
  if (name == "fingerprint") {
    // Only this one counts: what browsers offer beside it is weaker or not needed.
    if (value.substr(0, 8) == "sha-256 ") transport.fingerprint = value;
    return true;
  }
  return std::nullopt;
}

class Reader {
 public:
  // False if the line is malformed.
  bool TakeLine(Text line) {
    if (line.size() < 2 || line[1] != '=' || !IsPrintable(line)) return false;
    const Text value = line.substr(2);
    switch (line.front()) {
      case 'm':
        return TakeMedia(value);
      case 'o':
        return description_.sections.empty() && TakeOrigin(value);
      case 'a':
        return TakeAttribute(value);
      default:
        return true;
    }
  }

  // Simulcast is read last, because it may stand before the rids.
  bool Finish() {
    return std::all_of(simulcasts_.begin(), simulcasts_.end(), [this](const auto& entry) {
      return TakeSimulcast(description_.sections[entry.first], entry.second);
    });
  }

  SdpDescription& description() { return description_; }

 private:
  // `- 123 2 IN IP4 127.0.0.1`
  bool TakeOrigin(Text value) {
    Take(value, ' ');
    return ReadNumber(Take(value, ' '), description_.session) &&
           ReadNumber(Take(value, ' '), description_.version);
  }

  // `audio 9 UDP/TLS/RTP/SAVPF 111 63`
  bool TakeMedia(Text value) {
    SdpSection section;
    section.kind = Take(value, ' ');
    if (!IsToken(section.kind) || !ReadNumber(Take(value, ' '), section.port)) return false;
    section.protocol = Take(value, ' ');
    section.formats = value;
    if (section.protocol.empty() || value.empty()) return false;
    const bool is_rtp = section.protocol.find("RTP/") != Text::npos;
    while (is_rtp && !value.empty()) {
      SdpCodec codec;
      if (!ReadNumber(Take(value, ' '), codec.payload_type) || codec.payload_type > 127) return false;
      if (CodecOf(section, codec.payload_type) != nullptr) return false;
      section.codecs.push_back(codec);
    }
    return Add(description_.sections, std::move(section), limits::kSdpSections);
  }

  bool TakeAttribute(Text value) {
    const Text name = Take(value, ':');
    const bool in_section = !description_.sections.empty();
    auto& transport = in_section ? description_.sections.back().transport : description_.transport;
    if (const auto taken = TakeTransport(transport, name, value)) return *taken;
    if (!in_section) return TakeOfSession(name, value);
    if (name == "simulcast") {
      return Add(simulcasts_, {description_.sections.size() - 1, value}, limits::kSdpSections);
    }
    const auto attribute = std::find_if(kAttributes.begin(), kAttributes.end(),
                                        [&](const Attribute& known) { return known.name == name; });
    return attribute == kAttributes.end() || attribute->take(description_.sections.back(), value);
  }

  bool TakeOfSession(Text name, Text value) {
    if (name == "ice-lite") description_.ice_lite = true;
    if (name == "extmap-allow-mixed") description_.allows_mixed_extensions = true;
    if (name != "group" || Take(value, ' ') != "BUNDLE" || !description_.bundle.empty()) return true;
    while (!value.empty()) {
      const Text mid = Take(value, ' ');
      if (!mid.empty() && !Add(description_.bundle, mid, limits::kSdpSections)) return false;
    }
    return true;
  }

  SdpDescription description_;
  std::vector<std::pair<std::size_t, Text>> simulcasts_;  // section, value
};

// The type and the name of an attribute, which tell where the problem is: `a=mid`.
std::string What(Text line) {
  const Text name = line.substr(0, std::min(line.find_first_of(": "), std::size_t{24}));
  return IsPrintable(name) ? std::string(name) : "the line";
}

}  // namespace

std::variant<SdpDescription, SdpProblem> ReadSdp(std::string_view text) {
  if (text.size() > limits::kSdpBytes) return SdpProblem{"the description is too long"};
  Reader reader;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = Take(text, '\n');
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const bool right = number == 1 ? line == "v=0" : reader.TakeLine(line);
    if (!right) return SdpProblem{"line " + std::to_string(number) + ": " + What(line) + " is malformed"};
  }
  if (!reader.Finish()) return SdpProblem{"a=simulcast is malformed"};
  if (reader.description().sections.empty()) return SdpProblem{"the description has no media"};
  return std::move(reader.description());
}

SdpTransport TransportOf(const SdpDescription& description, const SdpSection& section) {
  SdpTransport transport = section.transport;
  if (transport.ice_ufrag.empty()) transport.ice_ufrag = description.transport.ice_ufrag;
  if (transport.ice_pwd.empty()) transport.ice_pwd = description.transport.ice_pwd;
  if (transport.fingerprint.empty()) transport.fingerprint = description.transport.fingerprint;
  if (transport.setup.empty()) transport.setup = description.transport.setup;
  return transport;
}

const SdpCodec* FindCodec(const SdpSection& section, std::string_view name) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  for (const SdpCodec& codec : section.codecs) {
    if (std::equal(codec.name.begin(), codec.name.end(), name.begin(), name.end(),
                   [&](char a, char b) { return lower(a) == lower(b); })) {
      return &codec;
    }
  }
  return nullptr;
}

}  // namespace parley
