// Framed packets, and the recognition of ICE on a stream: the same whatever the bytes are split into.
//
// Input: a byte that says where to split, then a stream.

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/media_limits.h"
#include "common/codec/framing.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::FramedPacket;
using parley::FramedStun;
using parley::fuzz::Require;

// Takes the whole packets off `waiting` and writes them down.
bool Drain(std::string& waiting, std::string& packets) {
  for (;;) {
    const FramedPacket read = parley::ReadFramedPacket(waiting);
    if (read.status == FramedPacket::Status::kTooLong) return false;
    if (read.status == FramedPacket::Status::kNeedMore) return true;
    Require(read.consumed == read.packet.size() + 2 && read.packet.size() <= parley::limits::kDatagramBytes);
    parley::AppendFramedPacket(packets, read.packet);
    waiting.erase(0, read.consumed);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string stream(parley::fuzz::Text(data, size).substr(1));
  std::string whole = stream;
  std::string packets;
  const bool good = Drain(whole, packets);
  Require(packets + whole == stream);

  const std::size_t cut = data[0] * stream.size() / 256;
  std::string waiting = stream.substr(0, cut);
  std::string in_parts;
  bool still = Drain(waiting, in_parts);
  if (still) {
    waiting += stream.substr(cut);
    still = Drain(waiting, in_parts);
  }
  Require(still == good && in_parts == packets);

  const FramedStun verdict = parley::RecogniseFramedStun(stream);
  const FramedStun early = parley::RecogniseFramedStun(stream.substr(0, cut));
  Require(early == FramedStun::kNeedMore || early == verdict);
  return 0;
}
