#include "common/net/tls.h"

#include <gtest/gtest.h>
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

TEST_F(Tls, RefusesWhatIsNoHandshake) {
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

}  // namespace
}  // namespace parley
