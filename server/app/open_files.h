// Opens the folder of --files.

#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "common/io/waker.h"
#include "server/config/config.h"
#include "server/data/data_folder.h"
#include "server/files/files.h"

namespace parley {

// Null without --files, and on failure: then `error` says what is wrong and what to do. `named` are the ids
// of the files that messages name. `secret` is for URLs. `waker` must outlive the result.
std::unique_ptr<Files> OpenFiles(const Config& config, const DataFolder& data,
                                 const std::set<std::string>& named, std::string_view secret,
                                 const Waker& waker, std::string& error);

}  // namespace parley
