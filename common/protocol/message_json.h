// Reads and writes messages and their changes as JSON. Private to the codec.

#pragma once

#include <string_view>
#include <vector>

#include "common/protocol/event.h"
#include "common/protocol/fields.h"
#include "common/protocol/json_writer.h"

namespace parley::protocol {

void WriteAuthor(JsonWriter& json, const Author& author);
// The fields, without braces: alike in the event and in a list.
void WriteFields(JsonWriter& json, const MessageEvent& message);
void WriteFields(JsonWriter& json, const MessageChanged& change);
// A key and a list.
void WriteList(JsonWriter& json, std::string_view key, const std::vector<MessageEvent>& messages);
void WriteList(JsonWriter& json, std::string_view key, const std::vector<MessageChanged>& changes);

Author ReadFrom(Fields& fields);
MessageEvent ReadMessage(Fields& fields);
MessageChanged ReadChange(Fields& fields);

}  // namespace parley::protocol
