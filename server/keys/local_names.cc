#include "server/keys/local_names.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <string_view>

namespace parley {
namespace {

struct Address {
  std::string text;
  bool v6;
  bool loopback;
};

std::vector<Address> Addresses() {
  std::vector<Address> found;
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return found;
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(first, freeifaddrs);
  for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_UP) == 0) continue;
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = one->ifa_addr->sa_family;
    const void* bytes = nullptr;
    if (family == AF_INET) {
      bytes = &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr;
    } else if (family == AF_INET6) {
      const auto* v6 = &reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr;
      if (IN6_IS_ADDR_LINKLOCAL(v6)) continue;  // needs a zone, which no URL carries
      bytes = v6;
    } else {
      continue;
    }
    if (inet_ntop(family, bytes, text.data(), text.size()) == nullptr) continue;
    found.push_back({text.data(), family == AF_INET6, (one->ifa_flags & IFF_LOOPBACK) != 0});
  }
  return found;
}

// What may stand in a certificate as a DNS name.
bool IsDnsName(std::string_view name) {
  return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '.';
  });
}

}  // namespace

std::vector<std::string> LocalNames() {
  std::vector<std::string> names = {"localhost", "127.0.0.1", "::1"};
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) == 0 && IsDnsName(host.data())) {
    names.emplace_back(host.data());
    if (names.back().find('.') == std::string::npos) names.push_back(names.back() + ".local");
  }
  for (const Address& address : Addresses()) names.push_back(address.text);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<std::string> InterfaceAddresses() {
  const std::vector<Address> addresses = Addresses();
  for (const bool loopback : {false, true}) {
    std::vector<std::string> found;
    for (const bool v6 : {false, true}) {
      for (const Address& address : addresses) {
        if (address.loopback == loopback && address.v6 == v6) found.push_back(address.text);
      }
    }
    if (!found.empty()) return found;
  }
  return {"127.0.0.1"};
}

std::vector<std::string> AddressesOf(const std::string& host) {
  if (host != "::" && host != "0.0.0.0") return {host};
  std::vector<std::string> addresses = InterfaceAddresses();
  if (host == "::") return addresses;
  std::erase_if(addresses, [](const std::string& address) { return address.find(':') != std::string::npos; });
  return addresses;
}

std::string LanAddress(Families families) {
  const std::vector<Address> addresses = Addresses();
  for (const bool v6 : {false, true}) {
    if (v6 && families == Families::kIpv4) break;
    const auto found =
        std::ranges::find_if(addresses, [&](const Address& a) { return !a.loopback && a.v6 == v6; });
    if (found != addresses.end()) return found->text;
  }
  return "";
}

}  // namespace parley
