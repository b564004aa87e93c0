// STUN's answers: only one to our own question counts, whole, and the address in it is an address.
//
// Input: a datagram. It is looked at as it is, and once more with a head that fits it, so that the attributes
// are reached.

#include <arpa/inet.h>
#include <netinet/in.h>

#include <string>
#include <string_view>

#include "common/base/endpoint.h"
#include "common/codec/stun.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::ReadStunResponse;
using parley::fuzz::Require;
using namespace std::string_view_literals;

constexpr std::string_view kTransaction = "transactions";
constexpr std::string_view kOther = "Transactions";
static_assert(kTransaction.size() == parley::kStunTransactionBytes);

bool IsAddress(const std::string& text) {
  const auto endpoint = parley::ParseEndpoint(text);
  in_addr bytes{};
  return endpoint && ::inet_pton(AF_INET, endpoint->host.c_str(), &bytes) == 1 && ToString(*endpoint) == text;
}

void Check(std::string_view datagram) {
  const auto response = ReadStunResponse(datagram, kTransaction);
  if (!response) return;
  Require(response->mapped.empty() || IsAddress(response->mapped));
  Require(response->error >= 0 && response->error < 1000);
  // What it names goes into the next question, which is whole.
  const auto next = parley::TurnAllocateRequest(
      kTransaction, parley::StunCredentials{"user", "password", response->realm, response->nonce});
  Require(next.size() % 4 == 0 && next.size() >= 20 + 8 + 24);
  Require(!ReadStunResponse(datagram, kOther));
  for (std::size_t part = 0; part < datagram.size(); ++part) {
    Require(!ReadStunResponse(datagram.substr(0, part), kTransaction));
  }
  Require(!ReadStunResponse(std::string(datagram) + '\0', kTransaction));
}

std::string WithHead(std::string_view kind, std::string_view attributes) {
  std::string message(kind);
  message += static_cast<char>(static_cast<unsigned char>(attributes.size() >> 8U));
  message += static_cast<char>(static_cast<unsigned char>(attributes.size()));
  message += "\x21\x12\xA4\x42"sv;
  message += kTransaction;
  message += attributes;
  return message;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = parley::fuzz::Text(data, size);
  if (size > 0xFFFF) return 0;
  Check(input);
  for (const std::string_view kind : {"\x01\x01"sv, "\x01\x13"sv}) Check(WithHead(kind, input));
  return 0;
}
