#include "server/keys/keys.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "server/keys/local_names.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using std::chrono::days;

const std::chrono::sys_seconds kNow = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1};
const std::vector<std::string> kNames = {"localhost", "192.0.2.7"};

// The same certificate, but that the time of its end is none.
std::string WithoutAnEnd(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> in(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free_all);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), &X509_free);
  const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> end(ASN1_TIME_new(), &ASN1_TIME_free);
  ASN1_TIME_set(end.get(), 0);
  ASN1_STRING_set(end.get(), "x", 1);
  X509_set1_notAfter(certificate.get(), end.get());
  i2d_re_X509_tbs(certificate.get(), nullptr);  // else it is written as it was read
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), &BIO_free_all);
  PEM_write_bio_X509(out.get(), certificate.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

class KeysTest : public testing::Test {
 protected:
  KeysTest() { EXPECT_TRUE(folder_) << error_; }
  ~KeysTest() override { fs::remove_all(base_); }

  static ServerKeys Loaded(Keys& keys, const std::vector<std::string>& names, std::chrono::sys_seconds now) {
    auto loaded = keys.Load(names, now);
    if (const auto* wrong = std::get_if<std::string>(&loaded)) ADD_FAILURE() << *wrong;
    return std::get<ServerKeys>(loaded);
  }

  fs::path base_ = testing::TempDir() + "parley-keys-" + std::to_string(::getpid());
  std::string error_;
  std::optional<DataFolder> folder_ = DataFolder::Open(base_, error_);
};

TEST_F(KeysTest, AreMadeOnceAndKept) {
  Keys first(&*folder_);
  const ServerKeys made = Loaded(first, kNames, kNow);
  Keys second(&*folder_);
  const ServerKeys kept = Loaded(second, kNames, kNow + days(1));

  EXPECT_EQ(kept.fingerprint, made.fingerprint);
  EXPECT_EQ(kept.authority, made.authority);
  EXPECT_EQ(kept.pair.key, made.pair.key);
}

TEST_F(KeysTest, ANewCertificateIsMadeAMonthBeforeTheEndByTheSameAuthority) {
  Keys keys(&*folder_);
  const ServerKeys made = Loaded(keys, kNames, kNow);
  EXPECT_EQ(Loaded(keys, kNames, kNow + days(334)).fingerprint, made.fingerprint);

  const ServerKeys renewed = Loaded(keys, kNames, kNow + days(336));
  EXPECT_NE(renewed.fingerprint, made.fingerprint);
  EXPECT_EQ(renewed.authority, made.authority);
}

TEST_F(KeysTest, ANewCertificateIsMadeWhenTheMachinesAddressesChange) {
  Keys keys(&*folder_);
  const ServerKeys made = Loaded(keys, kNames, kNow);
  const ServerKeys moved = Loaded(keys, {"localhost", "192.0.2.8"}, kNow);

  EXPECT_NE(moved.fingerprint, made.fingerprint);
  EXPECT_EQ(ReadCertificate(moved.pair.certificate)->names,
            (std::vector<std::string>{"192.0.2.8", "localhost"}));
}

TEST_F(KeysTest, OfTheAuthorityAreReadableByTheOwnerAlone) {
  Keys keys(&*folder_);
  Loaded(keys, kNames, kNow);
  EXPECT_EQ(fs::status(base_ / "ca.key").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

// The server was killed between the two files, or someone put another one there.
TEST_F(KeysTest, ACertificateWithoutItsKeyIsMadeAnewByTheSameAuthority) {
  Keys first(&*folder_);
  const ServerKeys made = Loaded(first, kNames, kNow);
  for (const std::string file : {"server.key", "server.crt"}) {
    for (const std::string& contents : {std::string("junk"), made.authority, std::string()}) {
      ASSERT_TRUE(folder_->Write(file, contents));
      Keys again(&*folder_);
      const ServerKeys renewed = Loaded(again, kNames, kNow);
      EXPECT_NE(renewed.fingerprint, made.fingerprint);
      EXPECT_EQ(renewed.authority, made.authority);
      EXPECT_TRUE(BelongTogether(renewed.pair));
    }
    fs::remove(base_ / file);
    Keys again(&*folder_);
    EXPECT_TRUE(BelongTogether(Loaded(again, kNames, kNow).pair));
  }
}

TEST_F(KeysTest, AnAuthorityThatIsBrokenIsNamedAndNotMadeAnew) {
  Keys first(&*folder_);
  Loaded(first, kNames, kNow);
  for (const std::string file : {"ca.key", "ca.crt"}) {
    const auto good = folder_->Read(file);
    ASSERT_TRUE(folder_->Write(file, "junk"));
    Keys again(&*folder_);
    for (int i = 0; i < 2; ++i) {
      const auto loaded = again.Load(kNames, kNow);
      ASSERT_TRUE(std::holds_alternative<std::string>(loaded)) << file;
      EXPECT_NE(std::get<std::string>(loaded).find("remove both"), std::string::npos);
    }
    ASSERT_TRUE(folder_->Write(file, *good));
    Loaded(again, kNames, kNow);
  }
}

TEST_F(KeysTest, AnAuthorityWhoseEndCannotBeReadIsNamedAndNotMadeAnew) {
  Keys first(&*folder_);
  Loaded(first, kNames, kNow);
  ASSERT_TRUE(folder_->Write("ca.crt", WithoutAnEnd(*folder_->Read("ca.crt"))));
  Keys again(&*folder_);
  const auto loaded = again.Load(kNames, kNow);
  ASSERT_TRUE(std::holds_alternative<std::string>(loaded));
  EXPECT_NE(std::get<std::string>(loaded).find("remove both"), std::string::npos);
}

TEST_F(KeysTest, AnAuthorityWhoseTimeIsOverIsMadeAnew) {
  Keys keys(&*folder_);
  const ServerKeys made = Loaded(keys, kNames, kNow);
  EXPECT_EQ(Loaded(keys, kNames, kNow + days(3600)).authority, made.authority);
  const ServerKeys renewed = Loaded(keys, kNames, kNow + days(3651));
  EXPECT_NE(renewed.authority, made.authority);
  EXPECT_NE(renewed.fingerprint, made.fingerprint);
}

// --- A clock that is wrong ---

TEST_F(KeysTest, MadeWhileTheClockWasAheadAreMadeAgainOnceItIsRight) {
  for (const days ahead : {days(2), days(300), days(4000)}) {
    fs::remove_all(base_);
    fs::create_directories(base_);
    Keys first(&*folder_);
    const ServerKeys made = Loaded(first, kNames, kNow + ahead);
    EXPECT_EQ(made.notice, "");
    Keys again(&*folder_);
    const ServerKeys right = Loaded(again, kNames, kNow);
    EXPECT_NE(right.authority, made.authority);
    for (const std::string& pem : {right.authority, right.pair.certificate}) {
      EXPECT_LE(ReadCertificate(pem)->begins, kNow);
      EXPECT_GT(ReadCertificate(pem)->ends, kNow);
    }
    EXPECT_TRUE(IsSignedBy(right.pair.certificate, right.authority));
    EXPECT_NE(right.notice.find("the local authority is not valid before " + DayOf(kNow + ahead - days(1)) +
                                ": the clock was ahead"),
              std::string::npos)
        << right.notice;
    EXPECT_EQ(Loaded(again, kNames, kNow).notice, "") << "it is told once";
  }
}

TEST_F(KeysTest, WithinTheDayThatTheyBeginEarlierNothingIsMadeAgain) {
  Keys keys(&*folder_);
  const ServerKeys made = Loaded(keys, kNames, kNow + days(1));
  EXPECT_EQ(Loaded(keys, kNames, kNow).fingerprint, made.fingerprint);
  EXPECT_NE(Loaded(keys, kNames, kNow - std::chrono::seconds(1)).fingerprint, made.fingerprint);
}

TEST_F(KeysTest, ACertificateThatIsNotValidYetIsMadeAgainByTheSameAuthority) {
  Keys first(&*folder_);
  const ServerKeys made = Loaded(first, kNames, kNow);
  const ServerKeys ahead = Loaded(first, kNames, kNow + days(400));
  EXPECT_EQ(ahead.authority, made.authority);
  Keys again(&*folder_);
  const ServerKeys right = Loaded(again, kNames, kNow);
  EXPECT_EQ(right.authority, made.authority) << "it is valid, and trusted";
  EXPECT_LE(ReadCertificate(right.pair.certificate)->begins, kNow);
  EXPECT_NE(right.notice.find("the certificate was not valid before"), std::string::npos) << right.notice;
}

TEST_F(KeysTest, AnAuthorityThatWasReplacedByAWrongClockComesBackWithTheRightOne) {
  Keys first(&*folder_);
  const ServerKeys trusted = Loaded(first, kNames, kNow);
  const ServerKeys ahead = Loaded(first, kNames, kNow + days(4000));
  EXPECT_NE(ahead.authority, trusted.authority);
  EXPECT_NE(ahead.notice.find("the local authority expired on " + DayOf(kNow + days(3650))),
            std::string::npos)
      << ahead.notice;
  for (int i = 0; i < 2; ++i) {  // and again, whichever way it jumps
    Keys right(&*folder_);
    const ServerKeys back = Loaded(right, kNames, kNow + days(1));
    EXPECT_EQ(back.authority, trusted.authority);
    EXPECT_TRUE(IsSignedBy(back.pair.certificate, trusted.authority));
    EXPECT_NE(back.notice.find("The one before it is in use again"), std::string::npos) << back.notice;
    EXPECT_EQ(Loaded(right, kNames, kNow + days(4000)).authority, ahead.authority);
  }
}

TEST_F(KeysTest, ARemovedAuthorityIsReplacedByANewOne) {
  Keys first(&*folder_);
  const ServerKeys made = Loaded(first, kNames, kNow);
  Loaded(first, kNames, kNow + days(4000));
  fs::remove(base_ / "ca.crt");
  fs::remove(base_ / "ca.key");
  Keys again(&*folder_);
  EXPECT_NE(Loaded(again, kNames, kNow).authority, made.authority);
  EXPECT_FALSE(fs::exists(base_ / "ca.old.key"));
}

TEST_F(KeysTest, AClockThatWasNeverSetReplacesNothing) {
  Keys first(&*folder_);
  const ServerKeys made = Loaded(first, kNames, kNow);
  Keys again(&*folder_);
  const ServerKeys kept = Loaded(again, {"localhost"}, std::chrono::sys_seconds{});
  EXPECT_EQ(kept.authority, made.authority);
  EXPECT_EQ(kept.fingerprint, made.fingerprint);
  EXPECT_NE(kept.notice.find("the clock shows 1970-01-01"), std::string::npos) << kept.notice;
}

TEST_F(KeysTest, MadeByAClockThatWasNeverSetAreMadeAgainOnceItIs) {
  Keys keys(&*folder_);
  const ServerKeys made = Loaded(keys, kNames, std::chrono::sys_seconds{});
  const ServerKeys right = Loaded(keys, kNames, kNow);
  EXPECT_NE(right.authority, made.authority);
  EXPECT_GT(ReadCertificate(right.pair.certificate)->ends, kNow);
}

// The server was killed after it had replaced the authority.
TEST_F(KeysTest, ACertificateOfAnotherAuthorityIsMadeAgain) {
  Keys first(&*folder_);
  const ServerKeys made = Loaded(first, kNames, kNow);
  const auto other = MakeAuthority("Parley local authority", kNow);
  ASSERT_TRUE(folder_->Write("ca.crt", other->certificate) && folder_->Write("ca.key", other->key));
  Keys again(&*folder_);
  const ServerKeys renewed = Loaded(again, kNames, kNow);
  EXPECT_NE(renewed.fingerprint, made.fingerprint);
  EXPECT_TRUE(IsSignedBy(renewed.pair.certificate, other->certificate));
}

TEST_F(KeysTest, LiveWithoutAFolderAsLongAsTheObject) {
  Keys keys(nullptr);
  const ServerKeys made = Loaded(keys, kNames, kNow);
  EXPECT_EQ(Loaded(keys, kNames, kNow).fingerprint, made.fingerprint);
}

TEST_F(KeysTest, OfFilesAreReadAgainEachTime) {
  Keys source(nullptr);
  const std::string certificate = base_ / "c.pem";
  const std::string key = base_ / "k.pem";
  const auto put = [&](const ServerKeys& what) {
    std::ofstream(certificate) << what.pair.certificate;
    std::ofstream(key) << what.pair.key;
  };
  const ServerKeys first = Loaded(source, kNames, kNow);
  const ServerKeys second = Loaded(source, {"localhost"}, kNow);
  Keys keys(certificate, key);

  put(first);
  EXPECT_EQ(Loaded(keys, kNames, kNow).fingerprint, first.fingerprint);
  put(second);
  EXPECT_EQ(Loaded(keys, kNames, kNow).fingerprint, second.fingerprint);
}

TEST_F(KeysTest, OfFilesSayWhichOneCannotBeRead) {
  Keys keys(base_ / "missing.pem", base_ / "missing.key");
  const auto loaded = keys.Load(kNames, kNow);
  ASSERT_TRUE(std::holds_alternative<std::string>(loaded));
  EXPECT_NE(std::get<std::string>(loaded).find("missing.pem"), std::string::npos);
}

TEST(LocalNames, HaveLocalhostAndLoopbackSortedAndOnce) {
  const auto names = LocalNames();
  for (const char* name : {"localhost", "127.0.0.1", "::1"}) {
    EXPECT_NE(std::ranges::find(names, name), names.end()) << name;
  }
  EXPECT_TRUE(std::ranges::is_sorted(names));
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

}  // namespace
}  // namespace parley
