// Replays tests/vectors, which every implementation of the protocol shares.

#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/protocol/event.h"
#include "common/protocol/request.h"
#include "tests/support/json.h"

namespace parley::protocol {
namespace {

using test::Json;

std::vector<Json> Vectors(const std::string& file) {
  std::ifstream in(PARLEY_VECTORS "/" + file);
  std::vector<Json> vectors;
  for (std::string line; std::getline(in, line);) vectors.push_back(Json::Parse(line));
  return vectors;
}

std::optional<std::string> OptionalText(const Json& json) {
  return json.present() ? std::optional(json.Text()) : std::nullopt;
}

void ExpectAccepted(const Json& vector, const DecodedRequest& decoded) {
  if (const auto* fault = std::get_if<Fault>(&decoded.body)) {
    ADD_FAILURE() << ToString(fault->code) << ": " << fault->text;
    return;
  }
  EXPECT_EQ(EncodeRequest(std::get<Request>(decoded.body), decoded.ref), vector["canonical"].Text());
}

void ExpectRefused(const Json& vector, const DecodedRequest& decoded) {
  const auto* fault = std::get_if<Fault>(&decoded.body);
  ASSERT_NE(fault, nullptr) << "accepted";
  EXPECT_EQ(ToString(fault->code), vector["code"].Text()) << fault->text;
  EXPECT_EQ(decoded.ref, OptionalText(vector["ref"]));
  EXPECT_FALSE(fault->text.empty());
  if (vector.Has("mentions")) {
    EXPECT_NE(fault->text.find(vector["mentions"].Text()), std::string::npos) << fault->text;
  }
}

TEST(Vectors, RequestsAreDecodedAsTheySay) {
  const std::vector<Json> vectors = Vectors("requests.jsonl");
  ASSERT_GT(vectors.size(), 200U);
  for (const Json& vector : vectors) {
    SCOPED_TRACE(vector["name"].Text());
    const DecodedRequest decoded = DecodeRequest(vector["input"].Text());
    if (vector["ok"].Flag()) {
      ExpectAccepted(vector, decoded);
    } else {
      ExpectRefused(vector, decoded);
    }
  }
}

TEST(Vectors, CanonicalRequestsDecodeToThemselves) {
  for (const Json& vector : Vectors("requests.jsonl")) {
    if (!vector["ok"].Flag()) continue;
    SCOPED_TRACE(vector["name"].Text());
    ExpectAccepted(vector, DecodeRequest(vector["canonical"].Text()));
  }
}

TEST(Vectors, EventsAreDecodedAsTheySay) {
  const std::vector<Json> vectors = Vectors("events.jsonl");
  ASSERT_GT(vectors.size(), 70U);
  for (const Json& vector : vectors) {
    SCOPED_TRACE(vector["name"].Text());
    const std::optional<DecodedEvent> decoded = DecodeEvent(vector["input"].Text());
    ASSERT_EQ(decoded.has_value(), vector["ok"].Flag());
    if (!decoded) continue;
    EXPECT_EQ(EncodeEvent(decoded->event, decoded->ref), vector["canonical"].Text());
  }
}

TEST(Vectors, CanonicalEventsDecodeToThemselves) {
  for (const Json& vector : Vectors("events.jsonl")) {
    if (!vector["ok"].Flag()) continue;
    SCOPED_TRACE(vector["name"].Text());
    const std::string canonical = vector["canonical"].Text();
    const std::optional<DecodedEvent> decoded = DecodeEvent(canonical);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(EncodeEvent(decoded->event, decoded->ref), canonical);
  }
}

// However a message is cut off, what is left is never taken for a message.
TEST(Vectors, ATruncatedMessageIsRejected) {
  for (const Json& vector : Vectors("requests.jsonl")) {
    if (!vector["ok"].Flag()) continue;
    SCOPED_TRACE(vector["name"].Text());
    const std::string whole = vector["canonical"].Text();
    if (whole.size() > 4096) continue;  // the square of it is too much
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const DecodedRequest decoded = DecodeRequest(std::string_view(whole).substr(0, size));
      const auto* fault = std::get_if<Fault>(&decoded.body);
      ASSERT_TRUE(fault != nullptr && fault->code == ErrorCode::kBadJson) << whole.substr(0, size);
      ASSERT_EQ(decoded.ref, std::nullopt);
    }
  }
  for (const Json& vector : Vectors("events.jsonl")) {
    if (!vector["ok"].Flag()) continue;
    const std::string whole = vector["canonical"].Text();
    for (std::size_t size = 0; size < whole.size(); ++size) {
      ASSERT_FALSE(DecodeEvent(std::string_view(whole).substr(0, size))) << whole.substr(0, size);
    }
  }
}

}  // namespace
}  // namespace parley::protocol
