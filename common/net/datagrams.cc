#include "common/net/datagrams.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <asio/ip/v6_only.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "common/base/media_limits.h"
#include "common/net/resolve.h"
#include "common/net/stream.h"

// Linux takes and sends many datagrams in one call; elsewhere each of them is a call of its own.
#if defined(__linux__) && !defined(PARLEY_PORTABLE)
#define PARLEY_HAS_BATCHES
#endif

namespace parley {

// Not in the namespace below: DatagramSocket::Batch has it as a member.
#if defined(PARLEY_HAS_BATCHES)
using DatagramMessage = mmsghdr;
#else
struct DatagramMessage {
  msghdr msg_hdr;
  std::size_t msg_len;
};
#endif

namespace {

using asio::ip::udp;

// The first bytes of an IPv4 address that is mapped into IPv6.
constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

void SetIpv6(SocketAddress& address, const in6_addr& ip) {
  if (std::memcmp(&ip, kMapped.data(), kMapped.size()) == 0) {
    std::memcpy(address.ip.data(), reinterpret_cast<const unsigned char*>(&ip) + kMapped.size(), 4);
    return;
  }
  address.is_ipv6 = true;
  std::memcpy(address.ip.data(), &ip, sizeof(ip));
}

in6_addr Ipv6Of(const SocketAddress& address) {
  in6_addr ip{};
  if (address.is_ipv6) {
    std::memcpy(&ip, address.ip.data(), sizeof(ip));
  } else {
    std::memcpy(&ip, kMapped.data(), kMapped.size());
    std::memcpy(reinterpret_cast<unsigned char*>(&ip) + kMapped.size(), address.ip.data(), 4);
  }
  return ip;
}

SocketAddress FromSystem(const sockaddr_storage& from) {
  SocketAddress address;
  if (from.ss_family == AF_INET) {
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, &from, sizeof(ipv4));
    address.port = ntohs(ipv4.sin_port);
    std::memcpy(address.ip.data(), &ipv4.sin_addr, sizeof(ipv4.sin_addr));
  } else {
    sockaddr_in6 ipv6{};
    std::memcpy(&ipv6, &from, sizeof(ipv6));
    address.port = ntohs(ipv6.sin6_port);
    SetIpv6(address, ipv6.sin6_addr);
  }
  return address;
}

// In the family of the socket.
socklen_t ToSystem(const SocketAddress& address, bool socket_is_ipv6, sockaddr_storage& into) {
  into = {};
  if (socket_is_ipv6) {
    sockaddr_in6 ipv6{};
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(address.port);
    ipv6.sin6_addr = Ipv6Of(address);
    std::memcpy(&into, &ipv6, sizeof(ipv6));
    return sizeof(ipv6);
  }
  sockaddr_in ipv4{};
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(address.port);
  std::memcpy(&ipv4.sin_addr, address.ip.data(), sizeof(ipv4.sin_addr));
  std::memcpy(&into, &ipv4, sizeof(ipv4));
  return sizeof(ipv4);
}

// The address that a datagram was sent to.
SocketAddress LocalOf(msghdr& header) {
  SocketAddress address;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(part), sizeof(info));
      SetIpv6(address, info.ipi6_addr);
    } else if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
      in_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(part), sizeof(info));
      std::memcpy(address.ip.data(), &info.ipi_addr, sizeof(info.ipi_addr));
    }
  }
  return address;
}

template <typename Info>
void SetControl(msghdr& header, int level, int type, const Info& info) {
  header.msg_controllen = CMSG_SPACE(sizeof(info));
  cmsghdr* const part = CMSG_FIRSTHDR(&header);
  part->cmsg_level = level;
  part->cmsg_type = type;
  part->cmsg_len = CMSG_LEN(sizeof(info));
  std::memcpy(CMSG_DATA(part), &info, sizeof(info));
}

// Which address the datagram is to leave from.
void SetLocal(msghdr& header, const SocketAddress& local, bool socket_is_ipv6) {
  if (local == SocketAddress{}) {
    header.msg_control = nullptr;
    header.msg_controllen = 0;
  } else if (socket_is_ipv6) {
    in6_pktinfo info{};
    info.ipi6_addr = Ipv6Of(local);
    SetControl(header, IPPROTO_IPV6, IPV6_PKTINFO, info);
  } else {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, local.ip.data(), sizeof(info.ipi_spec_dst));
    SetControl(header, IPPROTO_IP, IP_PKTINFO, info);
  }
}

bool IsBothFamilies(const udp::endpoint& address) {
  return address.address().is_v6() && address.address().is_unspecified();
}

bool SetUp(udp::socket& socket, const udp::endpoint& address, std::error_code& error) {
  socket.open(address.protocol(), error);
  if (!error && IsBothFamilies(address)) socket.set_option(asio::ip::v6_only(false), error);
  if (!error) socket.bind(address, error);
  if (!error) socket.non_blocking(true, error);
  if (error) return false;
  const int on = 1;
  const bool is_ipv6 = address.address().is_v6();
  // Bursts of key frames wait here while a turn lasts. The system gives less if it has less.
  const int room = 4 * 1024 * 1024;
  ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
  ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
  const int set = is_ipv6
                      ? ::setsockopt(socket.native_handle(), IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on))
                      : ::setsockopt(socket.native_handle(), IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
  if (set != 0) error = {errno, std::generic_category()};
  return !error;
}

}  // namespace

