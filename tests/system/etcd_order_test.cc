// The order of server/cluster in real etcd servers, on loopback: some are killed, stopped, compacted.

#include "server/cluster/etcd_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "common/base/cluster_limits.h"
#include "server/cluster/applied.h"
#include "server/cluster/chain.h"
#include "tests/support/deadline.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"
#include "tests/system/etcd_servers.h"

namespace parley::cluster {
namespace {

using std::chrono::milliseconds;
using test::Etcd;

// A chat server as far as the order is concerned, with its database.
class Server {
 public:
  Server(Selector& selector, EtcdOptions options, std::string name)
      : selector_(selector),
        options_(std::move(options)),
        name_(std::move(name)),
        database_((folder_.path() / "messages.db").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE),
        applied_(database_) {
    database_.exec("CREATE TABLE log (command TEXT UNIQUE)");
    StartUp();
  }
  void StartUp() {
    order_.reset();
    const Applied::State state = applied_.Begin(name_, ReadSystemClock().wall);
    chain_.emplace(state.chain);
    counter_ = 0;
    std::string error;
    order_ = EtcdOrder::Open(options_, {state.incarnation, state.chain}, selector_, error);
    if (!order_) throw test::Failure(error);
  }
  void Want(std::string command) { wanted_.push_back(std::move(command)); }
  void Turn(MonotonicTime now) {
    order_->Turn(now);
    if (takes_) Apply();
    if (order_->CanWrite() && !wanted_.empty()) {
      order_->Write(wanted_.front());
      wanted_.pop_front();
      ++under_way_;
    }
    order_->Turn(now);
  }
  void TakeNothing(bool nothing) { takes_ = !nothing; }
  EtcdOrder& order() { return *order_; }
  [[nodiscard]] bool idle() const { return wanted_.empty() && under_way_ == 0; }
  [[nodiscard]] const Position& position() const { return chain_->state().applied; }
  std::vector<std::string> Log() {
    std::vector<std::string> log;
    SQLite::Statement rows(database_, "SELECT command FROM log ORDER BY rowid");
    while (rows.executeStep()) log.push_back(rows.getColumn(0).getString());
    return log;
  }

 private:
  void Apply() {
    std::optional<SQLite::Transaction> transaction;
    while (const auto batch = order_->Take()) {
      if (!transaction) transaction.emplace(database_);
      if (const auto wrong = chain_->Add(*batch)) throw test::Failure(*wrong);
      SQLite::Statement add(database_, "INSERT INTO log VALUES (?)");  // fails if it is there already
      add.bind(1, batch->batch.commands);
      add.exec();
      if (batch->batch.writer.server == name_) {
        counter_ = batch->batch.counter;
        --under_way_;
      }
    }
    if (!transaction) return;
    applied_.Store(chain_->state(), counter_);
    transaction->commit();
    order_->Applied(chain_->state().applied);
  }

  Selector& selector_;
  EtcdOptions options_;
  std::string name_;
  test::TemporaryFolder folder_;
  SQLite::Database database_;
  Applied applied_;
  std::optional<Chain> chain_;
  std::uint64_t counter_ = 0;
  std::deque<std::string> wanted_;
  int under_way_ = 0;
  bool takes_ = true;
  std::unique_ptr<EtcdOrder> order_;
};

class EtcdOrderTest : public testing::Test {
 protected:
  Server& AddServer(const Etcd& etcd, const std::string& name, std::size_t first_url = 0) {
    return AddServer({"c", etcd.Urls(first_url), {}, {}, {}, {}, {}}, name);
  }
  Server& AddServer(EtcdOptions options, const std::string& name) {
    servers_.push_back(std::make_unique<Server>(selector_, std::move(options), name));
    return *servers_.back();
  }
  // Lets the servers go on until this holds. What takes too long is a failure.
  template <typename Condition>
  void Until(Condition holds) {
    const test::Deadline deadline;
    while (!holds()) {
      if (deadline.MillisecondsLeft() == 0)
        throw test::Failure("what must come does not come: " + Describe());
      std::optional<Duration> wait = milliseconds(deadline.MillisecondsLeft());
      const MonotonicTime before = ReadSystemClock().monotonic;
      for (const auto& server : servers_) {
        if (const auto next = server->order().NextTurn()) wait = std::min(*wait, *next - before);
      }
      for (const Selector::Ready& ready : selector_.Wait(wait)) {
        for (const auto& server : servers_) server->order().Ready(ready);
      }
      const MonotonicTime now = ReadSystemClock().monotonic;
      for (const auto& server : servers_) server->Turn(now);
    }
  }
  // Each server asks for some commands; goes on until all servers have applied all.
  void Exchange(int each) {
    for (const auto& server : servers_) {
      for (int i = 0; i < each; ++i) {
        const std::string command = "command " + std::to_string(expected_.size());
        expected_.insert(command);
        server->Want(command);
      }
    }
    Until([this] {
      Revision newest = 0;
      for (const auto& server : servers_) newest = std::max(newest, server->position().revision);
      return std::ranges::all_of(servers_, [newest](const auto& server) {
        return server->idle() && server->position().revision == newest;
      });
    });
    const auto log = servers_.front()->Log();
    EXPECT_EQ(std::set(log.begin(), log.end()), expected_);
    EXPECT_EQ(log.size(), expected_.size());
    for (const auto& server : servers_) {
      EXPECT_EQ(server->Log(), log);
      EXPECT_EQ(server->position(), servers_.front()->position());
    }
  }
  std::string Describe() {
    std::string text;
    for (const auto& server : servers_) {
      const auto& stopped = server->order().stopped();
      text += "[" + server->order().problem() + (stopped ? " stopped: " + stopped->text : "") + "] ";
    }
    return text;
  }
  // Any other request to etcd.
  std::string Ask(const EtcdOptions& options, const std::string& path, const std::string& body,
                  const std::string& token = "") {
    Selector selector;
    auto posts = HttpPosts::Open({options.ca_file, options.certificate_file, options.key_file}, selector);
    HttpPosts::Request request{1, options.urls.front() + path, body, {}};
    if (!token.empty()) request.headers.push_back("Authorization: " + token);
    posts->Begin(std::move(request));
    std::string answer;
    for (const test::Deadline deadline; deadline.MillisecondsLeft() > 0;) {
      posts->Tick(ReadSystemClock().monotonic);
      while (auto part = posts->Take()) {
        answer += part->bytes + part->error;
        if (part->ended) return answer;
      }
      const auto next = posts->NextDeadline();
      const Duration wait = next ? std::max(*next - ReadSystemClock().monotonic, Duration::zero())
                                 : Duration(milliseconds(deadline.MillisecondsLeft()));
      for (const auto& ready : selector.Wait(std::min<Duration>(wait, milliseconds(100))))
        posts->Ready(ready);
    }
    throw test::Failure("etcd does not answer " + path);
  }

