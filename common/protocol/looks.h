// Finds confusable names: names that look like another name, and names that mix alphabets to do so
// (docs/protocol.md, "Look-alikes"; Unicode Technical Standard #39, by ICU).

#pragma once

#include <string>
#include <string_view>

#include "common/protocol/names.h"

namespace parley::protocol {

// What a name looks like. It is equal for all names that a reader takes for one another, as "Paul", "PauI"
// and "\u0420aul". Compare it, do not show it, and only within one process, because another version of ICU
// may compute another one.
std::string LookOf(const Name& name);

// Whether a word of the name mixes alphabets that must not be mixed, as "\u0440\u0430ypal" does with two
// Cyrillic letters. Latin may be mixed with the scripts of Chinese, Japanese and Korean.
bool MixesScripts(const Name& name);

}  // namespace parley::protocol
