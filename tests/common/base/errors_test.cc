#include "common/base/errors.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace parley {
namespace {

constexpr int kCount = static_cast<int>(ErrorCode::kInternal) + 1;

TEST(ErrorCode, ComesBackFromItsName) {
  for (int i = 0; i < kCount; ++i) {
    const auto code = static_cast<ErrorCode>(i);
    EXPECT_EQ(ErrorCodeFromString(ToString(code)), code) << ToString(code);
  }
}

TEST(ErrorCode, HasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int i = 0; i < kCount; ++i) names.insert(ToString(static_cast<ErrorCode>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kCount));
}

TEST(ErrorCode, IsNothingWhereTheNameIsUnknown) {
  for (const char* name : {"", "Bad_json", "bad_json ", "bad", "teapot"}) {
    EXPECT_EQ(ErrorCodeFromString(name), std::nullopt) << name;
  }
}

TEST(ErrorCode, ClosesTheConnectionWhereTheProtocolSaysSo) {
  const std::set<std::string_view> fatal = {
      "bad_json", "too_large", "hello_required", "protocol_unsupported", "slow_consumer", "server_full"};
  for (int i = 0; i < kCount; ++i) {
    const auto code = static_cast<ErrorCode>(i);
    EXPECT_EQ(IsFatal(code), fatal.contains(ToString(code))) << ToString(code);
  }
}

}  // namespace
}  // namespace parley
