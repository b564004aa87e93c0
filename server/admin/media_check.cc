#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "common/net/datagrams.h"
#include "common/net/udp.h"
#include "server/admin/checks.h"
#include "server/keys/local_names.h"

namespace parley {
namespace {

using Grade = Finding::Grade;

constexpr std::chrono::milliseconds kPerAddress{100};
// More than a socket holds by default. Pages of a server that was just stopped may go on sending.
constexpr int kMostBatches = 64;

// In network byte order; an IPv4 address comes first. Zeros if it is not an address.
std::array<unsigned char, 16> BytesOf(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET, address.c_str(), bytes.data()) != 1) {
    ::inet_pton(AF_INET6, address.c_str(), bytes.data());
  }
  return bytes;
}

}  // namespace

bool IsAmong(const std::vector<std::string>& addresses, const std::string& address) {
  return std::ranges::find(addresses, BytesOf(address), BytesOf) != addresses.end();
}

bool Arrives(DatagramSocket& socket, const std::string& address) {
  const std::string asked = "parley " + address;
  std::error_code error;
  auto sender = UdpConversation::Start({address, socket.local().port}, kPerAddress, error);
  if (sender) sender->Ask(asked, error);  // nobody answers
  for (int batches = 0; batches < kMostBatches; ++batches) {
    const bool arrived = std::ranges::any_of(socket.Receive(), [&](const DatagramSocket::Received& datagram) {
      return std::string_view(datagram.bytes.data(), datagram.bytes.size()) == asked;
    });
    if (arrived) return true;
    if (!socket.may_have_more()) return false;
  }
  return false;
}

std::vector<Finding> CheckMedia(const Config& config) {
  const auto& door = config.tls ? config.tls : config.plain;
  if (config.media == MediaMode::kMesh || !door) return {};
  const std::string instead = "choose another port with --media-port PORT, or use --media mesh";
  const Endpoint endpoint = MediaEndpoint(config, *door);
  std::error_code error;
  auto socket = DatagramSocket::Open(endpoint, DatagramSocket::Calls::kSingle, error);
  if (!socket) {
    // Without such a wish the server starts all the same, and meetings connect people directly.
    const bool wished = config.media == MediaMode::kSfu || config.media_port;
    return {{wished ? Grade::kProblem : Grade::kWarning, "meetings",
             "can't receive on UDP port " + std::to_string(endpoint.port) + ": " + error.message() + "; " +
                 instead}};
  }
  const std::vector<std::string> bound = AddressesOf(socket->local().host);
  std::vector<std::string> own = InterfaceAddresses();
  own.insert(own.end(), bound.begin(), bound.end());
  std::vector<TriedAddress> tried;
  for (const std::string& address : config.media_addresses.empty() ? bound : config.media_addresses) {
    const bool is_own = IsAmong(own, address);
    tried.push_back({address, is_own, Arrives(*socket, address)});
  }
  return {JudgeMedia(config.media, socket->local().port, tried)};
}

}  // namespace parley
