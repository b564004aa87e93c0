#include "server/cluster/gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/cluster/batch_text.h"

namespace parley::cluster {
namespace {

using testing::HasSubstr;
using Kind = StoreRequest::Kind;
using Outcome = StoreAnswer::Outcome;

const Incarnation kWriter{"ana", 7};
// "parley/c/log/", "parley/c/log0" and the key of ana's incarnation 7.
constexpr const char* kPrefix = "cGFybGV5L2MvbG9nLw==";
constexpr const char* kPrefixEnd = "cGFybGV5L2MvbG9nMA==";
constexpr const char* kKey = "cGFybGV5L2MvbG9nL2FuYS8wMDAwMDAwMDAwMDAwMDAwMDAwNw==";

std::string Pair(const std::string& fields) {
  return R"({"key":")" + std::string(kKey) + R"(",)" + fields + "}";
}

class GatewayTest : public testing::Test {
 protected:
  Gateway gateway_{"c"};
};

TEST_F(GatewayTest, WritesOnlyBehindTheBatchBefore) {
  const auto post = gateway_.Write({Kind::kWrite, 1, 0, 0, 3, "value"}, kWriter);
  EXPECT_EQ(post.path, "/v3/kv/txn");
  EXPECT_EQ(post.body, R"({"compare":[{"key":")" + std::string(kKey) +
                           R"(","target":"VERSION","result":"EQUAL","version":"2"}],)"
                           R"("success":[{"request_put":{"key":")" +
                           kKey + R"(","value":"dmFsdWU="}}],"failure":[{"request_range":{"key":")" + kKey +
                           R"("}}]})");
}

TEST_F(GatewayTest, FollowsFromARevision) {
  const auto post = gateway_.Write({Kind::kFollow, 1, 0, 12}, kWriter);
  EXPECT_EQ(post.path, "/v3/watch");
  EXPECT_EQ(post.body, R"({"create_request":{"fragment":true,"start_revision":"12","key":")" +
                           std::string(kPrefix) + R"(","range_end":")" + kPrefixEnd + R"("}})");
}

TEST_F(GatewayTest, AsksForTheNewestNowOrThen) {
  EXPECT_THAT(gateway_.Write({Kind::kVerify, 1, 0, 12}, kWriter).body, HasSubstr(R"("revision":"12")"));
  const std::string newest = gateway_.Write({Kind::kNewest, 1, 0}, kWriter).body;
  EXPECT_THAT(newest, HasSubstr(R"("keys_only":true)"));
  EXPECT_THAT(newest, testing::Not(HasSubstr("revision")));
}

TEST_F(GatewayTest, ReadsTheAnswerToAWrite) {
  const auto done = gateway_.Read(
      Kind::kWrite, R"({"header":{"revision":"9"},"succeeded":true,"responses":[{"response_put":{}}]})");
  EXPECT_EQ(done.answer.outcome, Outcome::kDone);
  EXPECT_EQ(done.answer.found->revision, 9U);
  const auto taken = gateway_.Read(
      Kind::kWrite, R"({"header":{"revision":"9"},"responses":[{"response_range":{"kvs":[)" +
                        Pair(R"("mod_revision":"5","version":"3","value":"dmFsdWU=")") + "]}}]}");
  EXPECT_EQ(taken.answer.outcome, Outcome::kTaken);
  ASSERT_TRUE(taken.answer.found);
  EXPECT_EQ(taken.answer.found->revision, 5U);
  EXPECT_EQ(taken.answer.found->counter, 3U);
  EXPECT_EQ(taken.answer.found->writer, kWriter);
  EXPECT_EQ(taken.answer.found->value, "value");
  const auto empty = gateway_.Read(Kind::kWrite, R"({"header":{},"responses":[{"response_range":{}}]})");
  EXPECT_EQ(empty.answer.outcome, Outcome::kTaken);
  EXPECT_FALSE(empty.answer.found);
}

TEST_F(GatewayTest, AnswerThatIsNotWholeDecidesNothing) {
  for (const char* json :
       {"", "{}", "[]", "null", R"({"succeeded":"true"})", R"({"succeeded":false})", R"({"responses":[]})",
        R"({"responses":[{"response_put":{}}]})", R"({"responses":[{"response_range":{"kvs":[{}]}}]})",
        R"({"responses":[{"response_range":{"kvs":"x"}}]})",
        R"({"responses":[{"response_range":{"kvs":[]}}]})", R"({"header":{"revision":"9"},"succ)"}) {
    EXPECT_EQ(gateway_.Read(Kind::kWrite, json).answer.outcome, Outcome::kFailed) << json;
  }
  for (const char* json : {"", "{}", R"({"kvs":[]})", R"({"header":{},"kvs":[]})", R"({"header":"x"})",
                           R"({"header":{},"kvs":[{"key":"*","mod_revision":"5"}]})",
                           R"({"header":{},"kvs":[{"key":"AA==","mod_revision":"-5"}]})"}) {
    EXPECT_EQ(gateway_.Read(Kind::kNewest, json).answer.outcome, Outcome::kFailed) << json;
  }
}

