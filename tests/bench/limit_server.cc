// The yardstick: the barest loop around select() that broadcasts. No protocol, no names, no rooms, no log:
// whatever one sends, all others get. What a server costs beyond this is the price of what it does.
//
//   limit_server            prints `plain 127.0.0.1:PORT`, then serves until it is killed

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/io/descriptor_limit.h"
#include "common/io/selector.h"

namespace parley::bench {
namespace {

constexpr std::string_view kWelcome = "welcome\n";  // so that a peer knows that it is in

struct Peer {
  std::string unsent;                                       // what the socket did not take
  std::vector<std::pair<std::size_t, std::size_t>> spoken;  // its own parts of the turn: begin and end
};

class LimitServer {
 public:
  LimitServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, SOMAXCONN) != 0 ||
        ::getsockname(listener_, generic, &size) != 0) {
      std::perror("limit_server");
      std::exit(1);
    }
    selector_.Watch(listener_, true, false);
    std::printf("plain 127.0.0.1:%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
  }

  [[noreturn]] void Run() {
    while (true) {
      for (const Selector::Ready& one : selector_.Wait(std::nullopt)) {
        if (one.descriptor == listener_) {
          Accept();
        } else {
          if (one.writable) Flush(one.descriptor, {});
          if (one.readable) Read(one.descriptor);
        }
      }
      if (!said_.empty()) Broadcast();
    }
  }

 private:
  void Accept() {
    while (true) {
      const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (descriptor < 0) return;
      const int on = 1;
      ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      const auto index = static_cast<std::size_t>(descriptor);
      if (index >= peers_.size()) peers_.resize(index + 1);
      peers_[index] = std::make_unique<Peer>();
      members_.push_back(descriptor);
      selector_.Watch(descriptor, true, false);
      Flush(descriptor, {{const_cast<char*>(kWelcome.data()), kWelcome.size()}});
    }
  }

  void Read(int descriptor) {
    const std::size_t begin = said_.size();
    said_.resize(begin + kReadBytes);
    const ssize_t count = ::recv(descriptor, said_.data() + begin, kReadBytes, 0);
    said_.resize(begin + static_cast<std::size_t>(count > 0 ? count : 0));
    if (count > 0) {
      Of(descriptor).spoken.emplace_back(begin, said_.size());
    } else if (count == 0 || errno != EAGAIN) {
      selector_.Remove(descriptor);
      std::erase(members_, descriptor);
      ::close(descriptor);
    }
  }

  // All that was said in this turn, in one send a member; one's own parts are left out.
  void Broadcast() {
    for (const int member : std::vector<int>(members_)) {
      std::vector<iovec>& parts = parts_;
      parts.clear();
      std::size_t from = 0;
      for (const auto& [begin, end] : Of(member).spoken) {
        if (begin > from) parts.push_back({said_.data() + from, begin - from});
        from = end;
      }
      if (said_.size() > from) parts.push_back({said_.data() + from, said_.size() - from});
      Of(member).spoken.clear();
      if (!parts.empty()) Flush(member, parts);
    }
    said_.clear();
  }

  void Flush(int descriptor, std::vector<iovec> parts) {
    std::string& unsent = Of(descriptor).unsent;
    const bool waited = !unsent.empty();
    std::string before;
    if (waited) {
      before = std::exchange(unsent, {});
      parts.insert(parts.begin(), {before.data(), before.size()});
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const ssize_t count = ::sendmsg(descriptor, &message, MSG_NOSIGNAL);
    auto sent = static_cast<std::size_t>(count > 0 ? count : 0);
    for (const iovec& part : parts) {
      const std::size_t skipped = std::min(sent, part.iov_len);
      sent -= skipped;
      unsent.append(static_cast<char*>(part.iov_base) + skipped, part.iov_len - skipped);
    }
    if (waited || !unsent.empty()) selector_.Watch(descriptor, true, !unsent.empty());
  }

  Peer& Of(int descriptor) { return *peers_[static_cast<std::size_t>(descriptor)]; }

  static constexpr std::size_t kReadBytes = std::size_t{64} * 1024;
  int listener_;
  Selector selector_;
  std::vector<std::unique_ptr<Peer>> peers_;  // by descriptor
  std::vector<int> members_;
  std::string said_;  // in this turn, by all
  std::vector<iovec> parts_;
};

}  // namespace
}  // namespace parley::bench

int main() {
  parley::RaiseDescriptorLimit();
  parley::bench::LimitServer().Run();
}
