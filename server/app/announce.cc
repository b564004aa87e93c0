#include "server/app/announce.h"

#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "server/data/running_server.h"

namespace parley {

std::string Announce(const DataFolder& folder, const std::optional<Listener>& plain,
                     const std::optional<Listener>& tls) {
  constexpr std::size_t kKeyBytes = 24;  // nobody guesses it
  RunningServer server{.process = std::to_string(::getpid()),
                       .version = PARLEY_VERSION,
                       .started = FormatTime(ReadSystemClock().wall),
                       .doors = {},
                       .key = RandomToken(kKeyBytes)};
  if (plain) server.doors.push_back({false, plain->local()});
  if (tls) server.doors.push_back({true, tls->local()});
  return folder.Write(RunningServer::kFile, ToText(server)) ? server.key : "";
}

}  // namespace parley
