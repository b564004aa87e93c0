#include "common/net/tls.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "common/net/certificate.h"

namespace parley {
namespace {

std::chrono::sys_seconds Today() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// An authority and a server's certificate for `localhost` made by it, in memory and (the authority) in a
// file.
class Tls : public testing::Test {
 protected:
  Tls()
      : authority_(*MakeAuthority("an authority", Today())),
        leaf_(*MakeLeaf(authority_, {"localhost"}, Today())) {
    std::ofstream(ca_file_) << authority_.certificate;
    std::string error;
    server_context_ = TlsContext::Server(leaf_.certificate, leaf_.key, error);
    EXPECT_TRUE(server_context_) << error;
    client_context_ = TlsContext::Client(ca_file_, error);
    EXPECT_TRUE(client_context_) << error;
  }
  ~Tls() override { std::filesystem::remove(ca_file_); }

  // Carries what both say to each other, at most `piece` bytes at once, until nobody says more.
  static void Carry(TlsSession& from, TlsSession& to, std::size_t piece = std::string::npos) {
    std::string wire = std::exchange(from.outgoing(), {});
    while (!wire.empty()) {
      to.Receive(std::string_view(wire).substr(0, piece));
      to.Handshake();
      wire.erase(0, piece);
    }
  }
  static bool Shake(TlsSession& client, TlsSession& server, std::size_t piece = std::string::npos) {
    auto status = client.Handshake();
    for (int i = 0; i < 10 && status == TlsSession::Status::kNeedMore; ++i) {
      Carry(client, server, piece);
      Carry(server, client, piece);
      status = client.Handshake();
    }
    Carry(client, server, piece);
    return status == TlsSession::Status::kOk && server.Handshake() == TlsSession::Status::kOk;
  }
  static std::string ReadAll(TlsSession& session) {
    std::array<char, 20000> into{};
    std::string all;
    for (;;) {
      const auto result = session.Read(into);
      if (result.status != TlsSession::Status::kOk) return all;
      all.append(into.data(), result.bytes);
    }
  }

