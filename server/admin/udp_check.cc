#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/codec/stun.h"
#include "common/net/udp.h"
#include "server/admin/checks.h"
#include "server/data/data_folder.h"
#include "server/ice/ice.h"
#include "server/keys/local_names.h"

namespace parley {
namespace {

using Grade = Finding::Grade;

constexpr std::chrono::milliseconds kAnswerWithin{1000};
constexpr int kTries = 3;
constexpr auto* kLookThere = "; look whether it runs, and whether a firewall lets UDP through to it";
constexpr std::uint16_t kStunPort = 3478;  // RFC 8489, section 8.1

Finding CheckUdpHere() {
  std::string address = LanAddress();
  if (address.empty()) address = "127.0.0.1";
  std::error_code error;
  if (HearsItselfByUdp(address, kAnswerWithin, error)) {
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

// What came of a question.
struct Answer {
  std::optional<StunResponse> response;
  bool heard = false;  // something came
  std::error_code error;
};

// `request` makes the bytes of a question from its transaction. What belongs to another transaction is passed
// over: it may be a late answer to the question before.
template <typename Request>
Answer Ask(UdpConversation& server, const Request& request) {
  const std::string transaction = RandomBytes(kStunTransactionBytes);
  Answer answer;
  for (int i = 0; i < kTries && !answer.response && !answer.error; ++i) {
    const auto datagram = server.Ask(request(transaction), answer.error);
    if (!datagram) continue;
    answer.heard = true;
    answer.response = ReadStunResponse(*datagram, transaction);
  }
  return answer;
}

// One server of --ice, as it is asked.
class IceCheck {
 public:
  IceCheck(const std::string& url, const std::string& secret, UdpConversation server)
      : url_(url), secret_(secret), server_(std::move(server)) {}

  Finding Binding() {
    const Answer answer = Ask(server_, StunBindingRequest);
    if (!answer.response) return NoResponse(answer);
    if (!answer.response->success) return Refused(*answer.response);
    const std::string& seen = answer.response->mapped;
    return {Grade::kOk, url_, "it answers" + (seen.empty() ? "" : ", and sees this machine as " + seen)};
  }

  // With the credentials that members would get.
  Finding Relay() {
    const Answer first = Allocate(std::nullopt);
    if (!first.response) return NoResponse(first);
    if (first.response->success) {
      return {Grade::kWarning, url_, "it relays for anybody: turn on its use-auth-secret"};
    }
    if (first.response->error != kUnauthenticated) return Refused(*first.response);
    if (secret_.empty()) {
      return {Grade::kProblem, url_,
              "it wants credentials: give its static-auth-secret with --turn-secret-file FILE"};
    }
    const auto member = IceServers({url_}, secret_).For("check", ReadSystemClock().wall).front();
    const StunCredentials credentials = {member.username, member.credential, first.response->realm,
                                         first.response->nonce};
    const Answer second = Allocate(credentials);
    if (!second.response) return NoResponse(second);
    if (second.response->error == kUnauthenticated) {
      return {Grade::kProblem, url_,
              "it does not take the credentials: the same secret must stand in its static-auth-secret and in "
              "the file of --turn-secret-file, and both clocks must be right"};
    }
    if (!second.response->success) return Refused(*second.response);
    Ask(server_, [&](std::string_view id) { return TurnReleaseRequest(id, credentials); });
    return {Grade::kOk, url_, "it relays, with the credentials that members get"};
  }

 private:
  static constexpr int kUnauthenticated = 401;

  Answer Allocate(const std::optional<StunCredentials>& credentials) {
    return Ask(server_, [&](std::string_view id) { return TurnAllocateRequest(id, credentials); });
  }
  [[nodiscard]] Finding NoResponse(const Answer& answer) const {
    std::string why = "no answer";
    if (answer.heard) why = "something answers there that is not a STUN server";
    if (answer.error) why = "it can't be reached: " + answer.error.message();
    return {Grade::kProblem, url_, why + kLookThere};
  }
  [[nodiscard]] Finding Refused(const StunResponse& response) const {
    return {Grade::kProblem, url_,
            "it refuses (" + std::to_string(response.error) + "): its own log says why"};
  }

  const std::string& url_;
  const std::string& secret_;
  UdpConversation server_;
};

Finding CheckIce(const std::string& url, const std::string& secret) {
  const auto server = ByUdp(url);
  if (!server) return {Grade::kOk, url, "not tried: only servers at UDP are asked"};
  std::error_code error;
  auto conversation = UdpConversation::Start(*server, kAnswerWithin, error);
  if (!conversation) return {Grade::kProblem, url, "it can't be reached: " + error.message() + kLookThere};
  IceCheck check(url, secret, std::move(*conversation));
  return url.starts_with("turn") ? check.Relay() : check.Binding();
}

}  // namespace

std::vector<Finding> CheckUdp(const Config& config) {
  std::vector<Finding> findings = {CheckUdpHere()};
  // What is wrong with the file itself, CheckSecrets says.
  const std::string secret = ReadFirstLine(config.turn_secret_file).value_or("");
  for (const std::string& url : config.ice) findings.push_back(CheckIce(url, secret));
  return findings;
}

}  // namespace parley
