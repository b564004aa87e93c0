// STUN's answers: only one to our own question counts, whole, and the address in it is an address.
//
// Input: a datagram. It is looked at as it is, and once more with a head that fits it, so that the attributes
// are reached.

#include <arpa/inet.h>
#include <netinet/in.h>

#include <string>
#include <string_view>

#include "common/codec/stun.h"
#include "common/net/endpoint.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::ReadStunBinding;
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
  const auto binding = ReadStunBinding(datagram, kTransaction);
  if (!binding) return;
  Require(binding->address.empty() || IsAddress(binding->address));
  Require(!ReadStunBinding(datagram, kOther));
  for (std::size_t part = 0; part < datagram.size(); ++part) {
    Require(!ReadStunBinding(datagram.substr(0, part), kTransaction));
  }
  Require(!ReadStunBinding(std::string(datagram) + '\0', kTransaction));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = parley::fuzz::Text(data, size);
  if (size > 0xFFFF) return 0;
  Check(input);
  std::string answer("\x01\x01"sv);
  answer += static_cast<char>(static_cast<unsigned char>(size >> 8U));
  answer += static_cast<char>(static_cast<unsigned char>(size));
  answer += "\x21\x12\xA4\x42"sv;
  answer += kTransaction;
  answer += input;
  Check(answer);
  return 0;
}
