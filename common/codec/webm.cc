#include "common/codec/webm.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "common/codec/big_endian.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

// The ids of elements, as they stand in the file.
enum Id : std::uint32_t {
  kEbml = 0x1A45DFA3,
  kEbmlVersion = 0x4286,
  kEbmlReadVersion = 0x42F7,
  kEbmlMaxIdLength = 0x42F2,
  kEbmlMaxSizeLength = 0x42F3,
  kDocType = 0x4282,
  kDocTypeVersion = 0x4287,
  kDocTypeReadVersion = 0x4285,
  kSegment = 0x18538067,
  kInfo = 0x1549A966,
  kTimestampScale = 0x2AD7B1,
  kDuration = 0x4489,
  kMuxingApp = 0x4D80,
  kWritingApp = 0x5741,
  kTracks = 0x1654AE6B,
  kTrackEntry = 0xAE,
  kTrackNumber = 0xD7,
  kTrackUid = 0x73C5,
  kTrackType = 0x83,
  kFlagLacing = 0x9C,
  kCodecId = 0x86,
  kCodecPrivate = 0x63A2,
  kSeekPreRoll = 0x56BB,
  kVideo = 0xE0,
  kPixelWidth = 0xB0,
  kPixelHeight = 0xBA,
  kAudio = 0xE1,
  kSamplingFrequency = 0xB5,
  kChannels = 0x9F,
  kCluster = 0x1F43B675,
  kTimestamp = 0xE7,
  kSimpleBlock = 0xA3,
  kVoid = 0xEC,
};

constexpr std::uint64_t kNanosecondsPerTick = 1'000'000;
constexpr std::uint64_t kPicture = 1, kSound = 2;  // TrackType
constexpr unsigned kTrack = 0x81;                  // number 1, as a block has it
constexpr unsigned kKeyFrame = 0x80;               // flag of a block
constexpr std::uint64_t kUnknownSize = (1ULL << 56U) - 1;
constexpr std::uint64_t kPreRoll = 80'000'000;  // of Opus: what a decoder hears before it is right
constexpr std::size_t kDurationBytes = 11;      // of the whole element

// A reader seeks to the start of a cluster. Within one, 16 bits with a sign hold the time.
constexpr milliseconds kClusterLength{5000};
constexpr milliseconds kLongestCluster{30000};

void AppendId(std::string& out, std::uint32_t id) {
  if (id > 0xFFFFFF) AppendU8(out, id >> 24U);
  if (id > 0xFFFF) AppendU8(out, id >> 16U & 0xFFU);
  if (id > 0xFF) AppendU8(out, id >> 8U & 0xFFU);
  AppendU8(out, id & 0xFFU);
}

// In eight bytes: simple, and long enough for all.
void AppendSize(std::string& out, std::uint64_t size) {
  AppendU64(out, 1ULL << 56U | size);
}

// Of a block: one to four bytes, since a recording has very many.
void AppendShortSize(std::string& out, std::size_t size) {
  if (size < 0x7F) {
    AppendU8(out, 0x80U | static_cast<unsigned>(size));
  } else if (size < 0x3FFF) {
    AppendU16(out, static_cast<std::uint16_t>(0x4000U | size));
  } else {
    assert(size < 0x0FFFFFFF);
    AppendU32(out, 0x10000000U | static_cast<std::uint32_t>(size));
  }
}

void AppendElement(std::string& out, Id id, std::string_view value) {
  AppendId(out, id);
  AppendShortSize(out, value.size());
  out += value;
}

void AppendNumber(std::string& out, Id id, std::uint64_t value) {
  std::string bytes;
  AppendU64(bytes, value);
  AppendElement(out, id, bytes);
}

void AppendReal(std::string& out, Id id, double value) {
  AppendNumber(out, id, std::bit_cast<std::uint64_t>(value));
}

std::string Header() {
  std::string header;
  AppendNumber(header, kEbmlVersion, 1);
  AppendNumber(header, kEbmlReadVersion, 1);
  AppendNumber(header, kEbmlMaxIdLength, 4);
  AppendNumber(header, kEbmlMaxSizeLength, 8);
  AppendElement(header, kDocType, "webm");
  AppendNumber(header, kDocTypeVersion, 4);
  AppendNumber(header, kDocTypeReadVersion, 2);
  return header;
}

// RFC 7845, section 5.1; there in little endian.
std::string OpusHead() {
  constexpr std::string_view kHead{"OpusHead\x01\x02\x00\x00\x80\xBB\x00\x00\x00\x00\x00", 19};
  return std::string(kHead);
}

std::string TrackEntry(const std::optional<PictureSize>& size) {
  std::string track;
  AppendNumber(track, kTrackNumber, 1);
  AppendNumber(track, kTrackUid, 1);
  AppendNumber(track, kTrackType, size ? kPicture : kSound);
  AppendNumber(track, kFlagLacing, 0);
  AppendElement(track, kCodecId, size ? "V_VP8" : "A_OPUS");
  std::string format;
  if (size) {
    AppendNumber(format, kPixelWidth, size->width);
    AppendNumber(format, kPixelHeight, size->height);
    AppendElement(track, kVideo, format);
  } else {
    AppendElement(track, kCodecPrivate, OpusHead());
    AppendNumber(track, kSeekPreRoll, kPreRoll);
    AppendReal(format, kSamplingFrequency, 48000);
    AppendNumber(format, kChannels, 2);
    AppendElement(track, kAudio, format);
  }
  return track;
}

