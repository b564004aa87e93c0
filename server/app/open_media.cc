#include "server/app/open_media.h"

#include <spdlog/spdlog.h>

#include <variant>

#include "common/codec/sdp.h"
#include "server/app/cannot_start.h"
#include "server/keys/local_names.h"
#include "server/media/negotiation.h"

namespace parley {

std::unique_ptr<MediaLoop> OpenMedia(const Config& config, const Endpoint& door, std::size_t max_streams,
                                     RecordingSink* recordings, const Waker& waker) {
  if (config.media == MediaMode::kMesh) return nullptr;
  MediaSettings settings{.endpoint = MediaEndpoint(config, door),
                         .addresses = config.media_addresses,
                         .stream_port = MediaStreamPort(config, door),
                         .max_streams = max_streams,
                         .recordings = recordings};
  if (settings.addresses.empty()) settings.addresses = AddressesOf(settings.endpoint.host);
  std::string error;
  auto media = MediaLoop::Open(settings, waker, error);
  const bool any_door = (config.tls ? config.tls : config.plain)->port == 0;
  if (!media && any_door && !config.media_port) {
    settings.endpoint.port = 0;
    media = MediaLoop::Open(settings, waker, error);
  }
  if (media) {
    spdlog::info("meetings through this server use UDP port {}", media->local().port);
    return media;
  }
  error += "; choose another port with --media-port PORT, or use --media mesh";
  if (config.media == MediaMode::kSfu || config.media_port) throw CannotStart{error};
  spdlog::warn("{}. Until then meetings connect people directly, and suit small groups only", error);
  return nullptr;
}

std::string WhyNoAnswer(std::string_view sdp) {
  const auto read = ReadSdp(sdp);
  if (const auto* problem = std::get_if<SdpProblem>(&read)) return problem->text;
  const auto negotiated = Negotiate(std::get<SdpDescription>(read), nullptr, [] { return 1U; });
  const auto* problem = std::get_if<SdpProblem>(&negotiated);
  return problem == nullptr ? "" : problem->text;
}

}  // namespace parley
