// Tells the content type of a file by the ending of its name.

#pragma once

#include <string_view>

namespace parley {

struct ContentType {
  std::string_view name;  // with charset if it is text; lives as long as the program
  bool compressible;      // the format itself is not compressed
};

// application/octet-stream if the ending is not known.
ContentType ContentTypeOf(std::string_view file_name);

}  // namespace parley
