#include <chrono>
#include <string>
#include <system_error>

#include "common/net/datagrams.h"
#include "common/net/udp.h"
#include "server/admin/checks.h"
#include "server/keys/local_names.h"

namespace parley {
namespace {

using Grade = Finding::Grade;

constexpr std::chrono::milliseconds kOnLoopback{100};

// Whether a datagram from this machine arrives at the socket, which is bound to `host`.
bool Arrives(DatagramSocket& socket, const std::string& host) {
  const bool everywhere = host == "::" || host == "0.0.0.0";
  std::error_code error;
  auto sender =
      UdpConversation::Start({everywhere ? "127.0.0.1" : host, socket.local().port}, kOnLoopback, error);
  if (sender) sender->Ask("parley", error);  // nobody answers
  return !socket.Receive().empty();
}

}  // namespace

std::vector<Finding> CheckMedia(const Config& config) {
  const auto& door = config.tls ? config.tls : config.plain;
  if (config.media == MediaMode::kMesh || !door) return {};
  const std::string about = "meetings";
  const std::string instead = "choose another port with --media-port PORT, or use --media mesh";
  const Endpoint endpoint = MediaEndpoint(config, *door);
  std::error_code error;
  auto socket = DatagramSocket::Open(endpoint, DatagramSocket::Calls::kSingle, error);
  if (!socket) {
    // Without such a wish the server starts all the same, and meetings connect people directly.
    const bool wished = config.media == MediaMode::kSfu || config.media_port;
    return {{wished ? Grade::kProblem : Grade::kWarning, about,
             "can't receive on UDP port " + std::to_string(endpoint.port) + ": " + error.message() + "; " +
                 instead}};
  }
  const std::string port = "UDP port " + std::to_string(socket->local().port);
  if (!Arrives(*socket, socket->local().host)) {
    return {{Grade::kWarning, about,
             "a datagram to " + port + " does not arrive, not even from this machine; look at the firewall"}};
  }
  std::string addresses;
  for (const std::string& address :
       config.media_addresses.empty() ? AddressesOf(socket->local().host) : config.media_addresses) {
    addresses += (addresses.empty() ? "" : ", ") + address;
  }
  const bool small = config.media == MediaMode::kAuto;
  return {{Grade::kOk, about,
           (small ? "those of more than 3 people use " : "they use ") + port + " at " + addresses +
               "; the firewall must let it through"}};
}

}  // namespace parley
