#include "common/protocol/sfu_signal.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/base/media_limits.h"
#include "common/codec/sdp.h"
#include "common/protocol/fields.h"
#include "common/protocol/json_writer.h"
#include "common/protocol/nested.h"

namespace parley::protocol {
namespace {

std::string ReadOffer(Fields& description) {
  if (description.RequiredString(Field::kType) != "offer")
    description.FailField(Field::kType, "must be offer");
  return description.RequiredString(Field::kSdp);
}

WantedVideo ReadVideo(Fields& video) {
  WantedVideo wanted{.member = video.RequiredString(Field::kMember)};
  const std::string kind = video.RequiredString(Field::kKind);
  if (kind != "camera" && kind != "screen") video.FailField(Field::kKind, "must be camera or screen");
  wanted.screen = kind == "screen";
  wanted.height = static_cast<std::uint32_t>(std::min<std::uint64_t>(
      video.RequiredNumber(Field::kHeight), std::numeric_limits<std::uint32_t>::max()));
  return wanted;
}

std::vector<WantedVideo> ReadVideos(Fields& want) {
  std::vector<WantedVideo> videos;
  const std::vector<JsonValue> elements = want.RequiredArray(Field::kVideos);
  if (elements.size() > limits::kMediaWants) {
    want.FailField(Field::kVideos, "has too many elements: at most " + std::to_string(limits::kMediaWants));
    return videos;
  }
  for (const JsonValue& element : elements) {
    if (element.kind != JsonValue::Kind::kObject) {
      want.FailField(Field::kVideos, "must be an array of objects");
      break;
    }
    videos.push_back(Inside(want, element.raw, ReadVideo));
  }
  return videos;
}

// An object of one key, and the value that `write` adds.
template <typename Write>
std::string ObjectOf(std::string_view key, Write write) {
  std::string data;
  JsonWriter json(data);
  json.BeginObject();
  json.Key(key);
  write(json);
  json.EndObject();
  return data;
}

}  // namespace

std::variant<SfuSignal, std::string> ReadSfuSignal(std::string_view data) {
  if (!data.starts_with('{')) return "data must be an object";
  Fields fields(data);
  fields.Read();
  SfuSignal signal;
  if (fields.Has(Field::kDescription)) {
    const std::string_view json = fields.RequiredObject(Field::kDescription);
    if (!json.empty()) signal.offer = Inside(fields, json, ReadOffer);
  }
  if (fields.Has(Field::kWant)) {
    const std::string_view json = fields.RequiredObject(Field::kWant);
    if (!json.empty()) signal.want = Inside(fields, json, ReadVideos);
  }
  if (!signal.offer && !signal.want && !fields.Has(Field::kCandidate) && !fields.fault()) {
    return "data needs one of description, candidate, want";
  }
  if (fields.fault()) return fields.fault()->text;
  return signal;
}

std::string WhyNoOffer(std::string_view sdp) {
  const auto read = ReadSdp(sdp);
  const auto* problem = std::get_if<SdpProblem>(&read);
  return problem == nullptr ? "" : problem->text;
}

std::string SfuAnswer(std::string_view sdp) {
  return ObjectOf("description", [&](JsonWriter& json) {
    json.BeginObject();
    json.Text("type", "answer");
    json.Text("sdp", sdp);
    json.EndObject();
  });
}

std::string SfuSlots(const std::vector<SfuSlot>& slots) {
  return ObjectOf("slots", [&](JsonWriter& json) {
    json.BeginArray();
    for (const SfuSlot& slot : slots) {
      json.BeginObject();
      json.Text("mid", slot.mid);
      json.Text("member", slot.member);
      json.Text("kind", slot.kind);
      if (!slot.layer.empty()) json.Text("layer", slot.layer);
      json.EndObject();
    }
    json.EndArray();
  });
}

std::string SfuLevels(const std::vector<SfuLevel>& levels) {
  return ObjectOf("levels", [&](JsonWriter& json) {
    json.BeginArray();
    for (const SfuLevel& level : levels) {
      json.BeginObject();
      json.Text("member", level.member);
      json.Number("level", level.level);
      json.EndObject();
    }
    json.EndArray();
  });
}

std::string SfuEnded(std::string_view reason) {
  return ObjectOf("ended", [&](JsonWriter& json) { json.Text(reason); });
}

}  // namespace parley::protocol