TEST_F(GatewayTest, ReadsWhatEtcdRefuses) {
  const auto compacted = gateway_.Read(
      Kind::kVerify,
      R"({"error":"x","message":"etcdserver: mvcc: required revision has been compacted","code":11})");
  EXPECT_EQ(compacted.answer.outcome, Outcome::kCompacted);
  const auto future = gateway_.Read(
      Kind::kVerify, R"({"error":"etcdserver: mvcc: required revision is a future revision","code":11})");
  EXPECT_EQ(future.answer.outcome, Outcome::kFuture);
  const auto token =
      gateway_.Read(Kind::kNewest, R"({"message":"etcdserver: invalid auth token","code":16})");
  EXPECT_EQ(token.answer.outcome, Outcome::kFailed);
  EXPECT_TRUE(token.logged_out);
  EXPECT_EQ(token.problem, "etcdserver: invalid auth token");
}

TEST_F(GatewayTest, ReadsTheLinesOfAStream) {
  EXPECT_TRUE(gateway_.ReadLine(R"({"result":{"header":{},"created":true}})").batches.empty());
  const auto line = gateway_.ReadLine(R"({"result":{"header":{},"events":[{"kv":)" +
                                      Pair(R"("mod_revision":"5","version":"1","value":"dmFsdWU=")") +
                                      R"(},{"type":"DELETE","kv":)" + Pair(R"("mod_revision":"6")") +
                                      R"(},{"kv":{"key":"b3RoZXI=","mod_revision":"7","version":"1"}}]}})");
  ASSERT_EQ(line.batches.size(), 2U);
  EXPECT_EQ(line.batches[0].writer, kWriter);
  EXPECT_EQ(line.batches[1].revision, 7U);
  EXPECT_FALSE(line.batches[1].writer);
  EXPECT_FALSE(line.end);
}

TEST_F(GatewayTest, ReadsTheEndOfAStream) {
  const auto compacted = gateway_.ReadLine(R"({"result":{"canceled":true,"compact_revision":"3"}})");
  EXPECT_EQ(compacted.end->answer.outcome, Outcome::kCompacted);
  const auto no_leader =
      gateway_.ReadLine(R"({"error":{"grpc_code":14,"http_code":503,"message":"etcdserver: no leader"}})");
  EXPECT_EQ(no_leader.end->answer.outcome, Outcome::kFailed);
  EXPECT_EQ(no_leader.end->problem, "etcdserver: no leader");
  EXPECT_EQ(gateway_.ReadLine(R"({"result":{"canceled":true}})").end->answer.outcome, Outcome::kFailed);
  EXPECT_EQ(gateway_.ReadLine("nonsense").end->answer.outcome, Outcome::kFailed);
  // One event that is not understood: none of the line counts.
  const auto half = gateway_.ReadLine(R"({"result":{"events":[{"kv":)" +
                                      Pair(R"("mod_revision":"5","version":"1")") + R"(},{"kv":7}]}})");
  EXPECT_TRUE(half.batches.empty());
  EXPECT_EQ(half.end->answer.outcome, Outcome::kFailed);
}

TEST_F(GatewayTest, ReadsATokenThatFitsIntoAHead) {
  std::string problem;
  EXPECT_EQ(Gateway::ReadToken(R"({"header":{},"token":"abc.5"})", problem), "abc.5");
  EXPECT_FALSE(Gateway::ReadToken(R"({"token":"abc\r\nHost: x"})", problem));
  EXPECT_FALSE(Gateway::ReadToken(R"({"message":"authentication failed","code":3})", problem));
  EXPECT_EQ(problem, "authentication failed");
}

TEST(BatchText, ReadsWhatItWrote) {
  const Position applied{123, std::string(64, 'c')};
  const std::string value = WriteBatch(applied, "two\nlines");
  const auto text = ReadBatch(value);
  ASSERT_TRUE(text);
  EXPECT_EQ(text->applied, applied);
  EXPECT_EQ(text->commands, "two\nlines");
  EXPECT_EQ(ReadKey(KeyOf(kWriter)), kWriter);
  EXPECT_EQ(ReadKey(KeyOf({"x", UINT64_MAX})), (Incarnation{"x", UINT64_MAX}));
}

TEST(BatchText, RejectsEverythingElse) {
  const std::string hash(64, 'c');
  for (const std::string& value :
       {std::string(), std::string("1 5"), "2 5 " + hash + "\nx", "1 -5 " + hash + "\nx", "1 5 " + hash,
        "1 5 " + hash + "c\nx", "1 5 " + std::string(64, 'C') + "\nx", "1  " + hash + "\n"}) {
    EXPECT_FALSE(ReadBatch(value)) << value;
  }
  for (const char* key :
       {"", "ana", "ana/7", "/00000000000000000007", "ana/0000000000000000007x", "ana/99999999999999999999",
        "a b/00000000000000000007", "ana/x/0000000000000000007"}) {
    EXPECT_FALSE(ReadKey(key)) << key;
  }
}

}  // namespace
}  // namespace parley::cluster
