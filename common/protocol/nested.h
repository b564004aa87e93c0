// Reads objects that are inside of an object or a list. Private to the codec.

#pragma once

#include <string_view>
#include <vector>

#include "common/protocol/fields.h"

namespace parley::protocol {

// Reads `json`, an object inside of `outer`, with `read`; its fault is a fault of `outer`.
template <typename Read>
auto Inside(Fields& outer, std::string_view json, Read read) {
  Fields fields(json);
  fields.Read();
  auto value = read(fields);
  if (fields.fault()) outer.Fail(fields.fault()->code, fields.fault()->text);
  return value;
}

// Reads the elements of a list with `read`.
template <typename Read>
auto List(Fields& fields, Field field, Read read) {
  std::vector<decltype(read(fields))> list;
  const std::vector<JsonValue> elements = fields.RequiredArray(field);
  list.reserve(elements.size());
  for (const JsonValue& element : elements) list.push_back(Inside(fields, element.raw, read));
  return list;
}

}  // namespace parley::protocol
