#include "server/app/options.h"

#include <optional>
#include <string_view>

#include "common/base/clock.h"
#include "server/app/cannot_start.h"
#include "server/app/listed_rooms.h"
#include "server/data/data_folder.h"
#include "server/ice/ice.h"

namespace parley {
namespace {

std::string TurnSecret(const Config& config) {
  if (config.turn_secret_file.empty()) return "";
  const auto secret = ReadFirstLine(config.turn_secret_file);
  if (!secret) {
    throw CannotStart{"the TURN secret " + config.turn_secret_file +
                      " can't be read; check that it exists and that this user may read it"};
  }
  if (secret->empty())
    throw CannotStart{"the TURN secret " + config.turn_secret_file + " has an empty first line"};
  return *secret;
}

}  // namespace

ExchangeOptions ToExchangeOptions(const Config& config) {
  ExchangeOptions options;
  options.hub.guests = config.guests;
  std::string error;
  options.hub.listed_rooms = ToListedRooms(config.rooms, error);
  if (!error.empty()) throw CannotStart{"the configuration can't be used: " + error};
  options.hub.only_listed_rooms = config.only_listed_rooms;
  options.hub.journal = config.journal;
  options.hub.log_keeps_settings = !config.memory;
  options.hub.started = ReadSystemClock().monotonic;
  options.forget_rooms = config.forget_rooms;
  if (!config.ice.empty()) {
    options.hub.ice_servers = [ice = IceServers(config.ice, TurnSecret(config))](
                                  std::string_view member, WallTime now) { return ice.For(member, now); };
  }
  options.rate = config.rate;
  options.queue_bytes = config.queue_bytes;
  options.total_queue_bytes = config.total_queue_bytes;
  options.proxy = config.proxy;
  options.peers_per_address = config.max_per_address;
  return options;
}

Retention ToRetention(const Config& config) {
  Retention retention{.keep = config.keep};
  for (const RoomLine& line : config.rooms) {
    const auto name = protocol::RoomName(line.name);
    if (name && line.keep) retention.rooms[name->key] = *line.keep;
  }
  return retention;
}

std::vector<std::string> RoomsToBegin(const Config& config) {
  std::vector<std::string> keys{protocol::RoomName("lobby")->key};
  std::string error;
  for (const ListedRoom& room : ToListedRooms(config.rooms, error)) {
    if (room.name.key != keys.front()) keys.push_back(room.name.key);
  }
  return keys;
}

}  // namespace parley
