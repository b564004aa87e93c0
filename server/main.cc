// chat_server.

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

#include "common/base/logging.h"
#include "common/io/descriptor_limit.h"
#include "common/net/listener.h"
#include "server/app/exchange.h"
#include "server/app/loop.h"
#include "server/config/config.h"
#include "server/store/memory_log.h"

namespace {

using parley::Config;
using parley::limits::kReservedDescriptors;

std::optional<parley::Listener> OpenDoor(const parley::Endpoint& endpoint) {
  std::error_code error;
  auto door = parley::Listener::Open(endpoint, error);
  if (!door) {
    std::fprintf(stderr, "chat_server: can't listen on %s: %s; choose another with --plain ADDR:PORT\n",
                 parley::ToString(endpoint).c_str(), error.message().c_str());
  }
  return door;
}

int Serve(const Config& config) {
  const std::size_t descriptors = parley::RaiseDescriptorLimit();
  const std::size_t possible =
      descriptors > 2 * kReservedDescriptors ? descriptors - kReservedDescriptors : descriptors / 2;
  const std::size_t max_peers = std::min(config.max_peers.value_or(possible), possible);

  parley::ExchangeOptions options;
  options.hub.guests = config.guests;
  options.rate = config.rate;
  options.queue_bytes = config.queue_bytes;
  parley::Exchange exchange(std::move(options), std::make_unique<parley::MemoryLog>(config.history));
  parley::Loop loop(exchange, max_peers);

  auto plain = OpenDoor(*config.plain);
  if (!plain) return 1;
  std::printf("plain %s\n", parley::ToString(plain->local()).c_str());
  std::fflush(stdout);
  loop.AddDoor(std::move(*plain));
  spdlog::info("ready for {} peers; messages are kept in memory", max_peers);
  loop.Run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto config = parley::ReadConfig(argc, argv);
  if (const auto* end = std::get_if<parley::EndNow>(&config)) {
    std::fputs(end->text.c_str(), end->status == 0 ? stdout : stderr);
    return end->status;
  }
  parley::SetUpLogging(std::get<Config>(config).log_level, std::get<Config>(config).log_format);
  return Serve(std::get<Config>(config));
}
