// DecodeEvent on any bytes; what it accepts goes through the encoder and comes back the same.

#include <optional>
#include <string>
#include <variant>

#include "common/codec/utf8.h"
#include "common/protocol/event.h"
#include "tests/fuzz/fuzz_input.h"

using parley::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto decoded = parley::protocol::DecodeEvent(parley::fuzz::Text(data, size));
  if (!decoded) return 0;
  const std::string json = EncodeEvent(decoded->event, decoded->ref);
  Require(parley::IsValidUtf8(json) && json.find_first_of("\r\n") == std::string::npos);
  const auto again = parley::protocol::DecodeEvent(json);
  Require(again && again->ref == decoded->ref && again->event.index() == decoded->event.index());
  Require(EncodeEvent(again->event, again->ref) == json);
  if (const auto* message = std::get_if<parley::protocol::MessageEvent>(&decoded->event)) {
    // In a list it stands without its type and ref, and with a comma.
    const std::string event = EncodeEvent(*message);
    Require(EncodedSizeBound(*message) >= event.size() - std::string(R"("type":"message",)").size() + 1);
  }
  return 0;
}
