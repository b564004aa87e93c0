// DatagramSocket is a UDP socket that never blocks, and moves many datagrams with one system call where the
// system has such calls (recvmmsg, sendmmsg). Replies are sent from the address that received the
// request, also if the socket is bound to all addresses of the machine.

#pragma once

#include <array>
#include <asio/ip/udp.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>

#include "common/base/endpoint.h"
#include "common/base/socket_address.h"

namespace parley {

// The two ends of a datagram's way. The port of `local` is not used: it is the socket's.
struct DatagramPath {
  SocketAddress remote;
  SocketAddress local;

  bool operator==(const DatagramPath&) const = default;
};

class DatagramSocket {
 public:
  struct Received {
    DatagramPath path;
    std::span<char> bytes;  // the caller's to change, until the next call of Receive
  };
  // How system calls are made. kSingle is for systems without the others; tests use it everywhere.
  enum class Calls { kBatched, kSingle };

  // Port 0 takes a free one. `::` is every address of both families; without IPv6 it becomes `0.0.0.0`. On
  // failure nothing, and `error` says why.
  static std::optional<DatagramSocket> Open(const Endpoint& endpoint, Calls calls, std::error_code& error);
  DatagramSocket(DatagramSocket&&) noexcept;
  DatagramSocket& operator=(DatagramSocket&&) noexcept;
  ~DatagramSocket();

  // What has arrived, at most limits::kDatagramBatch. Empty if nothing has. Longer datagrams than
  // limits::kDatagramBytes are left out, so fewer may come than waited.
  std::span<const Received> Receive();
  // Whether the last call of Receive was full, so that more may wait.
  [[nodiscard]] bool may_have_more() const { return may_have_more_; }

  // Copies `bytes` into the batch, and sends the batch if it is full. What is longer than
  // limits::kDatagramBytes is dropped.
  void Send(const DatagramPath& path, std::string_view bytes);
  // Sends the batch. What the system does not take is dropped, as a network drops it. Call it before the loop
  // waits.
  void Flush();
  // Datagrams that the system did not take, or that were too long, so far.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

  [[nodiscard]] int descriptor();
  [[nodiscard]] Endpoint local() const;

 private:
  struct Batch;
  DatagramSocket(asio::ip::udp::socket socket, Calls calls, bool is_ipv6);
  std::size_t ReceiveBatch();
  // Sends the waiting datagrams from `first` on. Returns how many were sent; 0 if the first one failed.
  std::size_t SendBatch(std::size_t first);

  asio::ip::udp::socket socket_;
  Calls calls_;
  bool is_ipv6_;  // the socket's family, in which addresses are given to the system
  std::unique_ptr<Batch> in_, out_;
  std::unique_ptr<Received[]> received_;
  std::size_t waiting_ = 0;  // in `out_`
  std::uint64_t dropped_ = 0;
  bool may_have_more_ = false;
};

}  // namespace parley
