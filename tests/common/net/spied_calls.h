// Stands between the code under test and the system's socket calls: counts them, and makes the next one fail
// where a test asks for it, or many of them by lot.

#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

namespace parley {

// What happens to recv() and to send() of any kind, by lot: the same for the same calls.
struct Lots {
  std::minstd_rand random;
  unsigned long shortened = 0;  // of a hundred calls: moves `few` bytes at most
  unsigned long few = 1;
  unsigned long interrupted = 0;  // of a hundred: EINTR
  unsigned long blocked = 0;      // of a hundred: EAGAIN, though something was there
  int calls_to_error = 0;         // so many calls from now, one fails
  int error = 0;                  // with this errno
};

struct SpiedCalls {
  int polls = 0;
  int accepts = 0;
  int receives = 0;
  int sends = 0;                // of any kind
  int next_accept = 0;          // errno of the next call, which then does nothing
  bool no_descriptors = false;  // whether socket() and eventfd() find none left
  int ipv6_socket = 0;          // errno of each socket() of IPv6
  int ipv6_bind = 0;            // errno of each bind() to an address of IPv6
  int next_pipe = 0;            // errno of the next call; sanitizers make such calls too
  int next_receive = 0;
  int next_send = 0;
  Lots lots;
  // Within one call of what is tested, since Begin: whether there can be nothing more to receive, or no more
  // can be sent; and how often it was tried nevertheless.
  bool received = false;
  bool full = false;
  int needless = 0;
  void Begin() { received = full = false; }
  std::map<std::string, int> connect;  // errno by IPv4 address; EINTR connects even so
  std::map<std::string, std::vector<std::string>> address_book;  // what getaddrinfo() says of a name
};

// The one of this process.
SpiedCalls& Spy();

}  // namespace parley
