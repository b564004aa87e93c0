// MediaTypeOf tells what a file holds by the end of its name, as a browser does when it sends one. The page
// shows pictures by it, and the server decides by it what a browser may open.

#pragma once

#include <string_view>

namespace parley::client {

// Upper and lower case do not matter. `application/octet-stream` where the ending is not known.
std::string_view MediaTypeOf(std::string_view name);

}  // namespace parley::client
