#include "server/accounts/account_store.h"

#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "server/accounts/passwords.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

class AccountStoreTest : public testing::Test {
 protected:
  AccountStoreTest() {
    fs::create_directory(folder_);
    store_ = AccountStore::Open(file_, error_);
    EXPECT_TRUE(store_) << error_;
  }
  ~AccountStoreTest() override {
    store_.reset();
    fs::remove_all(folder_);
  }

  static Account Named(const char* name, protocol::Role role = protocol::Role::kMember) {
    return {.name = *protocol::PersonName(name),
            .role = role,
            .password = "hash",
            .generation = "",
            .created = WallTime(std::chrono::milliseconds(1'700'000'000'123))};
  }
  std::string GenerationOf(const char* key) {
    const auto account = store_->Find(key, error_);
    return account ? account->generation : "";
  }

  const fs::path folder_ = testing::TempDir() + "parley-accounts-" + std::to_string(::getpid());
  const fs::path file_ = folder_ / "accounts.db";
  std::string error_;
  std::unique_ptr<AccountStore> store_;
};

TEST_F(AccountStoreTest, AnAddedAccountIsFoundByItsKey) {
  ASSERT_TRUE(store_->Add(Named("Zoë", protocol::Role::kAdmin), error_)) << error_;
  const auto account = store_->Find("zoë", error_);
  ASSERT_TRUE(account) << error_;
  EXPECT_EQ(account->name.shown, "Zoë");
  EXPECT_EQ(account->name.key, "zoë");
  EXPECT_EQ(account->role, protocol::Role::kAdmin);
  EXPECT_EQ(account->password, "hash");
  EXPECT_EQ(account->created, Named("x").created);
  EXPECT_FALSE(account->generation.empty());
}

TEST_F(AccountStoreTest, AMissingNameIsNotAnError) {
  EXPECT_FALSE(store_->Find("ana", error_));
  EXPECT_EQ(error_, "");
}

TEST_F(AccountStoreTest, ANameThatLooksLikeAnothersIsFound) {
  ASSERT_TRUE(store_->Add(Named("Paul"), error_)) << error_;
  const auto account = store_->FindLookalike(*protocol::PersonName("Pau1"), error_);
  ASSERT_TRUE(account) << error_;
  EXPECT_EQ(account->name.shown, "Paul");
  EXPECT_FALSE(store_->FindLookalike(*protocol::PersonName("paul"), error_)) << "itself";
  EXPECT_FALSE(store_->FindLookalike(*protocol::PersonName("Paula"), error_));
  EXPECT_EQ(error_, "");
}

TEST_F(AccountStoreTest, AnotherProgramsChangesAffectTheLookalikeCheckAtOnce) {
  EXPECT_FALSE(store_->FindLookalike(*protocol::PersonName("Pau1"), error_));
  const auto other = AccountStore::Open(file_, error_);
  ASSERT_TRUE(other->Add(Named("Paul"), error_)) << error_;
  EXPECT_TRUE(store_->FindLookalike(*protocol::PersonName("Pau1"), error_));
  ASSERT_TRUE(other->Remove(*protocol::PersonName("Paul"), error_)) << error_;
  EXPECT_FALSE(store_->FindLookalike(*protocol::PersonName("Pau1"), error_));
}

TEST_F(AccountStoreTest, ANameCannotBeAddedTwice) {
  ASSERT_TRUE(store_->Add(Named("Ana"), error_));
  EXPECT_FALSE(store_->Add(Named("ANA", protocol::Role::kAdmin), error_));
  EXPECT_EQ(error_, "there is an account 'ANA' already");
  EXPECT_EQ(store_->Find("ana", error_)->role, protocol::Role::kMember);
}

TEST_F(AccountStoreTest, TheListIsByName) {
  for (const char* name : {"Cem", "ana", "Ben"}) ASSERT_TRUE(store_->Add(Named(name), error_));
  std::string names;
  for (const Account& account : store_->List(error_)) names += account.name.shown + " ";
  EXPECT_EQ(names, "ana Ben Cem ");
}

TEST_F(AccountStoreTest, ANewPasswordIsANewGeneration) {
  ASSERT_TRUE(store_->Add(Named("ana"), error_));
  const std::string before = GenerationOf("ana");
  ASSERT_TRUE(store_->SetPassword(Named("Ana").name, "other", error_)) << error_;
  EXPECT_EQ(store_->Find("ana", error_)->password, "other");
  const std::string after = GenerationOf("ana");
  EXPECT_NE(after, before);
  ASSERT_TRUE(store_->SetPassword(Named("Ana").name, "third", error_)) << error_;
  EXPECT_NE(GenerationOf("ana"), after);
}

