#include "server/media/rtcp_datagrams.h"

#include <utility>

#include "common/base/media_limits.h"
#include "common/srtp/srtp.h"

namespace parley {

void RtcpDatagrams::Add(std::string_view packets) {
  constexpr std::size_t kMost = limits::kSentDatagramBytes - kSrtpRoom;
  if (datagrams_.empty() || datagrams_.back().size() + packets.size() > kMost) datagrams_.emplace_back();
  datagrams_.back() += packets;
}

std::vector<std::string> RtcpDatagrams::Take() {
  return std::exchange(datagrams_, {});
}

}  // namespace parley
