#include <algorithm>
#include <string_view>

#include "common/base/random.h"
#include "common/codec/stun.h"
#include "common/net/udp.h"
#include "server/check/checks.h"
#include "server/keys/local_names.h"

namespace parley {
namespace {

using Grade = Finding::Grade;

constexpr std::chrono::milliseconds kPatience{1000};
constexpr int kTries = 3;
constexpr std::uint16_t kStunPort = 3478;  // RFC 8489, section 8.1

Finding CheckUdpHere() {
  std::string address = LanAddress();
  if (address.empty()) address = "127.0.0.1";
  std::error_code error;
  if (HearsItselfByUdp(address, kPatience, error)) {
    return {Grade::kOk, "UDP", "a datagram to " + address + " arrives"};
  }
  return {Grade::kWarning, "UDP",
          "a datagram to this machine's own " + address + " does not arrive" +
              (error ? " (" + error.message() + ")" : "") +
              ": voice and video need UDP between people; look at the firewall"};
}

// The server of a `stun:` or `turn:` URL; nothing for one that is asked by TCP or TLS.
std::optional<Endpoint> ByUdp(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (url.substr(0, colon).ends_with('s') || url.find("transport=tcp") != std::string_view::npos)
    return std::nullopt;
  const std::string_view host = url.substr(colon + 1);
  return ParseEndpoint(host.substr(0, host.find('?')), kStunPort);
}

Finding CheckIce(const std::string& url) {
  const auto server = ByUdp(url);
  if (!server) return {Grade::kOk, url, "not tried: only servers at UDP are asked"};
  const std::string transaction = RandomBytes(kStunTransactionBytes);
  std::error_code error;
  const auto answer = AskByUdp(*server, StunBindingRequest(transaction), kPatience, kTries, error);
  const std::string what_to_do =
      "; look whether it runs, and whether a firewall lets UDP through to " + ToString(*server);
  if (!answer) {
    return {Grade::kProblem, url,
            (error ? "it can't be reached: " + error.message() : "no answer") + what_to_do};
  }
  const auto binding = ReadStunBinding(*answer, transaction);
  if (!binding) return {Grade::kProblem, url, "what answers there is no STUN server" + what_to_do};
  return {Grade::kOk, url,
          "it answers" + (binding->address.empty() ? "" : ", and sees this machine as " + binding->address)};
}

}  // namespace

std::vector<Finding> CheckUdp(const Config& config) {
  std::vector<Finding> findings = {CheckUdpHere()};
  for (const std::string& url : config.ice) findings.push_back(CheckIce(url));
  return findings;
}

}  // namespace parley
