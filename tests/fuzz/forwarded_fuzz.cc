// Whose connection it is: X-Forwarded-For on any fields, and how addresses are counted.
//
// Input: lines. Each is a field of a request, and an address of its own.

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/endpoint.h"
#include "common/codec/http_head.h"
#include "server/accounts/throttle.h"
#include "server/engine/peers_by_address.h"
#include "server/http/forwarded_for.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::ForwardedFor;
using parley::GuesserOf;
using parley::HttpRequest;
using parley::PeersByAddress;
using parley::fuzz::Require;

// The address, as numbers: 4 bytes or 16.
std::optional<std::string> Bytes(const std::string& address) {
  std::string bytes(16, '\0');
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return bytes;
  bytes.resize(4);
  if (::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return bytes;
  return std::nullopt;
}

// What the 16 bytes of an address of IPv4 begin with where it is written as one of IPv6 (RFC 4291,
// section 2.5.5.2).
constexpr std::string_view kMapped{"\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12};

// Such an address as its 4 bytes.
std::optional<std::string> Unmapped(std::optional<std::string> bytes) {
  if (bytes && bytes->size() == 16 && bytes->starts_with(kMapped)) bytes->erase(0, kMapped.size());
  return bytes;
}

// Whatever a client wrote before it, and wherever: the proxy's own word is the last.
void RequireLastWord(const std::string& fields, const std::string& last) {
  const std::string head =
      "GET /ws HTTP/1.1\r\nHost: lab\r\n" + fields + "X-Forwarded-For: " + last + "\r\n\r\n";
  const auto parsed = parley::ParseHttpHead(head);
  const auto* const request = std::get_if<HttpRequest>(&parsed);
  if (request == nullptr || request->consumed != head.size()) return;
  Require(ForwardedFor(*request) == last);
}

void CheckFields(const std::string& fields) {
  const std::string head = "GET /ws HTTP/1.1\r\nHost: lab\r\n" + fields + "\r\n";
  const auto parsed = parley::ParseHttpHead(head);
  if (const auto* const request = std::get_if<HttpRequest>(&parsed)) {
    const auto address = ForwardedFor(*request);
    if (!address) return;
    Require(Bytes(*address).has_value() && address->size() < INET6_ADDRSTRLEN);
    // It stands there, in one spelling or another, and nothing but it in that element.
    bool found = false;
    for (const std::string_view element : request->List("X-Forwarded-For")) {
      found = Unmapped(Bytes(std::string(element))) == Bytes(*address);
    }
    Require(found);
  }
}

// One guesser is one address of IPv4, or the 64 bits that one of IPv6 begins with.
void CheckGuesser(const std::string& address) {
  const std::string guesser = GuesserOf(address);
  const auto bytes = Bytes(address);
  if (!bytes) {
    Require(guesser == address);
    return;
  }
  const bool v4 = bytes->size() == 4 || bytes->starts_with(kMapped);
  if (v4) {
    Require(bytes->size() == 4 ? guesser == address : Bytes(guesser) == bytes->substr(12));
    return;
  }
  Require(guesser.ends_with("/64"));
  std::string network = bytes->substr(0, 8);
  Require(Bytes(guesser.substr(0, guesser.size() - 3)) == network + std::string(8, '\0'));
}

void CheckCount(const std::vector<std::string>& addresses) {
  constexpr std::size_t kMost = 2;
  PeersByAddress counted(kMost);
  std::map<std::string, std::size_t> expected;
  std::vector<std::string> inside;
  for (const std::string& address : addresses) {
    const auto place = counted.Enter(address);
    if (place == PeersByAddress::Place::kNone) continue;
    inside.push_back(address);
    Require((++expected[GuesserOf(address)] > kMost) == (place == PeersByAddress::Place::kRefused));
    Require(counted.size() == expected.size());
  }
  for (const std::string& address : inside) counted.Leave(address);
  Require(counted.size() == 0);
}

void CheckEndpoint(const std::string& text) {
  for (const auto& endpoint : {parley::ParseEndpoint(text), parley::ParseEndpoint(text, 8080)}) {
    if (!endpoint) continue;
    Require(!endpoint->host.empty());
    Require(parley::ParseEndpoint(ToString(*endpoint)) == endpoint);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = parley::fuzz::Text(data, size);
  std::string fields;
  std::vector<std::string> lines;
  while (!rest.empty()) {
    lines.emplace_back(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(std::min(rest.size(), lines.back().size() + 1));
    fields += lines.back() + "\r\n";
  }
  CheckFields(fields);
  RequireLastWord(fields, "192.0.2.1");
  RequireLastWord(fields, "2001:db8::1");
  for (const std::string& line : lines) {
    CheckFields("X-Forwarded-For: " + line + "\r\n");
    CheckGuesser(line);
    CheckEndpoint(line);
  }
  CheckCount(lines);
  return 0;
}
