// Reads and writes RTP packets (RFC 3550) with header extensions of both forms (RFC 8285). Sans I/O: what is
// read are views of the datagram, which must outlive them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parley {

inline constexpr std::size_t kRtpHeaderBytes = 12;  // without sources and extensions

// The fields that a forwarder rewrites.
struct RtpHeader {
  bool marker = false;
  std::uint8_t payload_type = 0;  // 0 to 127
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;

  bool operator==(const RtpHeader&) const = default;
};

struct RtpPacket {
  RtpHeader header;
  std::uint16_t extension_form = 0;  // as on the wire; 0: there are none
  std::string_view extensions;       // without their own header
  std::string_view payload;          // without the padding; empty in a packet that only probes
};

struct RtpExtension {
  std::uint8_t id = 0;
  std::string_view value;
};

// Whether a datagram whose first byte is that of RTP is RTCP instead (RFC 5761, section 4).
bool IsRtcp(std::string_view datagram);

// Nothing if `datagram` is not a whole RTP packet. In an encrypted packet `payload` is not to be trusted.
std::optional<RtpPacket> ReadRtp(std::string_view datagram);

// Walks through the extensions of a packet. Stops at the first one that is malformed, as the RFC says.
class RtpExtensionReader {
 public:
  explicit RtpExtensionReader(const RtpPacket& packet);
  // The next extension, or nothing if there is none.
  std::optional<RtpExtension> Next();

 private:
  std::string_view rest_;
  bool one_byte_;
};

// The value of an extension; nothing if the packet does not have it.
std::optional<std::string_view> FindExtension(const RtpPacket& packet, std::uint8_t id);

// Changes the header of `packet`, for which ReadRtp gave a value, in place. All else stays.
void RewriteRtp(std::span<char> packet, const RtpHeader& header);

// Appends a whole packet without padding. Extensions have ids from 1 to 255 and at most 255 bytes. The short
// form is used if all of them fit into it.
void AppendRtp(std::string& out, const RtpHeader& header, std::span<const RtpExtension> extensions,
               std::string_view payload);

// Appends `bytes` bytes of padding, at least 1, to a complete packet that has none.
void AppendRtpPadding(std::string& packet, std::uint8_t bytes);

// The size of the header of a packet with its sources and extensions, which SRTP leaves readable; nothing if
// `datagram` is shorter than it declares.
std::optional<std::size_t> RtpHeaderSize(std::string_view datagram);

// How far `to` is after `from` on the circle of sequence numbers: negative if it is before.
inline std::int16_t SequenceDistance(std::uint16_t from, std::uint16_t to) {
  return static_cast<std::int16_t>(static_cast<std::uint16_t>(to - from));
}

}  // namespace parley
