// Frames packets on a stream (RFC 4571): each has its length in two bytes before it. ICE over TCP (RFC 6544)
// frames every packet in this way. Sans I/O.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley {

struct FramedPacket {
  enum class Status {
    kNeedMore,
    kPacket,
    kTooLong,  // longer than limits::kDatagramBytes: nobody who follows the rules sends that. It is final
  };
  Status status;
  std::string_view packet;   // with kPacket: a view of the input; may be empty, which means nothing
  std::size_t consumed = 0;  // with kPacket: the packet and its length
};

// Reads the front of `input`: the bytes that are not consumed yet.
FramedPacket ReadFramedPacket(std::string_view input);

// Appends `packet` with its length. It has at most 65,535 bytes.
void AppendFramedPacket(std::string& out, std::string_view packet);

// Whether a connection that starts with `first` carries framed packets whose first one is a binding request
// of STUN, as those of ICE do.
enum class FramedStun { kNeedMore, kYes, kNo };
FramedStun RecogniseFramedStun(std::string_view first);

}  // namespace parley
