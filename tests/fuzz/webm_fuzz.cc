// What is recorded of packets: whole frames in order, and a file that reads as it was written.
//
// Input: records of five bytes. Each is a packet: how far its number is from the one before, its flags, how
// far its timestamp is, how much time passes, and its length.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/codec/webm.h"
#include "server/media/frame_joiner.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/support/webm_file.h"

namespace {

using parley::FrameJoiner;
using parley::JoinedFrame;
using parley::fuzz::Require;
using std::chrono::milliseconds;

std::vector<JoinedFrame> Join(std::string_view input, bool is_audio, std::size_t& bytes) {
  FrameJoiner joiner(is_audio);
  std::vector<JoinedFrame> frames;
  parley::MonotonicTime now{std::chrono::seconds(10)};
  std::uint16_t sequence = 65530;
  std::uint32_t timestamp = 0;
  for (; input.size() >= 5; input.remove_prefix(5)) {
    const auto at = [input](std::size_t index) { return static_cast<std::uint8_t>(input[index]); };
    sequence = static_cast<std::uint16_t>(sequence + static_cast<std::int8_t>(at(0)));
    timestamp += at(2);
    now += milliseconds(at(3));
    const std::string data(at(4), static_cast<char>(at(1)));
    const bool starts = (at(1) & 2U) != 0;
    bytes += data.size();
    joiner.Receive({.sequence = sequence,
                    .timestamp = timestamp,
                    .is_last = (at(1) & 1U) != 0,
                    .starts_frame = starts,
                    .key_frame = starts && (at(1) & 4U) != 0,
                    .data = data},
                   now, frames);
  }
  return frames;
}

void CheckFile(const std::vector<JoinedFrame>& frames, bool is_audio) {
  parley::WebmWriter writer;
  std::string file;
  const auto size = is_audio ? std::nullopt : std::optional(parley::PictureSize{640, 360});
  writer.Begin(file, size);
  milliseconds time{0};
  std::vector<parley::test::WebmBlock> blocks;
  for (const JoinedFrame& frame : frames) {
    writer.Append(file, time, frame.key_frame, frame.bytes);
    blocks.push_back({time.count(), frame.key_frame, frame.bytes});
    time += milliseconds(frame.timestamp % 40000);
  }
  const std::string duration = parley::WebmWriter::DurationElement(time);
  file.replace(writer.duration_at(), duration.size(), duration);
  const auto read = parley::test::WebmReader::Read(file);
  Require(read.has_value());
  Require(read->blocks == blocks);
  Require(read->duration == static_cast<double>(time.count()));
  Require(read->codec == (is_audio ? "A_OPUS" : "V_VP8"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = parley::fuzz::Text(data, size);
  for (const bool is_audio : {true, false}) {
    std::size_t given = 0, joined = 0;
    const auto frames = Join(input, is_audio, given);
    for (const JoinedFrame& frame : frames) {
      Require(!frame.bytes.empty());
      joined += frame.bytes.size();
    }
    Require(joined <= given);
    if (!frames.empty()) Require(frames.front().key_frame);
    CheckFile(frames, is_audio);
    if (const auto known = parley::SizeOfKeyFrame(input))
      Require(known->width <= 0x3FFF && known->height <= 0x3FFF);
  }
  return 0;
}
