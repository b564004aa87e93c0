#include "common/base/errors.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace parley {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 31> kNames = {
    "bad_json",        "too_large",       "hello_required", "protocol_unsupported",
    "slow_consumer",   "server_full",     "bad_message",    "unknown_type",
    "already_greeted", "bad_credentials", "login_required", "name_invalid",
    "name_taken",      "room_invalid",    "not_in_room",    "already_in_room",
    "room_locked",     "room_password",   "waiting",        "room_full",
    "no_such_member",  "forbidden",       "muted",          "no_such_message",
    "poll_closed",     "too_many_rooms",  "file_too_large", "no_space",
    "no_such_file",    "files_off",       "internal",
};
static_assert(kNames.size() == static_cast<std::size_t>(ErrorCode::kInternal) + 1);

}  // namespace

std::string_view ToString(ErrorCode code) {
  return kNames[static_cast<std::size_t>(code)];
}

std::optional<ErrorCode> ErrorCodeFromString(std::string_view name) {
  const auto* found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<ErrorCode>(found - kNames.begin());
}

}  // namespace parley
