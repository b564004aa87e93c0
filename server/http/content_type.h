// What a file is, by the ending of its name.

#pragma once

#include <string_view>

namespace parley {

struct ContentType {
  std::string_view name;  // with charset where it is text; of static life
  bool compressible;      // not compressed in itself already
};

// application/octet-stream where the ending is not known.
ContentType ContentTypeOf(std::string_view file_name);

}  // namespace parley
