// EtcdOrder is an Order in etcd: an Ordering whose store is etcd (3.4 or newer), through its JSON gateway.
//
// It has no thread and never waits. Its owner passes on what a Selector reports. The owner calls Turn in each
// turn of its loop, and at the time that NextTurn returns.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/cluster/gateway.h"
#include "server/cluster/http_posts.h"
#include "server/cluster/ordering.h"

namespace parley::cluster {

struct EtcdOptions {
  std::string cluster;            // IsClusterName
  std::vector<std::string> urls;  // of etcd's servers: http://HOST:PORT or https://HOST:PORT
  // PEM files: who signs etcd's certificates (empty: the system's authorities), and the certificate and key
  // of this server (empty: none).
  std::string ca_file, certificate_file, key_file;
  std::string user, password;  // empty: etcd asks for none
};

class EtcdOrder : public Ordering {
 public:
  // `selector` watches its sockets, and must outlive it. Null if the options are wrong; then `error` says
  // what to do.
  static std::unique_ptr<EtcdOrder> Open(EtcdOptions options, OrderStart start, Selector& selector,
                                         std::string& error);

  void Ready(const Selector::Ready& ready) { posts_->Ready(ready); }
  // Sends what is to be asked, and reads what has come.
  void Turn(MonotonicTime now);
  [[nodiscard]] std::optional<MonotonicTime> NextTurn() const;
  // Why etcd cannot be used at the moment, for the operator. Empty while it can.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  struct Exchange {
    StoreRequest::Kind kind;
    std::string bytes = {};     // came, not read yet
    std::size_t looked_at = 0;  // bytes at the front that have no end of a line
    bool paused = false;
    bool told = false;  // an answer came
  };
  EtcdOrder(EtcdOptions options, OrderStart start, std::unique_ptr<HttpPosts> posts);
  void Receive(HttpPosts::Part part, MonotonicTime now);
  void ReceiveLogIn(const HttpPosts::Part& part, MonotonicTime now);
  void ReadLines(std::uint64_t ticket, Exchange& exchange, MonotonicTime now);
  void Told(std::uint64_t ticket, const Gateway::Told& told, MonotonicTime now);
  void DropUnwanted();
  bool LoggedIn(MonotonicTime now);
  void LogInFailed(std::string problem, MonotonicTime now);
  void Send(const StoreRequest& request);
  void Post(std::uint64_t id, std::size_t site, const Gateway::Post& post, bool follow);

  EtcdOptions options_;
  Incarnation self_;
  Gateway gateway_;
  std::unique_ptr<HttpPosts> posts_;
  std::map<std::uint64_t, Exchange> exchanges_;  // by ticket
  std::string problem_;

  std::string token_;
  std::string login_answer_;
  std::size_t login_site_ = 0;
  std::optional<MonotonicTime> login_until_;  // one is under way
  MonotonicTime login_again_ = {};
};

}  // namespace parley::cluster
