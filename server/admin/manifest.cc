#include "server/admin/manifest.h"

#include <array>
#include <charconv>
#include <filesystem>

#include "common/protocol/json_reader.h"
#include "common/protocol/json_writer.h"

namespace parley {
namespace {

using protocol::JsonReader;
using protocol::JsonValue;
using protocol::JsonWriter;

bool StaysInside(const std::string& text) {
  const std::filesystem::path path(text);
  if (path.empty() || path.is_absolute() || !path.has_filename()) return false;
  for (const auto& part : path) {
    if (part == ".." || part == ".") return false;
  }
  return text.find('\0') == std::string::npos;
}

std::optional<Manifest::File> ParseFile(std::string_view json) {
  constexpr std::array<std::string_view, 3> kNames{"path", "size", "sha256"};
  std::array<JsonValue, kNames.size()> values;
  JsonReader reader(json);
  if (!reader.ReadObject(kNames, values).empty()) return std::nullopt;
  const auto& [path, size, sum] = values;
  if (path.kind != JsonValue::Kind::kString || size.kind != JsonValue::Kind::kNumber ||
      sum.kind != JsonValue::Kind::kString) {
    return std::nullopt;
  }
  Manifest::File file{.path = std::string(path.text), .size = 0, .sha256 = std::string(sum.text)};
  const char* end = size.raw.data() + size.raw.size();
  if (std::from_chars(size.raw.data(), end, file.size).ptr != end) return std::nullopt;
  if (!StaysInside(file.path)) return std::nullopt;
  return file;
}

}  // namespace

std::uint64_t Manifest::bytes() const {
  std::uint64_t sum = 0;
  for (const File& file : files) sum += file.size;
  return sum;
}

std::string ToText(const Manifest& manifest) {
  std::string text;
  JsonWriter json(text);
  json.BeginObject();
  json.Text("version", manifest.version);
  json.Text("made", manifest.made);
  json.Key("files");
  json.BeginArray();
  for (const Manifest::File& file : manifest.files) {
    json.BeginObject();
    json.Text("path", file.path);
    json.Number("size", file.size);
    json.Text("sha256", file.sha256);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return text + "\n";
}

std::optional<Manifest> ParseManifest(std::string_view text, std::string& error) {
  constexpr std::array<std::string_view, 3> kNames{"version", "made", "files"};
  std::array<JsonValue, kNames.size()> values;
  JsonReader reader(text);
  if (const auto wrong = reader.ReadObject(kNames, values); !wrong.empty()) {
    error = wrong;
    return std::nullopt;
  }
  const auto& [version, made, files] = values;
  std::vector<JsonValue> list;
  if (files.kind != JsonValue::Kind::kArray || !JsonReader(files.raw).ReadArray(list).empty()) {
    error = "it lists no files";
    return std::nullopt;
  }
  Manifest manifest{.version = std::string(version.text), .made = std::string(made.text), .files = {}};
  for (const JsonValue& one : list) {
    auto file = ParseFile(one.raw);
    if (!file) {
      error = "an entry of its list of files is malformed";
      return std::nullopt;
    }
    manifest.files.push_back(std::move(*file));
  }
  return manifest;
}

}  // namespace parley