TEST_F(AccountStoreTest, AnAccountThatIsMadeAgainIsANewGeneration) {
  ASSERT_TRUE(store_->Add(Named("ana"), error_));
  const std::string before = GenerationOf("ana");
  ASSERT_TRUE(store_->Remove(Named("ana").name, error_)) << error_;
  EXPECT_FALSE(store_->Find("ana", error_));
  ASSERT_TRUE(store_->Add(Named("ana"), error_));
  EXPECT_NE(GenerationOf("ana"), before);
}

TEST_F(AccountStoreTest, AMissingAccountCannotBeChanged) {
  EXPECT_FALSE(store_->SetPassword(Named("ana").name, "hash", error_));
  EXPECT_EQ(error_, "there is no account 'ana'");
  error_.clear();
  EXPECT_FALSE(store_->Remove(Named("ana").name, error_));
  EXPECT_EQ(error_, "there is no account 'ana'");
}

TEST_F(AccountStoreTest, AnotherProgramSeesAChangeAtOnce) {
  const auto other = AccountStore::Open(file_, error_);
  ASSERT_TRUE(other) << error_;
  EXPECT_FALSE(other->Find("ana", error_));
  ASSERT_TRUE(store_->Add(Named("ana"), error_));
  EXPECT_TRUE(other->Find("ana", error_));
  ASSERT_TRUE(other->Remove(Named("ana").name, error_));
  EXPECT_FALSE(store_->Find("ana", error_));
  EXPECT_EQ(error_, "");
}

TEST_F(AccountStoreTest, ItIsForItsOwnerAlone) {
  ASSERT_TRUE(store_->Add(Named("ana"), error_));
  for (const auto& file : fs::directory_iterator(folder_)) {
    struct stat facts {};
    ASSERT_EQ(::stat(file.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U) << file.path();
  }
}

TEST_F(AccountStoreTest, ItOutlivesItsProgram) {
  ASSERT_TRUE(store_->Add(Named("ana"), error_));
  store_ = AccountStore::Open(file_, error_);
  ASSERT_TRUE(store_) << error_;
  EXPECT_TRUE(store_->Find("ana", error_));
}

TEST_F(AccountStoreTest, SaysWhyItCannotBeOpened) {
  std::ofstream(folder_ / "notes") << "this is a text of somebody, and no database at all: leave it alone";
  EXPECT_FALSE(AccountStore::Open(folder_ / "notes", error_));
  EXPECT_THAT(error_, HasSubstr("damaged"));
  EXPECT_FALSE(AccountStore::Open(folder_, error_));
}

TEST_F(AccountStoreTest, SaysWhenItCannotBeRead) {
  SQLite::Database(file_, SQLite::OPEN_READWRITE).exec("DROP TABLE account");
  EXPECT_FALSE(store_->Find("ana", error_));
  EXPECT_NE(error_, "");
  error_.clear();
  EXPECT_THAT(store_->List(error_), IsEmpty());
  EXPECT_NE(error_, "");
  error_.clear();
  EXPECT_FALSE(store_->Remove(Named("ana").name, error_));
  EXPECT_NE(error_, "there is no account 'ana'");
}

// --- Passwords ---

TEST(PasswordsTest, ThePasswordAndNoOtherIsRight) {
  const std::string hash = HashPassword("correct horse");
  EXPECT_EQ(CheckPassword(hash, "correct horse"), PasswordCheck::kRight);
  EXPECT_EQ(CheckPassword(hash, "correct horses"), PasswordCheck::kWrong);
  EXPECT_EQ(CheckPassword(hash, ""), PasswordCheck::kWrong);
}

TEST(PasswordsTest, AHashIsArgon2idWithASaltOfItsOwn) {
  const std::string hash = HashPassword("x");
  EXPECT_THAT(hash, testing::StartsWith("$argon2id$v=19$m=65536,t=2,p=1$"));
  EXPECT_NE(HashPassword("x"), hash);
}

TEST(PasswordsTest, AHashThatIsNoneFitsNoPassword) {
  for (const char* hash : {"", "x", "$argon2id$"}) {
    EXPECT_EQ(CheckPassword(hash, "x"), PasswordCheck::kWrong) << hash;
  }
}

}  // namespace
}  // namespace parley