  std::string ca_file_ = testing::TempDir() + "parley-ca-" + std::to_string(::getpid()) + ".pem";
  KeyPair authority_;
  KeyPair leaf_;
  std::shared_ptr<TlsContext> server_context_, client_context_;
};

TEST_F(Tls, CarriesBytesBothWays) {
  TlsSession client(client_context_, "localhost");
  TlsSession server(server_context_);
  ASSERT_TRUE(Shake(client, server));

  ASSERT_EQ(client.Write("from the client"), TlsSession::Status::kOk);
  server.Receive(client.outgoing());
  EXPECT_EQ(ReadAll(server), "from the client");
  ASSERT_EQ(server.Write("from the server"), TlsSession::Status::kOk);
  client.Receive(server.outgoing());
  EXPECT_EQ(ReadAll(client), "from the server");
}

TEST_F(Tls, ShakesHandsThoughEveryByteComesAlone) {
  TlsSession client(client_context_, "localhost");
  TlsSession server(server_context_);
  EXPECT_TRUE(Shake(client, server, 1));
}

TEST_F(Tls, KeepsWhatDoesNotFitForTheNextRead) {
  TlsSession client(client_context_, "localhost");
  TlsSession server(server_context_);
  ASSERT_TRUE(Shake(client, server));
  const std::string much(100'000, 'm');
  ASSERT_EQ(client.Write(much), TlsSession::Status::kOk);
  server.Receive(client.outgoing());

  std::array<char, 1000> into{};
  std::string all;
  while (all.size() < much.size()) {
    const auto result = server.Read(into);
    ASSERT_EQ(result.status, TlsSession::Status::kOk);
    all.append(into.data(), result.bytes);
    EXPECT_EQ(server.HasBuffered(), all.size() < much.size());
  }
  EXPECT_EQ(all, much);
}

TEST_F(Tls, TrustsAServerOfTheAuthorityUnderItsNameOnly) {
  TlsSession right(client_context_, "localhost");
  TlsSession server(server_context_);
  ASSERT_TRUE(Shake(right, server));
  EXPECT_EQ(right.Distrust(), std::nullopt);

  TlsSession wrong_name(client_context_, "example.org");
  TlsSession another(server_context_);
  ASSERT_TRUE(Shake(wrong_name, another));
  EXPECT_TRUE(wrong_name.Distrust());
}

TEST_F(Tls, DistrustsAServerOfAnUnknownAuthorityAndTellsItsFingerprint) {
  std::string error;
  TlsSession client(TlsContext::Client("", error), "localhost");
  TlsSession server(server_context_);
  ASSERT_TRUE(Shake(client, server)) << error;

  EXPECT_TRUE(client.Distrust());
  EXPECT_EQ(client.PeerFingerprint(), ReadCertificate(leaf_.certificate)->fingerprint);
}

TEST_F(Tls, TellsTheEndOfWhatThePeerSends) {
  TlsSession client(client_context_, "localhost");
  TlsSession server(server_context_);
  ASSERT_TRUE(Shake(client, server));
  ASSERT_EQ(client.Write("last words"), TlsSession::Status::kOk);
  client.FinishSending();
  server.Receive(client.outgoing());

  std::array<char, 100> into{};
  EXPECT_EQ(server.Read(into).bytes, 10U);
  EXPECT_TRUE(server.HasBuffered()) << "the end came with the last words: nothing new will tell of it";
  EXPECT_EQ(server.Read(into).status, TlsSession::Status::kEnd);
  EXPECT_FALSE(server.HasBuffered());
}

TEST_F(Tls, DropsWhatFollowsTheEnd) {
  TlsSession client(client_context_, "localhost");
  TlsSession server(server_context_);
  ASSERT_TRUE(Shake(client, server));
  client.FinishSending();
  const std::string wire = client.outgoing() + "junk";
  server.Receive(wire);

  std::array<char, 100> into{};
  EXPECT_EQ(server.Read(into).status, TlsSession::Status::kEnd);
  EXPECT_FALSE(server.HasBuffered()) << "a loop would read it forever";
  server.Receive("more junk");
  EXPECT_EQ(server.Read(into).status, TlsSession::Status::kEnd);
  EXPECT_FALSE(server.HasBuffered());
}

// A client's end that remembers sessions, by OpenSSL alone.
class ResumingClient {
 public:
  explicit ResumingClient(SSL_CTX* context, int version) : ssl_(SSL_new(context)) {
    SSL_set_max_proto_version(ssl_, version);
    SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl_);
  }
  ~ResumingClient() { SSL_free(ssl_); }
  ResumingClient(const ResumingClient&) = delete;
  ResumingClient& operator=(const ResumingClient&) = delete;

  // Shakes hands, with what `session` remembers where it is not null; whether that was resumed.
  bool Resumes(TlsSession& server, SSL_SESSION* session) {
    if (session != nullptr) SSL_set_session(ssl_, session);
    for (int turn = 0; turn < 5; ++turn) {
      SSL_do_handshake(ssl_);
      char* data = nullptr;
      const long size = BIO_get_mem_data(SSL_get_wbio(ssl_), &data);
      const std::string wire(data, static_cast<std::size_t>(size));
      static_cast<void>(BIO_reset(SSL_get_wbio(ssl_)));
      server.Receive(wire);
      server.Handshake();
      const std::string answer = std::exchange(server.outgoing(), {});
      BIO_write(SSL_get_rbio(ssl_), answer.data(), static_cast<int>(answer.size()));
    }
    char nothing = 0;
    SSL_read(ssl_, &nothing, 1);  // a ticket of TLS 1.3 comes after the handshake
    EXPECT_EQ(SSL_is_init_finished(ssl_), 1);
    return SSL_session_reused(ssl_) == 1;
  }
  // The caller frees it.
  SSL_SESSION* session() { return SSL_get1_session(ssl_); }

 private:
  SSL* ssl_;
};

TEST_F(Tls, ResumesSessionsByTicketsUntilTheyAreForgotten) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ResumingClient first(client_context_->native(), version);
    TlsSession one(server_context_);
    EXPECT_FALSE(first.Resumes(one, nullptr));
    const std::unique_ptr<SSL_SESSION, void (*)(SSL_SESSION*)> session(first.session(), SSL_SESSION_free);

