// Defines the data of signals between a page and the server's own SFU (docs/protocol.md, "Calls through the
// server"): what a page sends to `kSfu`, and what the server sends back. All other signals are passed on as
// they are.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/errors.h"

namespace parley::protocol {

// The member id by which signals name the server. No member has it.
inline constexpr std::string_view kSfu = "sfu";

// A picture that a page wants to see.
struct WantedVideo {
  std::string member;        // an id; perhaps nobody has it
  bool screen = false;       // or the camera
  std::uint32_t height = 0;  // pixels; saturates

  bool operator==(const WantedVideo&) const = default;
};

// A signal from a page to the server. Candidates are accepted and dropped: ICE-lite needs none.
struct SfuSignal {
  std::optional<std::string> offer = {};              // a session description
  std::optional<std::vector<WantedVideo>> want = {};  // the most important first

  bool operator==(const SfuSignal&) const = default;
};

// Reads `data`, which is JSON. Otherwise says what is wrong with it, in words for people that name the field.
std::variant<SfuSignal, std::string> ReadSfuSignal(std::string_view data);

// Why the session description cannot be read, in words; empty if it can be read.
std::string WhyNoOffer(std::string_view sdp);

// The member whose media one receiving section of a page carries.
struct SfuSlot {
  std::string mid;
  std::string member;      // an id
  std::string_view kind;   // voice, camera, screen, sound
  std::string layer = {};  // empty: there is only one, and it is not on the wire
};

struct SfuLevel {
  std::string member;      // an id
  std::uint8_t level = 0;  // RFC 6464: 0 is the loudest, 127 is silence
};

// The data of signals to a page, as JSON.
std::string SfuAnswer(std::string_view sdp);
std::string SfuSlots(const std::vector<SfuSlot>& slots);
std::string SfuLevels(const std::vector<SfuLevel>& levels);  // the loudest first
std::string SfuEnded(std::string_view reason);

}  // namespace parley::protocol
