// Gateway writes requests to etcd's JSON gateway (version 3 of its API), and reads the answers. It has no
// connection: values and text go in and out. In this JSON, bytes are base64, 64-bit numbers are strings, and
// fields that are zero are left out.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/cluster/ordering.h"

namespace parley::cluster {

class Gateway {
 public:
  // The path of a request and its body.
  struct Post {
    std::string_view path;
    std::string body;
  };

  // `cluster` is a name (IsClusterName). Its batches have keys `parley/CLUSTER/log/SERVER/NUMBER`.
  explicit Gateway(std::string_view cluster) : prefix_("parley/" + std::string(cluster) + "/log/") {}

  [[nodiscard]] Post Write(const StoreRequest& request, const Incarnation& self) const;
  [[nodiscard]] static Post LogIn(std::string_view user, std::string_view password);

  // An answer to anything but kFollow and LogIn.
  struct Told {
    StoreAnswer answer;
    bool logged_out = false;   // the token is not valid, or no longer
    std::string problem = {};  // if it failed: what etcd says
  };
  [[nodiscard]] Told Read(StoreRequest::Kind kind, std::string_view json) const;

  // One line of what kFollow brings: batches, or its end.
  struct Line {
    std::vector<StoredBatch> batches = {};
    std::optional<Told> end = {};
  };
  [[nodiscard]] Line ReadLine(std::string_view json) const;

  // The token of LogIn. Nothing if there is none; then `problem` says why.
  [[nodiscard]] static std::optional<std::string> ReadToken(std::string_view json, std::string& problem);

 private:
  [[nodiscard]] std::string PrefixEnd() const;
  [[nodiscard]] std::optional<StoredBatch> ReadPair(std::string_view json) const;
  [[nodiscard]] std::optional<StoredBatch> ReadFirst(std::string_view pairs) const;
  [[nodiscard]] Told ReadWrite(std::string_view json) const;
  [[nodiscard]] bool ReadEvent(std::string_view json, std::vector<StoredBatch>& batches) const;

  std::string prefix_;
};

}  // namespace parley::cluster
