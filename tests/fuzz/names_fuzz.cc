// Names: what is accepted is within its limits, and made again it stays the same.

#include <optional>
#include <string>
#include <string_view>

#include "common/base/limits.h"
#include "common/codec/utf8.h"
#include "common/protocol/names.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::fuzz::Require;
using parley::protocol::Name;

void RequireGood(const Name& name, const std::optional<Name>& again, std::size_t max) {
  Require(parley::IsValidUtf8(name.shown) && parley::IsValidUtf8(name.key) && !name.key.empty());
  const std::size_t count = parley::CountCodePoints(name.shown);
  Require(count >= 1 && count <= max);
  Require(again && again->shown == name.shown && again->key == name.key);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = parley::fuzz::Text(data, size);
  const auto person = parley::protocol::PersonName(text);
  if (person) {
    RequireGood(*person, parley::protocol::PersonName(person->shown), parley::limits::kNameCodePoints);
  }
  const auto room = parley::protocol::RoomName(text);
  if (room) {
    RequireGood(*room, parley::protocol::RoomName(room->shown), parley::limits::kRoomNameCodePoints);
    Require(room->shown.find('/') == std::string::npos);
  }
  return 0;
}
