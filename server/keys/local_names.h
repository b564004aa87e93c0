// Finds the names and addresses under which others may reach this machine.

#pragma once

#include <string>
#include <vector>

namespace parley {

// `localhost`, the host's name (and with `.local`, as mDNS has it), the loopback addresses and those of every
// interface that is up, but for link-local IPv6. Sorted, each once.
std::vector<std::string> LocalNames();

// The addresses of every interface that is up, but for loopback and link-local IPv6; IPv4 first. Only the
// loopback addresses if there are no others.
std::vector<std::string> InterfaceAddresses();

// The addresses under which others reach a socket that is bound to `host`: those of the interfaces for `::`
// and `0.0.0.0` (then IPv4 alone), and else `host` itself.
std::vector<std::string> AddressesOf(const std::string& host);

// The address that others in the local network would use: IPv4 before IPv6. Empty if there is only loopback,
// or, with kIpv4, only IPv6.
enum class Families { kIpv4, kBoth };
std::string LanAddress(Families families = Families::kBoth);

}  // namespace parley
