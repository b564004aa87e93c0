#include "server/cluster/gateway.h"

#include <sodium.h>

#include <array>

#include "common/protocol/json_reader.h"
#include "common/protocol/json_writer.h"
#include "server/cluster/batch_text.h"

namespace parley::cluster {
namespace {

using protocol::JsonReader;
using protocol::JsonValue;
using protocol::JsonWriter;
using Kind = StoreRequest::Kind;
using Outcome = StoreAnswer::Outcome;

std::string ToBase64(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the NUL that libsodium adds
  return text;
}

std::optional<std::string> FromBase64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  bytes.resize(size);
  return bytes;
}

// A number that the gateway left out is 0.
std::optional<std::uint64_t> NumberIn(const JsonValue& value) {
  if (value.kind == JsonValue::Kind::kMissing) return 0;
  if (value.kind == JsonValue::Kind::kString) return ReadNumber(value.text);
  if (value.kind == JsonValue::Kind::kNumber) return ReadNumber(value.raw);
  return std::nullopt;
}

std::optional<std::string> BytesIn(const JsonValue& value) {
  if (value.kind == JsonValue::Kind::kMissing) return std::string();
  if (value.kind != JsonValue::Kind::kString) return std::nullopt;
  return FromBase64(value.text);
}

bool IsTrue(const JsonValue& value) {
  return value.kind == JsonValue::Kind::kBool && value.raw == "true";
}

// One of the fields of an object; missing if it is not an object, or has none of that name.
struct Field {
  Field(std::string_view json, std::string_view name) : reader(json) {
    if (!reader.ReadObject({&name, 1}, {&value, 1}).empty()) value = {};
  }
  JsonReader reader;
  JsonValue value;
};

// gRPC's numbers for what matters here.
constexpr std::uint64_t kUnauthenticated = 16;

// Reads an error of the gateway. `json` is the object with the code and the text.
Gateway::Told ReadError(std::string_view json) {
  constexpr std::array<std::string_view, 4> kNames{"message", "error", "code", "grpc_code"};
  std::array<JsonValue, kNames.size()> values;
  JsonReader reader(json);
  Gateway::Told told{{Outcome::kFailed}};
  if (!reader.ReadObject(kNames, values).empty()) {
    told.problem = "the answer is not etcd's";
    return told;
  }
  const auto& [message, error, code, grpc_code] = values;
  told.problem = !message.text.empty() ? message.text : error.text;
  if (told.problem.empty()) told.problem = "the answer is not etcd's";
  if (told.problem.find("required revision has been compacted") != std::string::npos) {
    told.answer.outcome = Outcome::kCompacted;
  } else if (told.problem.find("required revision is a future revision") != std::string::npos) {
    told.answer.outcome = Outcome::kFuture;
  }
  const auto number = NumberIn(code.kind == JsonValue::Kind::kMissing ? grpc_code : code);
  told.logged_out = number == kUnauthenticated ||
                    told.problem.find("invalid auth token") != std::string::npos ||
                    told.problem.find("user name is empty") != std::string::npos;
  return told;
}

}  // namespace

std::string Gateway::PrefixEnd() const {
  std::string end = prefix_;
  ++end.back();  // a '/', so that this is the first key behind the prefix
  return end;
}

Gateway::Post Gateway::Write(const StoreRequest& request, const Incarnation& self) const {
  Post post;
  JsonWriter json(post.body);
  json.BeginObject();
  if (request.kind == Kind::kWrite) {
    const std::string key = ToBase64(prefix_ + KeyOf(self));
    post.path = "/v3/kv/txn";
    json.Key("compare");
    json.BeginArray();
    json.BeginObject();
    json.Text("key", key);
    json.Text("target", "VERSION");
    json.Text("result", "EQUAL");
    json.Text("version", std::to_string(request.counter - 1));
    json.EndObject();
    json.EndArray();
    json.Key("success");
    json.Raw(R"([{"request_put":{"key":")" + key + R"(","value":")" + ToBase64(request.value) + R"("}}])");
    json.Key("failure");
    json.Raw(R"([{"request_range":{"key":")" + key + R"("}}])");
  } else {
    const bool follow = request.kind == Kind::kFollow;
    post.path = follow ? "/v3/watch" : "/v3/kv/range";
    if (follow) {
      json.Key("create_request");
      json.BeginObject();
      json.Flag("fragment", true);
      json.Text("start_revision", std::to_string(request.revision));
    } else {
      json.Text("sort_order", "DESCEND");
      json.Text("sort_target", "MOD");
      json.Text("limit", "1");
      if (request.kind == Kind::kVerify) json.Text("revision", std::to_string(request.revision));
      if (request.kind == Kind::kNewest) json.Flag("keys_only", true);
    }
    json.Text("key", ToBase64(prefix_));
    json.Text("range_end", ToBase64(PrefixEnd()));
    if (follow) json.EndObject();
  }
  json.EndObject();
  return post;
}

Gateway::Post Gateway::LogIn(std::string_view user, std::string_view password) {
  Post post{"/v3/auth/authenticate", {}};
  JsonWriter json(post.body);
  json.BeginObject();
  json.Text("name", user);
  json.Text("password", password);
  json.EndObject();
  return post;
}

