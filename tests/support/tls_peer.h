// A peer that speaks bytes over TLS: a RawPeer, and a TlsSession over it. It takes the server's certificate
// whatever it is: who is to be trusted is the matter of other tests. Owned by its test.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/net/tls.h"
#include "tests/support/raw_peer.h"

namespace parley::test {

class TlsPeer {
 public:
  // Connects and shakes hands; throws Failure where that does not work.
  explicit TlsPeer(std::uint16_t port, const RawPeer::Options& options = {});

  void Send(std::string_view bytes);
  // The same in one segment with the end of all sending (close_notify), or with that and `junk`.
  void SendLast(std::string_view bytes, std::string_view junk = "");
  // As RawPeer has them.
  std::string ReceiveExactly(std::size_t count);
  std::string ReceiveThrough(std::string_view end);
  std::string ReceiveToEnd();

  RawPeer& wire() { return wire_; }

 private:
  // False at the end.
  bool Fill();

  RawPeer wire_;
  std::unique_ptr<TlsSession> session_;
  std::string buffer_;  // decrypted, not taken yet
};

}  // namespace parley::test
