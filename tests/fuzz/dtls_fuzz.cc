// The server's end of DTLS: fed with any datagrams, before, within and after a handshake with a real client.
// What it sends fits into datagrams, and it is never connected to somebody without a certificate.
//
// Input: one byte that says how many datagrams of the real handshake come first, then datagrams, each after
// one byte with its length in units of 8 bytes.

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/media_limits.h"
#include "common/net/certificate.h"
#include "common/net/dtls.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::DtlsContext;
using parley::DtlsSession;
using parley::fuzz::Require;

struct Contexts {
  std::shared_ptr<DtlsContext> server, client;
};

// Made once: keys cost more than all that is done with them.
const Contexts& Shared() {
  static const Contexts* const made = [] {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto authority = parley::MakeAuthority("an authority", now);
    const auto leaf = parley::MakeLeaf(*authority, {"localhost"}, now);
    std::string error;
    return new Contexts{DtlsContext::Server(leaf->certificate, leaf->key, error),
                        DtlsContext::Client(leaf->certificate, leaf->key, error)};
  }();
  return *made;
}

// Up to `count` datagrams of a real handshake.
void Shake(DtlsSession& server, DtlsSession& client, std::size_t count) {
  client.Start();
  for (bool moved = true; moved;) {
    moved = false;
    for (const std::string& datagram : client.TakeOutgoing()) {
      if (count == 0) return;
      --count;
      server.Receive(datagram);
      moved = true;
    }
    for (const std::string& datagram : server.TakeOutgoing()) client.Receive(datagram);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view input = parley::fuzz::Text(data, size);
  DtlsSession server(Shared().server);
  DtlsSession client(Shared().client);
  Shake(server, client, static_cast<unsigned char>(input.front()) % 8);
  input.remove_prefix(1);
  while (!input.empty()) {
    const std::size_t length = std::size_t{8} * static_cast<unsigned char>(input.front());
    input.remove_prefix(1);
    server.Receive(input.substr(0, length));
    input.remove_prefix(std::min(length, input.size()));
    for (const std::string& datagram : server.TakeOutgoing()) {
      Require(datagram.size() <= parley::limits::kSentDatagramBytes);
    }
    if (server.status() == DtlsSession::Status::kConnected) {
      Require(!server.PeerFingerprint().empty() && server.Keys());
    }
  }
  server.Close();
  return 0;
}