struct Element {
  std::uint32_t id = 0;
  std::size_t header = 0;  // bytes before its contents
  std::uint64_t size = 0;  // of its contents
  bool unknown = false;    // whether the size is unknown
};

// The length of a variable-size integer, which its leading zeros give (RFC 8794, section 4).
std::size_t LengthAt(std::string_view bytes, std::size_t at) {
  return static_cast<std::size_t>(std::countl_zero(ReadU8(bytes, at))) + 1;
}

std::optional<Element> ReadElement(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  Element element;
  const std::size_t id = LengthAt(bytes, 0);
  if (id > 4 || bytes.size() <= id) return std::nullopt;
  const std::size_t size = LengthAt(bytes, id);
  element.header = id + size;
  if (size > 8 || bytes.size() < element.header) return std::nullopt;
  for (std::size_t i = 0; i < id; ++i) element.id = element.id << 8U | ReadU8(bytes, i);
  for (std::size_t i = id; i < element.header; ++i) element.size = element.size << 8U | ReadU8(bytes, i);
  const std::uint64_t all_ones = (1ULL << (7 * size)) - 1;
  element.size &= all_ones;
  element.unknown = element.size == all_ones;
  return element;
}

}  // namespace

std::optional<PictureSize> SizeOfKeyFrame(std::string_view frame) {
  constexpr std::string_view kStartCode = "\x9D\x01\x2A";
  constexpr unsigned kInterFrame = 0x01, kBits = 0x3FFF;
  if (frame.size() < 10 || (ReadU8(frame, 0) & kInterFrame) != 0 || frame.substr(3, 3) != kStartCode) {
    return std::nullopt;
  }
  const auto read = [frame](std::size_t at) {
    return (ReadU8(frame, at) | static_cast<unsigned>(ReadU8(frame, at + 1)) << 8U) & kBits;
  };
  const PictureSize size{.width = read(6), .height = read(8)};
  if (size.width == 0 || size.height == 0) return std::nullopt;
  return size;
}

std::string WebmWriter::DurationElement(milliseconds duration) {
  std::string element;
  AppendReal(element, kDuration, static_cast<double>(duration.count()));
  assert(element.size() == kDurationBytes);
  return element;
}

void WebmWriter::Begin(std::string& out, const std::optional<PictureSize>& size) {
  const std::size_t start = out.size();
  is_picture_ = size.has_value();
  cluster_.reset();
  AppendElement(out, kEbml, Header());
  AppendId(out, kSegment);
  AppendSize(out, kUnknownSize);
  std::string info;
  AppendNumber(info, kTimestampScale, kNanosecondsPerTick);
  AppendElement(info, kMuxingApp, "Parley");
  AppendElement(info, kWritingApp, "Parley");
  const std::size_t place = info.size();
  AppendElement(info, kVoid, std::string(kDurationBytes - 2, '\0'));
  AppendElement(out, kInfo, info);
  duration_at_ = out.size() - start - (info.size() - place);
  std::string tracks;
  AppendElement(tracks, kTrackEntry, TrackEntry(size));
  AppendElement(out, kTracks, tracks);
}

void WebmWriter::Append(std::string& out, milliseconds time, bool key_frame, std::string_view frame) {
  const bool is_long = cluster_ && time - *cluster_ >= kClusterLength;
  // Of a picture, a cluster begins with a key frame if one comes in time.
  const bool may_begin = is_long && (!is_picture_ || key_frame || time - *cluster_ >= kLongestCluster);
  if (!cluster_ || may_begin) {
    cluster_ = time;
    AppendId(out, kCluster);
    AppendSize(out, kUnknownSize);
    AppendNumber(out, kTimestamp, static_cast<std::uint64_t>(time.count()));
  }
  constexpr std::size_t kBlockHeader = 4;
  AppendId(out, kSimpleBlock);
  AppendShortSize(out, kBlockHeader + frame.size());
  AppendU8(out, kTrack);
  AppendU16(out, static_cast<std::uint16_t>((time - *cluster_).count()));
  AppendU8(out, key_frame ? kKeyFrame : 0);
  out += frame;
}

WebmScanner::Step WebmScanner::Next(std::string_view window, Frame& frame) {
  constexpr std::size_t kBlockHeader = 4;
  const auto element = ReadElement(window);
  if (!element) return Step::kEnd;
  const std::string_view contents = window.substr(element->header);
  at_ += element->header;
  if (element->id == kSegment || element->id == kCluster) return Step::kMore;  // its elements follow
  constexpr std::uint64_t kLargest = 1ULL << 40U;
  if (element->unknown || element->size > kLargest) return Step::kEnd;
  at_ += element->size;
  if (element->id == kTimestamp) {
    if (element->size > 8 || contents.size() < element->size) return Step::kEnd;
    std::uint64_t time = 0;
    for (std::size_t i = 0; i < element->size; ++i) time = time << 8U | ReadU8(contents, i);
    cluster_ = milliseconds(std::min(time, kLargest));
  }
  if (element->id != kSimpleBlock) return Step::kMore;
  if (element->size < kBlockHeader || contents.size() < kBlockHeader) return Step::kEnd;
  frame.time = cluster_ + milliseconds(static_cast<std::int16_t>(ReadU16(contents, 1)));
  frame.size = element->size - kBlockHeader;
  frame.at = at_ - frame.size;
  return Step::kFrame;
}

}  // namespace parley
