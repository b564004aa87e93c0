// RtcpDatagrams puts RTCP packets for one page together, in as few datagrams as they fit into. Each has at
// most limits::kSentDatagramBytes once it is encrypted: a page with sixty slots gets more reports than one
// holds.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley {

class RtcpDatagrams {
 public:
  // These packets stay together. They are not longer than a datagram.
  void Add(std::string_view packets);
  std::vector<std::string> Take();

 private:
  std::vector<std::string> datagrams_;
};

}  // namespace parley
