// Names that deceive readers: those that look like another one, and those that are mixed to do so
// (docs/protocol.md, "Look-alikes"; Unicode Technical Standard #39, by ICU).

#pragma once

#include <string>
#include <string_view>

#include "common/protocol/names.h"

namespace parley::protocol {

// What a name looks like: the same for all that a reader takes for one another, "Paul", "PauI" and
// "\u0420aul". To be compared, not shown; only within one process, since it may be another one with the next
// ICU.
std::string LookOf(const Name& name);

// Whether one word of the name is written with alphabets that do not go together, as "\u0440\u0430ypal" with
// two letters of Cyrillic. Latin goes with the scripts of Chinese, Japanese and Korean.
bool MixesScripts(const Name& name);

}  // namespace parley::protocol
