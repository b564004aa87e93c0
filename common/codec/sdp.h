// Reads and writes session descriptions (RFC 8866, RFC 9429) of calls through the server: the offers that
// browsers make, and the answers to them. What is not needed for that is skipped. Sans I/O.
//
// A description is made of views: of the text that was read, or of what the writer of an answer keeps. That
// must outlive it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace parley {

// As its own side sees it: a page that offers `kSendOnly` sends.
enum class SdpDirection { kSendRecv, kSendOnly, kRecvOnly, kInactive };

struct SdpCodec {
  std::uint8_t payload_type = 0;
  std::string_view name;  // `opus`, `VP8`; empty if the description does not name it
  std::uint32_t clock_rate = 0;
  std::uint32_t channels = 1;
  std::string_view parameters;             // a=fmtp
  std::vector<std::string_view> feedback;  // a=rtcp-fb: `nack pli`

  bool operator==(const SdpCodec&) const = default;
};

struct SdpExtension {
  std::uint8_t id = 0;  // 1 to 255
  std::string_view uri;

  bool operator==(const SdpExtension&) const = default;
};

struct SdpSource {
  std::uint32_t ssrc = 0;
  std::optional<std::uint32_t> repair;  // the source that repeats its packets (a=ssrc-group:FID)

  bool operator==(const SdpSource&) const = default;
};

// How to reach one side and to know it. Each field may be empty.
struct SdpTransport {
  std::string_view ice_ufrag, ice_pwd;
  std::string_view fingerprint;  // `sha-256 AB:CD…`
  std::string_view setup;        // `actpass`, `active`, `passive`

  bool operator==(const SdpTransport&) const = default;
};

struct SdpSection {
  std::string_view kind;  // `audio`, `video`, `application`
  std::uint16_t port = 9;
  std::string_view protocol;
  std::string_view formats;  // as they stand in the m= line
  std::string_view mid;      // at most 16 bytes, so that it fits into an extension
  std::string_view msid;
  SdpDirection direction = SdpDirection::kSendRecv;
  bool bundle_only = false;  // a port of 0 does not mean that the section is rejected
  bool rtcp_mux = false;
  bool rtcp_reduced = false;  // a=rtcp-rsize
  SdpTransport transport;
  std::vector<SdpCodec> codecs;  // in the order of the m= line
  std::vector<SdpExtension> extensions;
  std::vector<std::string_view> rids;  // layers of simulcast, in their order
  std::vector<SdpSource> sources;
  std::vector<std::string_view> candidates;
  bool end_of_candidates = false;

  bool operator==(const SdpSection&) const = default;
};

struct SdpDescription {
  std::uint64_t session = 0, version = 0;  // of the o= line
  std::vector<std::string_view> bundle;    // mids that share one transport
  bool ice_lite = false;
  bool allows_mixed_extensions = false;
  SdpTransport transport;  // what holds for each section that says nothing else
  std::vector<SdpSection> sections;

  bool operator==(const SdpDescription&) const = default;
};

// Why a description cannot be used, in words: `line 12: a=mid is malformed`.
struct SdpProblem {
  std::string text;
};
// Reads a whole description of at most limits::kSdpBytes. Lines end with CR LF or LF.
std::variant<SdpDescription, SdpProblem> ReadSdp(std::string_view text);

// What holds for this section: its own, or that of the session.
SdpTransport TransportOf(const SdpDescription& description, const SdpSection& section);

// The codec of that name, whatever the case of its letters; the first one, or null.
const SdpCodec* FindCodec(const SdpSection& section, std::string_view name);

// Writes a description as a server answers. `codecs` takes precedence over `formats`. Sources get `cname` as
// their common name. The direction of a layer follows that of its section.
std::string WriteSdp(const SdpDescription& description, std::string_view cname);

}  // namespace parley
