#include "common/base/sha256.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace parley {
namespace {

// FIPS 180-2, appendix B.
constexpr auto* kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256Test, IsThatOfTheStandardHoweverTheBytesCome) {
  Sha256 whole;
  whole.Add("abc");
  EXPECT_EQ(whole.Finish(), kOfAbc);
  Sha256 pieces;
  for (const char* piece : {"a", "", "bc"}) pieces.Add(piece);
  EXPECT_EQ(pieces.Finish(), kOfAbc);
  EXPECT_EQ(Sha256().Finish(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256Test, AFileIsReadToItsEnd) {
  const std::filesystem::path file = testing::TempDir() + "parley-sha256-" + std::to_string(::getpid());
  const std::string bytes(200'000, 'x');
  std::ofstream(file, std::ios::binary) << bytes;
  Sha256 sum;
  sum.Add(bytes);
  EXPECT_EQ(Sha256OfFile(file), sum.Finish());
  std::filesystem::remove(file);
  EXPECT_EQ(Sha256OfFile(file), std::nullopt);
  EXPECT_EQ(Sha256OfFile(testing::TempDir()), std::nullopt) << "a folder has none";
}

}  // namespace
}  // namespace parley
