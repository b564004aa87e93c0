// Loads the files of the page.

#pragma once

#include "server/config/config.h"
#include "server/http/static_files.h"

namespace parley {

// From --static, or where the build or the installation has them. Without --static, a page that is not built
// gives no files. Throws CannotStart.
StaticFiles LoadPage(const Config& config);

}  // namespace parley
