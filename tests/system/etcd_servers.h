// Servers of one etcd, on loopback, with their data in a temporary folder.

#pragma once

#include <signal.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace parley::test {

// Each test process has an address of loopback for itself, so that all ports are free there.
inline std::string OwnAddress() {
  const auto id = static_cast<unsigned>(::getpid());
  return "127." + std::to_string(64 + (id >> 16) % 64) + "." + std::to_string((id >> 8) % 256) + "." +
         std::to_string(id % 256);
}

// Servers of one etcd.
class Etcd {
 public:
  // `tls`: further arguments for TLS; clients then use https.
  explicit Etcd(std::size_t count, std::vector<std::string> tls = {})
      : tls_(std::move(tls)), scheme_(tls_.empty() ? "http://" : "https://"), servers_(count) {
    for (std::size_t i = 0; i < count; ++i) Start(i);
  }

  void Start(std::size_t i) {
    std::string all;
    for (std::size_t j = 0; j < servers_.size(); ++j)
      all += (j > 0 ? ",e" : "e") + std::to_string(j) + "=" + Peer(j);
    const std::string name = "e" + std::to_string(i);
    std::vector<std::string> command{"/usr/bin/etcd",
                                     "--name",
                                     name,
                                     "--data-dir",
                                     (folder_.path() / name).string(),
                                     "--listen-client-urls",
                                     url(i),
                                     "--advertise-client-urls",
                                     url(i),
                                     "--listen-peer-urls",
                                     Peer(i),
                                     "--initial-advertise-peer-urls",
                                     Peer(i),
                                     "--initial-cluster",
                                     all,
                                     "--heartbeat-interval",
                                     "100",
                                     "--election-timeout",
                                     "1000",
                                     "--logger",
                                     "zap",
                                     "--log-level",
                                     "error"};
    command.insert(command.end(), tls_.begin(), tls_.end());
    servers_[i] = std::make_unique<Process>(command);
  }
  void Kill(std::size_t i) {
    servers_[i]->Signal(SIGKILL);
    servers_[i]->WaitForExit();
  }
  void Signal(std::size_t i, int number) { servers_[i]->Signal(number); }
  [[nodiscard]] std::string url(std::size_t i) const {
    return scheme_ + OwnAddress() + ":" + std::to_string(2379 + 2 * i);
  }
  [[nodiscard]] std::vector<std::string> Urls(std::size_t first = 0) const {
    std::vector<std::string> urls;
    for (std::size_t i = 0; i < servers_.size(); ++i) urls.push_back(url((first + i) % servers_.size()));
    return urls;
  }

 private:
  [[nodiscard]] static std::string Peer(std::size_t i) {
    return "http://" + OwnAddress() + ":" + std::to_string(2380 + 2 * i);
  }
  TemporaryFolder folder_;
  std::vector<std::string> tls_;
  std::string scheme_;
  std::vector<std::unique_ptr<Process>> servers_;
};

}  // namespace parley::test
