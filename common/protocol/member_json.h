// Reads and writes members and their roles as JSON. Private to the codec.

#pragma once

#include "common/protocol/event.h"
#include "common/protocol/fields.h"
#include "common/protocol/json_writer.h"

namespace parley::protocol {

void WriteMember(JsonWriter& json, const MemberInfo& member);

Role ReadRole(Fields& fields);
MemberInfo ReadMemberInfo(Fields& fields);

}  // namespace parley::protocol