  Selector selector_;
  std::vector<std::unique_ptr<Server>> servers_;
  std::set<std::string> expected_;
};

TEST_F(EtcdOrderTest, ServersGoOnWhileEtcdServersAreKilledAndStopped) {
  Etcd etcd(3);
  for (std::size_t i = 0; i < 3; ++i) AddServer(etcd, "s" + std::to_string(i), i);
  Exchange(10);
  etcd.Kill(0);
  Exchange(10);
  etcd.Start(0);
  // The killed one counts again once the majority needs it.
  etcd.Signal(1, SIGSTOP);
  Exchange(10);
  // Without a majority, batches wait.
  etcd.Kill(2);
  servers_[0]->Want("waits");
  expected_.insert("waits");
  Until([this] {
    return std::ranges::none_of(servers_, [](const auto& server) { return server->order().reachable(); });
  });
  EXPECT_FALSE(servers_[0]->idle());
  EXPECT_NE(servers_[0]->order().problem(), "");
  etcd.Signal(1, SIGCONT);
  Exchange(10);
  Until([this] { return servers_[0]->order().reachable(); });
}

TEST_F(EtcdOrderTest, RestartGoesOnFromWhatIsOnTheDiskUntilThatIsCompacted) {
  Etcd etcd(1);
  Server& stays = AddServer(etcd, "stays");
  Server& restarts = AddServer(etcd, "restarts");
  Exchange(3);
  restarts.StartUp();
  Exchange(3);
  AddServer(etcd, "new");
  Exchange(1);

  const Revision before = stays.position().revision;
  servers_.pop_back();
  Exchange(1);
  const EtcdOptions options{"c", etcd.Urls(), {}, {}, {}, {}, {}};
  Ask(options, "/v3/kv/compaction", R"({"revision":")" + std::to_string(before + 1) + R"("})");
  restarts.StartUp();
  Exchange(1);
  Server& late = AddServer(etcd, "late");
  Until([&late] { return late.order().stopped().has_value(); });
  EXPECT_EQ(late.order().stopped()->reason, Stop::Reason::kAwayTooLong);
}

TEST_F(EtcdOrderTest, ServerOfAnotherClusterIsRefused) {
  Etcd etcd(1);
  Server& server = AddServer(etcd, "s");
  Exchange(1);
  const Position position = server.position();
  std::string error;
  auto order = EtcdOrder::Open({"another", etcd.Urls(), {}, {}, {}, {}, {}},
                               {{"s", 9}, {position, position.hash}}, selector_, error);
  ASSERT_TRUE(order) << error;
  const test::Deadline deadline;
  while (!order->stopped() && deadline.MillisecondsLeft() > 0) {
    for (const auto& ready : selector_.Wait(milliseconds(10))) order->Ready(ready);
    order->Turn(ReadSystemClock().monotonic);
  }
  ASSERT_TRUE(order->stopped());
  EXPECT_EQ(order->stopped()->reason, Stop::Reason::kOtherOrder);
}

TEST_F(EtcdOrderTest, NewcomerReadsALongOrderNoFasterThanItIsTaken) {
  Etcd etcd(1);
  Server& writer = AddServer(etcd, "writer");
  const std::size_t count = limits::kClusterQueueBytes / limits::kClusterBatchBytes + 3;
  for (std::size_t i = 0; i < count; ++i) {
    std::string large = std::to_string(i) + " ";
    large.resize(limits::kClusterBatchBytes, 'x');
    writer.Want(std::move(large));
  }
  Until([&writer] { return writer.idle(); });
  Server& newcomer = AddServer(etcd, "newcomer");
  newcomer.TakeNothing(true);
  Until([&newcomer] { return !newcomer.order().HasRoom(); });
  newcomer.TakeNothing(false);
  Until([&] { return newcomer.position() == writer.position(); });
  EXPECT_EQ(newcomer.Log().size(), count);
}

// A certificate of our own authority that is good for both ends, made by openssl.
void MakeCertificates(const std::filesystem::path& folder) {
  std::ofstream(folder / "extensions") << "subjectAltName=IP:" + test::OwnAddress() + ",IP:127.0.0.1\n"
                                       << "extendedKeyUsage=serverAuth,clientAuth\n";
  const std::string script =
      "cd '" + folder.string() +
      "' && set -e\n"
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem"
      " -subj /CN=test-authority -days 2\n"
      // No common name: etcd would take it for a user's.
      "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout node.key -out node.csr"
      " -subj /O=parley\n"
      "openssl x509 -req -in node.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile extensions"
      " -days 2 -out node.pem\n";
  test::Process openssl({"/bin/sh", "-c", script});
  ASSERT_EQ(openssl.WaitForExit(), 0) << openssl.err().TakeAll();
}

TEST_F(EtcdOrderTest, UsesCertificatesUserAndPassword) {
  const test::TemporaryFolder keys;
  MakeCertificates(keys.path());
  const auto file = [&keys](const char* name) { return (keys.path() / name).string(); };
  Etcd etcd(1, {"--cert-file", file("node.pem"), "--key-file", file("node.key"), "--trusted-ca-file",
                file("ca.pem"), "--client-cert-auth"});
  EtcdOptions options{"c", etcd.Urls(), file("ca.pem"), file("node.pem"), file("node.key"), {}, {}};
  AddServer(options, "before");
  Exchange(2);
  for (const char* user : {"root", "parley"}) {
    Ask(options, "/v3/auth/user/add", R"({"name":")" + std::string(user) + R"(","password":"right"})");
    Ask(options, "/v3/auth/user/grant", R"({"user":")" + std::string(user) + R"(","role":"root"})");
  }
  Ask(options, "/v3/auth/role/add", R"({"name":"root"})");
  Ask(options, "/v3/auth/user/grant", R"({"user":"root","role":"root"})");
  Ask(options, "/v3/auth/user/grant", R"({"user":"parley","role":"root"})");
  EXPECT_EQ(Ask(options, "/v3/auth/enable", "{}").find("error"), std::string::npos);

  Server& without = AddServer(options, "without");
  Until([&without] { return without.order().problem().find("user name is empty") != std::string::npos; });
  servers_.clear();
  expected_.clear();
  options.user = "parley";
  options.password = "wrong";
  Server& wrong = AddServer(options, "wrong");
  Until([&wrong] { return wrong.order().problem().find("authentication failed") != std::string::npos; });
  servers_.clear();
  options.password = "right";
  Server& right = AddServer(options, "right");
  right.Want("with a password");
  Until([&right] { return right.idle() && right.Log().size() == 3; });

  // Without our authority, etcd's certificate is not trusted.
  servers_.clear();
  options.ca_file.clear();
  Server& distrusts = AddServer(options, "distrusts");
  Until([&distrusts] { return distrusts.order().problem().find("certificate") != std::string::npos; });
}

TEST_F(EtcdOrderTest, RefusesWrongOptions) {
  for (const EtcdOptions& options : std::vector<EtcdOptions>{{"c", {}, {}, {}, {}, {}, {}},
                                                             {"a b", {"http://h:1"}, {}, {}, {}, {}, {}},
                                                             {"c", {"h:1"}, {}, {}, {}, {}, {}},
                                                             {"c", {"http://"}, {}, {}, {}, {}, {}},
                                                             {"c", {"http://h:1/"}, {}, {}, {}, {}, {}},
                                                             {"c", {"http://u:p@h:1"}, {}, {}, {}, {}, {}},
                                                             {"c", {"file://h:1"}, {}, {}, {}, {}, {}}}) {
    std::string error;
    EXPECT_FALSE(EtcdOrder::Open(options, {{"s", 1}, {}}, selector_, error));
    EXPECT_NE(error, "");
  }
}

}  // namespace
}  // namespace parley::cluster