// The memory of a batch in one direction, and the system's description of it.
struct DatagramSocket::Batch {
  struct Entry {
    std::array<char, limits::kDatagramBytes> bytes;
    alignas(
        cmsghdr) std::array<char, CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(in_pktinfo))> control;
    sockaddr_storage address;
    iovec part;
  };
  std::array<Entry, limits::kDatagramBatch> entries;
  std::array<DatagramMessage, limits::kDatagramBatch> messages;

  // Describes one entry of `size` bytes.
  msghdr& Prepare(std::size_t i, std::size_t size) {
    Entry& entry = entries[i];
    entry.part = {entry.bytes.data(), size};
    msghdr& header = messages[i].msg_hdr;
    header = {};
    header.msg_name = &entry.address;
    header.msg_namelen = sizeof(entry.address);
    header.msg_iov = &entry.part;
    header.msg_iovlen = 1;
    header.msg_control = entry.control.data();
    header.msg_controllen = entry.control.size();
    return header;
  }
};

DatagramSocket::DatagramSocket(udp::socket socket, Calls calls, bool is_ipv6)
    : socket_(std::move(socket)),
      calls_(calls),
      is_ipv6_(is_ipv6),
      in_(std::make_unique<Batch>()),
      out_(std::make_unique<Batch>()),
      received_(std::make_unique<Received[]>(limits::kDatagramBatch)) {
}

DatagramSocket::DatagramSocket(DatagramSocket&&) noexcept = default;
DatagramSocket& DatagramSocket::operator=(DatagramSocket&&) noexcept = default;
DatagramSocket::~DatagramSocket() = default;

std::optional<DatagramSocket> DatagramSocket::Open(const Endpoint& endpoint, Calls calls,
                                                   std::error_code& error) try {
  for (const auto& address : Resolve(endpoint, error)) {
    const udp::endpoint wanted(address.address(), address.port());
    udp::socket socket(SocketContext());
    if (SetUp(socket, wanted, error))
      return DatagramSocket(std::move(socket), calls, wanted.address().is_v6());
    if (!IsBothFamilies(wanted)) continue;
    udp::socket of_ipv4(SocketContext());
    if (SetUp(of_ipv4, {asio::ip::address_v4::any(), wanted.port()}, error)) {
      return DatagramSocket(std::move(of_ipv4), calls, false);
    }
  }
  error = ToStandard(error);
  return std::nullopt;
} catch (const std::system_error& failure) {
  error = ToStandard(failure.code());
  return std::nullopt;
}

std::size_t DatagramSocket::ReceiveBatch() {
  for (std::size_t i = 0; i < limits::kDatagramBatch; ++i) in_->Prepare(i, limits::kDatagramBytes);
#if defined(PARLEY_HAS_BATCHES)
  if (calls_ == Calls::kBatched) {
    const int count = ::recvmmsg(socket_.native_handle(), in_->messages.data(), limits::kDatagramBatch,
                                 MSG_DONTWAIT, nullptr);
    return static_cast<std::size_t>(std::max(count, 0));
  }
#endif
  std::size_t count = 0;
  for (; count < limits::kDatagramBatch; ++count) {
    const ssize_t size = ::recvmsg(socket_.native_handle(), &in_->messages[count].msg_hdr, MSG_DONTWAIT);
    if (size < 0) break;
    in_->messages[count].msg_len = static_cast<decltype(DatagramMessage::msg_len)>(size);
  }
  return count;
}

std::span<const DatagramSocket::Received> DatagramSocket::Receive() {
  const std::size_t count = ReceiveBatch();
  may_have_more_ = count == limits::kDatagramBatch;
  std::size_t whole = 0;
  for (std::size_t i = 0; i < count; ++i) {
    msghdr& header = in_->messages[i].msg_hdr;
    if ((header.msg_flags & MSG_TRUNC) != 0) continue;
    received_[whole++] = {{FromSystem(in_->entries[i].address), LocalOf(header)},
                          {in_->entries[i].bytes.data(), in_->messages[i].msg_len}};
  }
  return {received_.get(), whole};
}

void DatagramSocket::Send(const DatagramPath& path, std::string_view bytes) {
  if (bytes.size() > limits::kDatagramBytes) {
    ++dropped_;
    return;
  }
  Batch::Entry& entry = out_->entries[waiting_];
  bytes.copy(entry.bytes.data(), bytes.size());
  msghdr& header = out_->Prepare(waiting_, bytes.size());
  header.msg_namelen = ToSystem(path.remote, is_ipv6_, entry.address);
  SetLocal(header, path.local, is_ipv6_);
  if (++waiting_ == limits::kDatagramBatch) Flush();
}

std::size_t DatagramSocket::SendBatch(std::size_t first) {
#if defined(PARLEY_HAS_BATCHES)
  if (calls_ == Calls::kBatched) {
    const int count = ::sendmmsg(socket_.native_handle(), &out_->messages[first],
                                 static_cast<unsigned>(waiting_ - first), MSG_DONTWAIT);
    return static_cast<std::size_t>(std::max(count, 0));
  }
#endif
  return ::sendmsg(socket_.native_handle(), &out_->messages[first].msg_hdr, MSG_DONTWAIT) < 0 ? 0 : 1;
}

void DatagramSocket::Flush() {
  for (std::size_t first = 0; first < waiting_;) {
    const std::size_t sent = SendBatch(first);
    // One that cannot be sent, because its network is gone or because the socket is full, stops no other.
    dropped_ += sent == 0 ? 1 : 0;
    first += std::max<std::size_t>(sent, 1);
  }
  waiting_ = 0;
}

int DatagramSocket::descriptor() {
  return socket_.native_handle();
}

Endpoint DatagramSocket::local() const {
  std::error_code ignored;  // it is bound
  const udp::endpoint address = socket_.local_endpoint(ignored);
  return FromAsio({address.address(), address.port()});
}

}  // namespace parley
