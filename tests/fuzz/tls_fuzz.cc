// The server's end of TLS: fed with anything from the first byte on, and, after a handshake with a real
// client, with records that were tampered with. No plain byte may come out that the client did not send, in
// its order; and nothing that arrives may keep the loop turning.
//
// Input: one byte of flags (1: shake hands first; 2: TLS 1.2), one for the size of the pieces; then, without
// a handshake, the wire's bytes. With one, operations, each with its arguments: see Play.

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/net/certificate.h"
#include "common/net/tls.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::TlsContext;
using parley::TlsSession;
using parley::fuzz::Require;
using Status = TlsSession::Status;

constexpr unsigned kShake = 1;
constexpr unsigned kTls12 = 2;

struct Contexts {
  std::shared_ptr<TlsContext> server, client, client12;
};

// Made once: keys cost more than all that is done with them.
const Contexts& Shared() {
  static const Contexts* const made = [] {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto authority = parley::MakeAuthority("an authority", now);
    const auto leaf = parley::MakeLeaf(*authority, {"localhost"}, now);
    std::string error;
    auto* contexts = new Contexts{TlsContext::Server(leaf->certificate, leaf->key, error),
                                  TlsContext::Client("", error), TlsContext::Client("", error)};
    SSL_CTX_set_max_proto_version(contexts->client12->native(), TLS1_2_VERSION);
    return contexts;
  }();
  return *made;
}

// A server's session, read as the channel reads it.
class Server {
 public:
  explicit Server(std::size_t piece) : piece_(piece) {}

  // Gives it `wire` in pieces; false once it is over.
  bool Receive(std::string_view wire) {
    for (; !wire.empty() && !over_; wire.remove_prefix(std::min(piece_, wire.size()))) {
      session_.Receive(wire.substr(0, piece_));
      if (shaken_ || Shake()) Read();
    }
    return !over_;
  }

  [[nodiscard]] bool shaken() const { return shaken_; }
  [[nodiscard]] const std::string& plain() const { return plain_; }
  TlsSession& session() { return session_; }

 private:
  bool Shake() {
    const Status status = session_.Handshake();
    Require(status != Status::kEnd);
    shaken_ = status == Status::kOk;
    over_ = status == Status::kError;
    return shaken_;
  }

  // Until it needs more; then nothing may be left that would be read without a new byte.
  void Read() {
    std::array<char, 1000> into{};
    for (;;) {
      const TlsSession::Result result = session_.Read(into);
      Require(result.bytes <= into.size() && (result.bytes > 0) == (result.status == Status::kOk));
      plain_.append(into.data(), result.bytes);
      if (result.status == Status::kOk) continue;
      over_ = result.status != Status::kNeedMore;
      Require(result.status == Status::kError || !session_.HasBuffered());
      return;
    }
  }

  std::size_t piece_;
  TlsSession session_{Shared().server};
  std::string plain_;
  bool shaken_ = false;
  bool over_ = false;
};

// The input, taken piece by piece; at its end there are zeros.
class Input {
 public:
  explicit Input(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  unsigned Byte() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }
  std::string_view Some(std::size_t size) {
    const std::string_view some = bytes_.substr(0, size);
    bytes_.remove_prefix(some.size());
    return some;
  }

 private:
  std::string_view bytes_;
};

bool ShakeHands(TlsSession& client, Server& server) {
  for (int turn = 0; turn < 10; ++turn) {
    const std::string from_server = std::exchange(server.session().outgoing(), {});
    client.Receive(from_server);
    const bool done = client.Handshake() == Status::kOk;
    if (!server.Receive(std::exchange(client.outgoing(), {}))) return false;
    if (done && server.shaken()) return true;
  }
  return false;
}

// What the client sends, and what becomes of it on its way.
struct Wire {
  TlsSession client;
  std::string waiting;  // encrypted, not delivered
  std::string sent;     // plain

  void Say(std::string_view text) {
    if (text.empty() || client.Write(text) != Status::kOk) return;
    sent += text;
    Take();
  }
  void Take() { waiting += std::exchange(client.outgoing(), {}); }
};

bool Step(Input& input, Wire& wire, Server& server) {
  switch (input.Byte() % 7) {
    case 0:
      wire.Say(input.Some(input.Byte()));
      return true;
    case 1:  // many bytes, of more than a record (16 KiB) where that byte is high
      wire.Say(std::string(std::size_t{80} * input.Byte(), 'm'));
      return true;
    case 2:
      wire.client.FinishSending();
      wire.Take();
      return true;
    case 3: {  // flips bits of a byte
      const std::size_t at = input.Byte() * 256 + input.Byte();
      const unsigned bits = input.Byte();
      if (!wire.waiting.empty()) {
        char& byte = wire.waiting[at % wire.waiting.size()];
        byte = static_cast<char>(static_cast<unsigned char>(byte) ^ bits);
      }
      return true;
    }
    case 4:  // puts bytes between
      wire.waiting.insert(std::min<std::size_t>(input.Byte(), wire.waiting.size()), input.Some(input.Byte()));
      return true;
    case 5:  // loses bytes
      wire.waiting.erase(0, input.Byte());
      return true;
    default:  // delivers, again with the first byte's low bit
      const std::string copy = wire.waiting;
      const bool twice = (input.Byte() & 1U) != 0;
      return server.Receive(std::exchange(wire.waiting, {})) && (!twice || server.Receive(copy));
  }
}

void Play(Input input, bool tls12, Server& server) {
  Wire wire{TlsSession(tls12 ? Shared().client12 : Shared().client, "localhost"), {}, {}};
  Require(ShakeHands(wire.client, server));
  while (!input.empty() && Step(input, wire, server)) {
  }
  server.Receive(wire.waiting);
  Require(wire.sent.starts_with(server.plain()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  Server server(data[1] == 0 ? std::size_t{64} * 1024 : data[1]);
  const std::string_view bytes = parley::fuzz::Text(data + 2, size - 2);
  if ((data[0] & kShake) != 0) {
    Play(Input(bytes), (data[0] & kTls12) != 0, server);
  } else {
    server.Receive(bytes);
    Require(server.plain().empty());
  }
  return 0;
}