    TlsSession two(server_context_);
    EXPECT_TRUE(ResumingClient(client_context_->native(), version).Resumes(two, session.get())) << version;
    server_context_->ForgetTickets();
    TlsSession three(server_context_);
    EXPECT_FALSE(ResumingClient(client_context_->native(), version).Resumes(three, session.get())) << version;
  }
}

// A ClientHello in many records, each a piece of it (RFC 8446, section 5.1).
TEST_F(Tls, TakesAClientHelloInManyRecords) {
  TlsSession client(client_context_, "localhost");
  client.Handshake();
  const std::string hello = std::exchange(client.outgoing(), {}).substr(5);
  std::string wire;
  for (std::size_t at = 0; at < hello.size(); at += 10) {
    const std::string piece = hello.substr(at, 10);
    wire += std::string("\x16\x03\x01\0", 4) + static_cast<char>(piece.size()) + piece;
  }
  TlsSession server(server_context_);
  server.Receive(wire);
  EXPECT_EQ(server.Handshake(), TlsSession::Status::kNeedMore);
  const std::string answer = std::exchange(server.outgoing(), {});
  EXPECT_TRUE(answer.starts_with("\x16\x03\x03")) << "its ServerHello";
  client.Receive(answer);
  EXPECT_EQ(client.Handshake(), TlsSession::Status::kOk);
}

// As browsers do that offer a post-quantum group first, and a share of it alone: they are asked for another.
TEST_F(Tls, AsksAgainWhereTheFirstGroupIsUnknown) {
  TlsSession client(client_context_, "localhost");
  client.Handshake();
  std::string hello = std::exchange(client.outgoing(), {});
  // In place of P-384 in supported_groups (X25519, P-256, P-384), and of X25519 in key_share (32 bytes).
  const std::string unknown = "\x11\xEC";
  const std::size_t groups = hello.find(std::string("\0\x1D\0\x17\0\x18", 6));
  const std::size_t share = hello.find(std::string("\0\x1D\0\x20", 4));
  ASSERT_NE(groups, std::string::npos);
  ASSERT_NE(share, std::string::npos);
  hello.replace(groups + 4, 2, unknown).replace(share, 2, unknown);
  TlsSession server(server_context_);
  server.Receive(hello);
  EXPECT_EQ(server.Handshake(), TlsSession::Status::kNeedMore);
  const std::string& answer = server.outgoing();
  ASSERT_GT(answer.size(), 43U);
  EXPECT_EQ(answer[0], '\x16') << "no alert";
  // The random of a HelloRetryRequest (RFC 8446, section 4.1.3).
  EXPECT_EQ(answer.substr(11, 4), "\xCF\x21\xAD\x74");
}

TEST_F(Tls, RefusesWhatIsOlderThanTls12) {
  std::string error;
  const auto old = TlsContext::Client("", error);
  SSL_CTX_set_min_proto_version(old->native(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(old->native(), TLS1_1_VERSION);
  SSL_CTX_set_cipher_list(old->native(), "ALL:@SECLEVEL=0");
  TlsSession client(old, "localhost");
  TlsSession server(server_context_);
  EXPECT_FALSE(Shake(client, server));
}

TEST_F(Tls, RefusesBytesThatAreNotAHandshake) {
  TlsSession server(server_context_);
  server.Receive("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(server.Handshake(), TlsSession::Status::kError);
}

TEST_F(Tls, NamesWhatIsWrongWithACertificateOrKey) {
  std::string error;
  EXPECT_FALSE(TlsContext::Server("nonsense", leaf_.key, error));
  EXPECT_NE(error.find("certificate"), std::string::npos) << error;
  EXPECT_FALSE(TlsContext::Server(leaf_.certificate, "nonsense", error));
  EXPECT_NE(error.find("key"), std::string::npos) << error;
  EXPECT_FALSE(TlsContext::Server(leaf_.certificate, authority_.key, error));
  EXPECT_NE(error.find("does not belong"), std::string::npos) << error;
}

TEST_F(Tls, NamesWhatIsWrongWithAFileOfAuthorities) {
  std::string error;
  EXPECT_FALSE(TlsContext::Client("/nowhere/ca.pem", error));
  EXPECT_EQ(error, "No such file or directory");
}

}  // namespace
}  // namespace parley
