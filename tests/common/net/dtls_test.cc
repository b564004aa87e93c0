#include "common/net/dtls.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "common/base/media_limits.h"
#include "common/net/certificate.h"

namespace parley {
namespace {

using Status = DtlsSession::Status;

// Made once: keys are dear.
const KeyPair& Certificate(bool of_client) {
  static const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  static const KeyPair authority = *MakeAuthority("parley", now);
  static const KeyPair server = *MakeLeaf(authority, {"server"}, now);
  static const KeyPair client = *MakeLeaf(authority, {"client"}, now);
  return of_client ? client : server;
}

class Dtls : public testing::Test {
 protected:
  static std::shared_ptr<DtlsContext> Context(bool of_client) {
    const KeyPair& pair = Certificate(of_client);
    std::string error;
    auto made = of_client ? DtlsContext::Client(pair.certificate, pair.key, error)
                          : DtlsContext::Server(pair.certificate, pair.key, error);
    EXPECT_TRUE(made) << error;
    return made;
  }

  // Carries datagrams both ways until nothing moves.
  void Carry() {
    for (bool moved = true; moved;) {
      moved = false;
      for (auto [from, to] : {std::pair{&client_, &server_}, std::pair{&server_, &client_}}) {
        for (const std::string& datagram : from->TakeOutgoing()) {
          EXPECT_LE(datagram.size(), limits::kSentDatagramBytes);
          to->Receive(datagram);
          moved = true;
        }
      }
    }
  }

  std::shared_ptr<DtlsContext> server_context_ = Context(false), client_context_ = Context(true);
  DtlsSession server_{server_context_}, client_{client_context_};
};

TEST_F(Dtls, BothSidesGetTheSameKeysAndTheOthersFingerprint) {
  client_.Start();
  Carry();
  ASSERT_EQ(server_.status(), Status::kConnected);
  ASSERT_EQ(client_.status(), Status::kConnected);
  const auto keys = server_.Keys();
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->profile, SrtpProfile::kAeadAes128Gcm);
  EXPECT_EQ(keys->client.size(), 28U);
  EXPECT_NE(keys->client, keys->server);
  EXPECT_EQ(keys->client, client_.Keys()->client);
  EXPECT_EQ(keys->server, client_.Keys()->server);
  EXPECT_EQ(server_.PeerFingerprint(), ReadCertificate(Certificate(true).certificate)->fingerprint);
  EXPECT_EQ(client_.PeerFingerprint(), ReadCertificate(Certificate(false).certificate)->fingerprint);
}

TEST_F(Dtls, AClientWithTheOlderProfileAloneGetsIt) {
  SSL_CTX_set_tlsext_use_srtp(client_context_->native(), "SRTP_AES128_CM_SHA1_80");
  DtlsSession client(client_context_);
  client.Start();
  for (int i = 0; i < 10; ++i) {
    for (const std::string& datagram : client.TakeOutgoing()) server_.Receive(datagram);
    for (const std::string& datagram : server_.TakeOutgoing()) client.Receive(datagram);
  }
  ASSERT_TRUE(server_.Keys());
  EXPECT_EQ(server_.Keys()->profile, SrtpProfile::kAes128CmHmacSha1);
  EXPECT_EQ(server_.Keys()->server.size(), 30U);
  EXPECT_EQ(server_.Keys()->server, client.Keys()->server);
}

TEST_F(Dtls, AHelloInSeveralDatagramsIsPutTogether) {
  // Browsers send more than fits into one, because of the keys that resist quantum computers.
  client_.Start();
  const auto hello = client_.TakeOutgoing();
  ASSERT_EQ(hello.size(), 1U);
  // The header of the record (13 bytes) and of the handshake message (12 bytes), then the message.
  const std::string& whole = hello.front();
  const std::string record = whole.substr(0, 11);
  const std::string message = whole.substr(13, 6);
  const std::string body = whole.substr(25);
  const std::size_t half = body.size() / 2;
  const auto piece = [&](std::size_t at, std::size_t size, char number) {
    const auto two = [](std::size_t value) {
      return std::string{static_cast<char>(value >> 8U), static_cast<char>(value & 0xFFU)};
    };
    std::string datagram = record;
    datagram[10] = number;  // of the record, so that it is no replay
    return datagram + two(12 + size) + message + '\0' + two(at) + '\0' + two(size) + body.substr(at, size);
  };
  server_.Receive(piece(0, half, 1));
  EXPECT_TRUE(server_.TakeOutgoing().empty());
  server_.Receive(piece(half, body.size() - half, 2));
  EXPECT_FALSE(server_.TakeOutgoing().empty());
  EXPECT_EQ(server_.status(), Status::kHandshake);
}

TEST_F(Dtls, NothingIsSentAgainBeforeItIsTime) {
  client_.Start();
  client_.TakeOutgoing();
  EXPECT_EQ(client_.Retransmit(), Status::kHandshake);
  EXPECT_TRUE(client_.TakeOutgoing().empty());
}

TEST_F(Dtls, AClientWithoutACertificateIsRejected) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> plain(SSL_CTX_new(DTLS_client_method()),
                                                                SSL_CTX_free);
  SSL* const ssl = SSL_new(plain.get());
  BIO* const in = BIO_new(BIO_s_mem());
  BIO* const out = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(in, -1);
  SSL_set_bio(ssl, in, out);
  SSL_set_options(ssl, SSL_OP_NO_QUERY_MTU);
  DTLS_set_link_mtu(ssl, 1400);
  SSL_set_connect_state(ssl);
  for (int i = 0; i < 6 && server_.status() == Status::kHandshake; ++i) {
    SSL_do_handshake(ssl);
    std::string bytes(4000, '\0');
    const int count = BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
    // The memory BIO joins datagrams; records follow one another all the same.
    if (count > 0) server_.Receive(std::string_view(bytes).substr(0, static_cast<std::size_t>(count)));
    for (const std::string& datagram : server_.TakeOutgoing()) {
      BIO_write(in, datagram.data(), static_cast<int>(datagram.size()));
      SSL_do_handshake(ssl);
    }
  }
  EXPECT_EQ(server_.status(), Status::kError);
  EXPECT_FALSE(server_.Keys());
  SSL_free(ssl);
}

TEST_F(Dtls, AnEndIsHeardOnTheOtherSide) {
  client_.Start();
  Carry();
  client_.Close();
  Carry();
  EXPECT_EQ(server_.status(), Status::kEnd);
  EXPECT_FALSE(server_.Keys());
}

TEST_F(Dtls, GarbageIsIgnoredWhateverThePhase) {
  server_.Receive("garbage");
  server_.Receive(std::string(1500, '\x16'));
  EXPECT_EQ(server_.status(), Status::kHandshake);
  client_.Start();
  Carry();
  server_.Receive("\x17garbage");
  EXPECT_EQ(server_.status(), Status::kConnected);
}

TEST(DtlsContext, SaysWhatIsWrongWithItsCertificate) {
  std::string error;
  EXPECT_FALSE(DtlsContext::Server("no certificate", Certificate(false).key, error));
  EXPECT_NE(error, "");
  EXPECT_FALSE(DtlsContext::Server(Certificate(false).certificate, Certificate(true).key, error));
}

}  // namespace
}  // namespace parley
