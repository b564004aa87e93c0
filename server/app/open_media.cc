#include "server/app/open_media.h"

#include <spdlog/spdlog.h>

#include <string>

#include "server/app/cannot_start.h"
#include "server/keys/local_names.h"

namespace parley {

std::unique_ptr<MediaLoop> OpenMedia(const Config& config, const Endpoint& door, const Waker& waker) {
  if (config.media == MediaMode::kMesh) return nullptr;
  MediaSettings settings{.endpoint = MediaEndpoint(config, door),
                         .addresses = config.media_addresses,
                         .stream_port = config.tls ? door.port : std::uint16_t{0}};
  if (settings.addresses.empty()) settings.addresses = AddressesOf(settings.endpoint.host);
  std::string error;
  auto media = MediaLoop::Open(settings, waker, error);
  const bool any_door = (config.tls ? config.tls : config.plain)->port == 0;
  if (!media && any_door && !config.media_port) {
    settings.endpoint.port = 0;
    media = MediaLoop::Open(settings, waker, error);
  }
  if (media) {
    spdlog::info("calls through this server use UDP port {}", media->local().port);
    return media;
  }
  error += "; choose another port with --media-port PORT, or use --media mesh";
  if (config.media == MediaMode::kSfu || config.media_port) throw CannotStart{error};
  spdlog::warn("{}. Until then calls connect people directly, and suit small groups only", error);
  return nullptr;
}

}  // namespace parley
