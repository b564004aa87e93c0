// Attacks on who somebody is: forged tokens, guessed passwords, names that look like another one.

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/support/attack.h"
#include "tests/support/line_peer.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace parley::test {
namespace {

using testing::HasSubstr;

class WithAccount {
 protected:
  WithAccount() {
    Process add({ChatServerPath(), "user", "add", "Paul", "--data", folder_.path().string()});
    add.Write("the right one\n");
    add.CloseStdin();
    if (add.WaitForExit() != 0) throw Failure(add.err().TakeAll());
  }
  TemporaryFolder folder_;
};

class AttackOnIdentity : public WithAccount, public Attack {
 protected:
  AttackOnIdentity() : Attack({"--data", folder_.path().string()}) {}
};

TEST_F(AttackOnIdentity, LookAlikesOfAnAccountAndOfAGuestAreRefused) {
  LinePeer ana(server_.port(), "Olga Ivanova");
  LinePeer eve(server_.port());
  for (const char* name : {"paul", "PauI", "Pau1", "\uFF30aul", "P\u0430ul", "\u0420\u0430ul", "P\u200Baul",
                           "\u202Eluap", "Paul\u00A0", "Pa\u00ADul"}) {
    const std::string outcome = Outcome(eve.Hello(name));
    EXPECT_TRUE(outcome == "name_taken" || outcome == "name_invalid") << name << ": " << outcome;
  }
  EXPECT_EQ(Outcome(eve.Hello("0lga lvanova")), "name_taken");
  EXPECT_EQ(Outcome(eve.Hello("\u041E\u013Cga")), "name_invalid");
  EXPECT_EQ(Outcome(eve.Hello("Eve")), "welcome");
  OthersTalkOn(32 * kMiB);
  ana.wire().Close();
  eve.wire().Close();
  NothingIsLeft();
}

TEST_F(AttackOnIdentity, ForgedTokensLetNobodyIn) {
  LinePeer honest(server_.port(), "Honest");
  const std::string good = honest.token();
  const std::string payload = good.substr(good.find('.'), good.rfind('.') - good.find('.'));
  const std::string signature = good.substr(good.rfind('.'));
  // Headers: {"alg":"none"}, {"alg":"None","typ":"JWT"}, {"alg":"RS256","typ":"JWT"}, {"alg":"HS384"}.
  const std::vector<std::string> headers = {"eyJhbGciOiJub25lIn0", "eyJhbGciOiJOb25lIiwidHlwIjoiSldUIn0",
                                            "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9", "eyJhbGciOiJIUzM4NCJ9"};
  LinePeer eve(server_.port());
  for (const std::string& header : headers) {
    EXPECT_EQ(Outcome(eve.HelloWithToken(header + payload + ".")), "bad_credentials") << header;
    EXPECT_EQ(Outcome(eve.HelloWithToken(header + payload + signature)), "bad_credentials") << header;
  }
  std::string other = good;
  other[other.find('.') + 5] ^= 1;
  EXPECT_EQ(Outcome(eve.HelloWithToken(other)), "bad_credentials");
  EXPECT_EQ(Outcome(eve.HelloWithToken(good.substr(0, good.rfind('.') + 1))), "bad_credentials");
  EXPECT_EQ(Outcome(eve.HelloWithToken(good)), "welcome");
  OthersTalkOn(32 * kMiB);
  honest.wire().Close();
  eve.wire().Close();
  NothingIsLeft();
}

// From one address, for many names at once: who has the password comes in from another, while they all wait.
TEST_F(AttackOnIdentity, AHundredThatGuessAtOnceDoNotKeepAnotherOut) {
  std::vector<LinePeer> guessers;
  for (int i = 0; i < 100; ++i) {
    LinePeer& guesser = guessers.emplace_back(server_.port(), RawPeer::Options{.source = "127.0.0.66"});
    const std::string name = i % 2 == 0 ? "Paul" : "nobody " + std::to_string(i);
    guesser.Send("hello", {{"protocol", 1}, {"user", name}, {"password", "guess"}});
  }
  LinePeer paul(server_.port());
  EXPECT_EQ(Outcome(paul.Greet({{"protocol", 1}, {"user", "Paul"}, {"password", "the right one"}})),
            "welcome");
  OthersTalkOn(512 * kMiB);                                   // 64 MiB for each hash under way
  for (LinePeer& guesser : guessers) guesser.wire().Reset();  // an end in good order waits for the answer
  paul.wire().Close();
  NothingIsLeft();
}

// A school behind one address: they have used up what is free, and each has one more under way and one behind
// it when they go.
TEST_F(AttackOnIdentity, EightThatGuessedAndLeftDoNotKeepTheOwnerOut) {
  const Fields guess{{"protocol", 1}, {"user", "Paul"}, {"password", "guess"}};
  LinePeer first(server_.port());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Outcome(first.Greet(guess)), "bad_credentials");
  std::vector<LinePeer> guessers;
  for (int i = 0; i < 8; ++i) {
    LinePeer& guesser = guessers.emplace_back(server_.port());
    guesser.Send("hello", guess);
    guesser.Send("hello", guess);
  }
  for (LinePeer& guesser : guessers) guesser.wire().Close();
  LinePeer paul(server_.port());
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(Outcome(paul.Greet({{"protocol", 1}, {"user", "Paul"}, {"password", "the right one"}})),
            "welcome");
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
  OthersTalkOn(512 * kMiB);
  first.wire().Close();
  paul.wire().Close();
  NothingIsLeft();
}

TEST_F(AttackOnIdentity, AGuestDoesNotKeepTheOwnerOfItsNameOut) {
  LinePeer guest(server_.port(), "Ms Smith");
  guest.Join("class");
  Process command(
      {ChatServerPath(), "token", "Ms Smith", "--role", "host", "--data", folder_.path().string()});
  std::string token = command.out().TakeLine();
  LinePeer owner(server_.port());
  EXPECT_EQ(owner.HelloWithToken(token)["name"], "Ms Smith");
  const Json renamed = guest.NextEvent("renamed");
  EXPECT_THAT(renamed["name"].Text(), testing::StartsWith("guest-"));
  EXPECT_EQ(renamed["reason"], "name_taken");
  EXPECT_EQ(guest.NextEvent("member_changed")["member"]["name"], renamed["name"]);
  LinePeer again(server_.port());
  EXPECT_EQ(again.HelloWithToken(guest.token())["name"], renamed["name"]) << "with the token it had before";
  EXPECT_EQ(command.WaitForExit(), 0);
  OthersTalkOn(32 * kMiB);
  for (LinePeer* peer : {&guest, &owner, &again}) peer->wire().Close();
  NothingIsLeft();
}

}  // namespace
}  // namespace parley::test
