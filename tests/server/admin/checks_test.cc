#include "server/admin/checks.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "common/net/listener.h"
#include "tests/support/temporary_folder.h"

namespace parley {
namespace {

using testing::HasSubstr;
using Grade = Finding::Grade;
using std::chrono::days;

constexpr std::chrono::sys_seconds kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);
constexpr std::uint64_t kMebibyte = 1024 * 1024;

TEST(CheckJudges, ALineBeginsWithItsGrade) {
  EXPECT_EQ(ToLine({Grade::kOk, "a", "b"}), "ok      a: b");
  EXPECT_EQ(ToLine({Grade::kWarning, "a", "b"}), "warning a: b");
  EXPECT_EQ(ToLine({Grade::kProblem, "a", "b"}), "problem a: b");
}

TEST(CheckJudges, DescriptorsMustReachForThePeersThatAreWanted) {
  EXPECT_EQ(JudgeDescriptors(1'000'000, 999'000, {}).grade, Grade::kOk);
  EXPECT_EQ(JudgeDescriptors(256, 192, {}).grade, Grade::kWarning);
  EXPECT_EQ(JudgeDescriptors(64, 32, {}).grade, Grade::kProblem);
  EXPECT_EQ(JudgeDescriptors(256, 192, 100).grade, Grade::kOk);
  const Finding short_of = JudgeDescriptors(1024, 960, 5000);
  EXPECT_EQ(short_of.grade, Grade::kProblem);
  EXPECT_THAT(short_of.text, AllOf(HasSubstr("960 peers"), HasSubstr("5000"), HasSubstr("LimitNOFILE")));
}

TEST(CheckJudges, AFullDiskIsAProblemAndANearlyFullOneAWarning) {
  EXPECT_EQ(JudgeDisk("/d", 50'000 * kMebibyte).grade, Grade::kOk);
  EXPECT_EQ(JudgeDisk("/d", 500 * kMebibyte).grade, Grade::kWarning);
  EXPECT_EQ(JudgeDisk("/d", 99 * kMebibyte).grade, Grade::kProblem);
  EXPECT_THAT(JudgeDisk("/d", 99 * kMebibyte).text, HasSubstr("99 MiB are free in /d"));
}

TEST(CheckJudges, AClockThatWasNeverSetIsAProblem) {
  EXPECT_EQ(JudgeClock(kNow, true).grade, Grade::kOk);
  EXPECT_EQ(JudgeClock(kNow, false).grade, Grade::kWarning);
  EXPECT_EQ(JudgeClock(std::chrono::sys_seconds{}, true).grade, Grade::kProblem);
}

class CheckCertificates : public testing::Test {
 protected:
  // One that was made `ago`, and is good for a year from then.
  static KeyPair Made(days ago) {
    return *MakeLeaf(*MakeAuthority("a", kNow - ago), {"chat.example"}, kNow - ago);
  }
};

TEST_F(CheckCertificates, OneThatIsGoodIsSaidWithItsNamesAndItsEnd) {
  const Finding finding = JudgeCertificate(Made(days(0)), kNow);
  EXPECT_EQ(finding.grade, Grade::kOk);
  EXPECT_THAT(finding.text, HasSubstr("chat.example and expires in 365 days"));
}

TEST_F(CheckCertificates, ACertificateThatEndsSoonIsAWarningAndAnExpiredOneAProblem) {
  EXPECT_EQ(JudgeCertificate(Made(days(340)), kNow).grade, Grade::kWarning);
  EXPECT_THAT(JudgeCertificate(Made(days(340)), kNow).text, HasSubstr("renew"));
  EXPECT_EQ(JudgeCertificate(Made(days(400)), kNow).grade, Grade::kProblem);
  EXPECT_THAT(JudgeCertificate(Made(days(400)), kNow).text, HasSubstr("expired"));
}

TEST_F(CheckCertificates, OneThatHasNotBegunIsAProblem) {
  EXPECT_EQ(JudgeCertificate(Made(-days(1)), kNow).grade, Grade::kOk) << "it begins a day earlier";
  const Finding ahead = JudgeCertificate(Made(-days(31)), kNow);
  EXPECT_EQ(ahead.grade, Grade::kProblem);
  EXPECT_THAT(ahead.text, AllOf(HasSubstr("not valid before 2026-12-23"), HasSubstr("set the clock")));
}

TEST_F(CheckCertificates, TheServersOwnAreLookedAtFromBothEnds) {
  const auto judge = [](days authority_ago, days leaf_ago) {
    const KeyPair authority = *MakeAuthority("a", kNow - authority_ago);
    return JudgeOwnCertificate("/d", authority, *MakeLeaf(authority, {"localhost"}, kNow - leaf_ago), kNow);
  };
  EXPECT_EQ(judge(days(0), days(0)).grade, Grade::kOk);
  EXPECT_EQ(judge(days(3000), days(400)).grade, Grade::kOk) << "it is made again by itself";
  EXPECT_EQ(judge(days(3640), days(0)).grade, Grade::kWarning);
  EXPECT_EQ(judge(days(3660), days(0)).grade, Grade::kWarning);
  const Finding authority = judge(-days(31), -days(31));
  EXPECT_EQ(authority.grade, Grade::kProblem);
  EXPECT_THAT(authority.text, AllOf(HasSubstr("ca.crt, is not valid before 2026-12-23"),
                                    HasSubstr("start the server"), HasSubstr("everybody must trust")));
  const Finding leaf = judge(days(0), -days(31));
  EXPECT_EQ(leaf.grade, Grade::kProblem);
  EXPECT_THAT(leaf.text,
              AllOf(HasSubstr("server.crt is not valid before 2026-12-23"), HasSubstr("start the server")));
}

TEST_F(CheckCertificates, AnAuthorityThatIsNoneIsAProblemAndNoneYetIsFine) {
  KeyPair authority = *MakeAuthority("a", kNow);
  EXPECT_EQ(JudgeOwnCertificate("/d", {}, {}, kNow).grade, Grade::kOk);
  authority.key = MakeAuthority("a", kNow)->key;
  EXPECT_EQ(JudgeOwnCertificate("/d", authority, {}, kNow).grade, Grade::kProblem);
  EXPECT_THAT(JudgeOwnCertificate("/d", authority, {}, kNow).text, HasSubstr("remove both"));
}

TEST_F(CheckCertificates, AnothersKeyIsAProblem) {
  KeyPair pair = Made(days(0));
  pair.key = Made(days(0)).key;
  EXPECT_EQ(JudgeCertificate(pair, kNow).grade, Grade::kProblem);
  EXPECT_THAT(JudgeCertificate(pair, kNow).text, HasSubstr("--key"));
  EXPECT_EQ(JudgeCertificate({"nothing", pair.key}, kNow).grade, Grade::kProblem);
}

class CheckFiles : public testing::Test {
 protected:
  std::string File(const std::string& name, const std::string& text, mode_t mode) {
    const std::string path = (folder_.path() / name).string();
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path;
  }
  test::TemporaryFolder folder_;
};

TEST_F(CheckFiles, ADataFolderIsForOneUserAlone) {
  Config config;
  config.data = folder_.path().string();
  ::chmod(config.data.c_str(), 0700);
  EXPECT_EQ(CheckData(config).front().grade, Grade::kOk);
  const std::string file = File("token.key", "x", 0640);
  EXPECT_EQ(CheckData(config).front().grade, Grade::kWarning);
  EXPECT_THAT(CheckData(config).front().text, HasSubstr("chmod 600 " + file));
  ::chmod(file.c_str(), 0600);
  ::chmod(config.data.c_str(), 0750);
  EXPECT_THAT(CheckData(config).front().text, HasSubstr("chmod 700 " + config.data));
}

TEST_F(CheckFiles, ADataFolderThatIsMissingIsNotMade) {
  Config config;
  config.data = (folder_.path() / "a/b").string();
  EXPECT_EQ(CheckData(config).front().grade, Grade::kOk);
  EXPECT_THAT(CheckData(config).front().text, HasSubstr("will be made"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "a"));
  EXPECT_EQ(CheckData(config).back().about, "disk");
}

TEST_F(CheckFiles, AFileWhereTheDataFolderShouldBeIsAProblem) {
  Config config;
  config.data = File("file", "", 0600);
  EXPECT_EQ(CheckData(config).front().grade, Grade::kProblem);
  config.memory = true;
  EXPECT_EQ(CheckData(config).front().grade, Grade::kOk);
}

TEST_F(CheckFiles, SecretsAreReadableByThisUserAlone) {
  Config config;
  EXPECT_TRUE(CheckSecrets(config).empty());
  config.turn_secret_file = File("secret", "s3cret\n", 0600);
  EXPECT_EQ(CheckSecrets(config).front().grade, Grade::kOk);
  ::chmod(config.turn_secret_file.c_str(), 0644);
  EXPECT_EQ(CheckSecrets(config).front().grade, Grade::kWarning);
  config.turn_secret_file = File("empty", "\n", 0600);
  EXPECT_EQ(CheckSecrets(config).front().grade, Grade::kProblem);
  config.turn_secret_file = "";
  config.jwt_key_file = File("short", "x", 0600);
  EXPECT_EQ(CheckSecrets(config).front().grade, Grade::kProblem);
  config.jwt_key_file = File("long", std::string(64, 'x'), 0600);
  EXPECT_EQ(CheckSecrets(config).front().grade, Grade::kOk);
}

TEST_F(CheckFiles, ACertificateThatCannotBeReadIsAProblem) {
  Config config;
  config.tls = Endpoint{"127.0.0.1", 0};
  EXPECT_EQ(CheckCertificate(config, kNow).front().grade, Grade::kOk);
  config.certificate_file = "/nowhere/at/all";
  config.key_file = "/nowhere/either";
  EXPECT_EQ(CheckCertificate(config, kNow).front().grade, Grade::kProblem);
  const KeyPair pair = *MakeLeaf(*MakeAuthority("a", kNow), {"chat.example"}, kNow);
  config.certificate_file = File("c.pem", pair.certificate, 0644);
  config.key_file = File("k.pem", pair.key, 0644);
  const auto findings = CheckCertificate(config, kNow);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings.front().grade, Grade::kOk);
  EXPECT_EQ(findings.back().grade, Grade::kWarning);
  EXPECT_THAT(findings.back().text, HasSubstr("chmod 600 " + config.key_file));
}

TEST(CheckDoors, APortThatIsTakenIsAProblem) {
  std::error_code error;
  const auto taken = Listener::Open({"127.0.0.1", 0}, error);
  ASSERT_TRUE(taken);
  Config config;
  config.plain = taken->local();
  config.tls = Endpoint{"127.0.0.1", 0};
  const auto findings = CheckDoors(config);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings.front().grade, Grade::kProblem);
  EXPECT_THAT(findings.front().text, AllOf(HasSubstr("ss -ltnp"), HasSubstr("--plain ADDR:PORT")));
  EXPECT_EQ(findings.back().grade, Grade::kOk);
  config.plain.reset();
  EXPECT_EQ(CheckDoors(config).size(), 1U);
}

TEST(CheckDoors, AnyOtherProblemSaysWhatToDo) {
  Config config;
  config.plain = Endpoint{"nowhere", 8080};
  config.tls.reset();
  EXPECT_THAT(CheckDoors(config).front().text, HasSubstr("; choose another address with --plain ADDR:PORT"));
}

}  // namespace
}  // namespace parley
