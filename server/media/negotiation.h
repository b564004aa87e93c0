// Decides how the offer of a page is answered, and writes the answer. A page offers sections that it sends
// on, and sections on which it receives whichever stream a slot has. The answer takes the page's own
// payload types and extension ids, which differ between browsers.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/codec/sdp.h"
#include "server/media/agent.h"
#include "server/model/media_messages.h"

namespace parley {

// The clocks of the timestamps of Opus and VP8.
inline constexpr std::uint32_t kAudioClock = 48000;
inline constexpr std::uint32_t kPictureClock = 90000;
// The name of all that the server sends (CNAME).
inline constexpr std::string_view kMediaName = "parley";

// The ids of extensions that one section uses; 0: the page does not offer it.
struct ExtensionIds {
  std::uint8_t mid = 0;
  std::uint8_t level = 0;  // RFC 6464
  std::uint8_t rid = 0;
  std::uint8_t repaired_rid = 0;  // of the stream that a repair belongs to
  std::uint8_t transport = 0;     // the transport-wide number
  std::uint8_t send_time = 0;     // by which a receiver estimates its bandwidth (REMB)

  bool operator==(const ExtensionIds&) const = default;
};

// One section of the offer, in its order.
struct MediaLine {
  enum class Use {
    kRejected,  // neither Opus nor VP8, not bundled, or with a long name
    kPaused,    // the page neither sends nor receives on it now
    kReceived,  // the page sends
    kSlot,      // the page receives
  };
  Use use = Use::kRejected;
  bool is_audio = false;
  // What the page sends on it. Of the lines that are not slots, the first two of each kind of media send:
  // voice and screen sound, camera and screen. Nothing: packets on it are ignored.
  std::optional<MediaKind> kind;
  std::string mid;
  std::uint8_t payload_type = 0;
  std::optional<std::uint8_t> repair_type;      // RTX, for pictures
  std::optional<std::uint8_t> redundancy_type;  // RED, for voices
  ExtensionIds extensions;
  std::vector<std::string> rids;   // of what the page sends, the lowest layer first; empty: one layer
  std::vector<SdpSource> sources;  // of what the page sends, if it names them
  std::uint32_t ssrc = 0;          // of a slot
  std::uint32_t repair_ssrc = 0;   // of a slot with a repair type
};

struct Negotiated {
  std::vector<MediaLine> lines;
  std::string remote_ufrag;
  std::string remote_password;
  std::string remote_fingerprint;    // as Transport takes it
  std::uint64_t remote_session = 0;  // of the page's connection (the o= line)
};

// `before` is the result of the session's last offer, or null: a slot keeps its sources as long as its
// section keeps its mid. `random` gives the sources of new slots. A problem means that no media can be
// exchanged.
std::variant<Negotiated, SdpProblem> Negotiate(const SdpDescription& offer, const Negotiated* before,
                                               const std::function<std::uint32_t()>& random);

struct AnswerSettings {
  IceCredentials ice;
  std::string fingerprint;              // of our certificate: `sha-256 AB:CD…`
  std::vector<std::string> candidates;  // as a=candidate has them, by UDP and by TCP
  std::uint64_t session = 0;            // the same for all answers of a session
  std::uint64_t version = 0;            // greater with each
  std::string cname;
};
// `negotiated` is the result for this offer.
std::string WriteAnswer(const SdpDescription& offer, const Negotiated& negotiated,
                        const AnswerSettings& settings);

}  // namespace parley