std::optional<StoredBatch> Gateway::ReadPair(std::string_view json) const {
  constexpr std::array<std::string_view, 4> kNames{"key", "value", "mod_revision", "version"};
  std::array<JsonValue, kNames.size()> values;
  JsonReader reader(json);
  if (!reader.ReadObject(kNames, values).empty()) return std::nullopt;
  const auto key = BytesIn(values[0]);
  auto value = BytesIn(values[1]);
  const auto revision = NumberIn(values[2]);
  const auto version = NumberIn(values[3]);
  if (!key || !value || !revision || !version || *revision == 0) return std::nullopt;
  StoredBatch batch{*revision, *version, {}, std::move(*value)};
  if (key->starts_with(prefix_)) batch.writer = ReadKey(std::string_view(*key).substr(prefix_.size()));
  return batch;
}

// `pairs`: an array of keys and values.
std::optional<StoredBatch> Gateway::ReadFirst(std::string_view pairs) const {
  std::vector<JsonValue> elements;
  JsonReader reader(pairs);
  if (!reader.ReadArray(elements).empty() || elements.empty()) return std::nullopt;
  return ReadPair(elements.front().raw);
}

Gateway::Told Gateway::ReadWrite(std::string_view json) const {
  constexpr std::array<std::string_view, 3> kNames{"header", "succeeded", "responses"};
  std::array<JsonValue, kNames.size()> values;
  JsonReader reader(json);
  reader.ReadObject(kNames, values);
  const auto& [header, succeeded, responses] = values;
  if (IsTrue(succeeded)) {
    const Field revision(header.raw, "revision");
    StoreAnswer answer{Outcome::kDone};
    if (const auto number = NumberIn(revision.value)) answer.found = StoredBatch{*number};
    return {answer};
  }
  std::vector<JsonValue> elements;
  JsonReader array(responses.raw);
  if (!array.ReadArray(elements).empty() || elements.size() != 1) return ReadError(json);
  const Field range(elements.front().raw, "response_range");
  if (range.value.kind != JsonValue::Kind::kObject) return ReadError(json);
  const Field pairs(range.value.raw, "kvs");
  StoreAnswer answer{Outcome::kTaken};
  if (pairs.value.kind != JsonValue::Kind::kMissing) {
    answer.found = ReadFirst(pairs.value.raw);
    if (!answer.found) return ReadError(json);
  }
  return {answer};
}

Gateway::Told Gateway::Read(StoreRequest::Kind kind, std::string_view json) const {
  if (kind == Kind::kWrite) return ReadWrite(json);
  constexpr std::array<std::string_view, 2> kNames{"header", "kvs"};
  std::array<JsonValue, kNames.size()> values;
  JsonReader reader(json);
  reader.ReadObject(kNames, values);
  const auto& [header, pairs] = values;
  if (header.kind != JsonValue::Kind::kObject) return ReadError(json);
  StoreAnswer answer{Outcome::kDone};
  if (pairs.kind != JsonValue::Kind::kMissing) {
    answer.found = ReadFirst(pairs.raw);
    if (!answer.found) return ReadError(json);
  }
  return {answer};
}

// A key that was deleted is not a batch, and is skipped.
bool Gateway::ReadEvent(std::string_view json, std::vector<StoredBatch>& batches) const {
  constexpr std::array<std::string_view, 2> kNames{"type", "kv"};
  std::array<JsonValue, kNames.size()> values;
  JsonReader reader(json);
  if (!reader.ReadObject(kNames, values).empty()) return false;
  if (values[0].text == "DELETE") return true;
  auto batch = ReadPair(values[1].raw);
  if (!batch) return false;
  batches.push_back(std::move(*batch));
  return true;
}

Gateway::Line Gateway::ReadLine(std::string_view json) const {
  const Field result(json, "result");
  if (result.value.kind != JsonValue::Kind::kObject) {
    const Field error(json, "error");
    return {{}, ReadError(error.value.kind == JsonValue::Kind::kObject ? error.value.raw : json)};
  }
  constexpr std::array<std::string_view, 4> kNames{"canceled", "compact_revision", "cancel_reason", "events"};
  std::array<JsonValue, kNames.size()> values;
  JsonReader reader(result.value.raw);
  reader.ReadObject(kNames, values);
  const auto& [canceled, compacted, reason, events] = values;
  if (IsTrue(canceled)) {
    const bool away = NumberIn(compacted).value_or(0) != 0;
    return {{}, Told{{away ? Outcome::kCompacted : Outcome::kFailed}, false, std::string(reason.text)}};
  }
  Line line;
  if (events.kind == JsonValue::Kind::kMissing) return line;
  std::vector<JsonValue> elements;
  JsonReader array(events.raw);
  bool good = array.ReadArray(elements).empty();
  for (const JsonValue& event : elements) good = good && ReadEvent(event.raw, line.batches);
  if (!good) return {{}, ReadError(json)};
  return line;
}

std::optional<std::string> Gateway::ReadToken(std::string_view json, std::string& problem) {
  const Field token(json, "token");
  // It goes into the head of requests: nothing in it may end a line.
  const bool good =
      !token.value.text.empty() && token.value.text.find_first_of("\r\n") == std::string_view::npos;
  if (good) return std::string(token.value.text);
  problem = ReadError(json).problem;
  return std::nullopt;
}

}  // namespace parley::cluster
