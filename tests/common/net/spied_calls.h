// Stands between the code under test and the system's socket calls: counts them, and makes the next one fail
// where a test asks for it.

#pragma once

#include <map>
#include <string>
#include <vector>

namespace parley {

struct SpiedCalls {
  int polls = 0;
  int accepts = 0;
  int receives = 0;
  int sends = 0;                // of any kind
  int next_accept = 0;          // errno of the next call, which then does nothing
  bool no_descriptors = false;  // whether socket() and eventfd() find none left
  int next_pipe = 0;            // errno of the next call; sanitizers make such calls too
  int next_receive = 0;
  int next_send = 0;
  std::map<std::string, int> connect;  // errno by IPv4 address; EINTR connects even so
  std::map<std::string, std::vector<std::string>> address_book;  // what getaddrinfo() says of a name
};

// The one of this process.
SpiedCalls& Spy();

}  // namespace parley
