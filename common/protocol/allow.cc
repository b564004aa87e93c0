#include "common/protocol/allow.h"

#include <array>
#include <cstddef>

#include "common/protocol/json_reader.h"

namespace parley::protocol {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"microphone", "camera", "screen", "chat"};

// In the order of kNames.
constexpr std::array<std::optional<bool> AllowChange::*, kNames.size()> kFlags = {
    &AllowChange::microphone, &AllowChange::camera, &AllowChange::screen, &AllowChange::chat};

}  // namespace

std::optional<AllowChange> ReadAllow(std::string_view json) {
  std::array<JsonValue, kNames.size()> values;
  JsonReader reader(json);
  if (!reader.ReadObject(kNames, values).empty()) return std::nullopt;
  AllowChange change;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].kind == JsonValue::Kind::kMissing) continue;
    if (values[i].kind != JsonValue::Kind::kBool) return std::nullopt;
    change.*kFlags[i] = values[i].raw == "true";
  }
  return change;
}

void WriteAllow(JsonWriter& json, std::string_view key, const Allow& allow) {
  WriteAllow(json, key, AllowChange{allow.microphone, allow.camera, allow.screen, allow.chat});
}

void WriteAllow(JsonWriter& json, std::string_view key, const AllowChange& change) {
  json.Key(key);
  json.BeginObject();
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (const std::optional<bool> flag = change.*kFlags[i]) json.Flag(kNames[i], *flag);
  }
  json.EndObject();
}

}  // namespace parley::protocol
