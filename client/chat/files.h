// Files is the part of a Session that asks the server where a file goes to or comes from. The owner of the
// Session then transfers the bytes (link/Transfer). Only a few uploads run at a time, because the server
// limits how many a person has before messages name them. Owned by the Session, whose state must outlive it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "client/chat/session_state.h"
#include "common/protocol/event.h"
#include "common/protocol/request.h"

namespace parley::client {

// The server is ready for the bytes of a file, or has them.
struct FileOrder {
  bool upload = false;
  std::string url;   // a path on the server
  std::string path;  // here
  std::string name;  // for people
  std::uint64_t size = 0;
  std::string sha256 = {};  // of a download
  std::string room = {};    // of an upload: its key
  std::string file = {};    // of an upload: its id, for Messaging::SayFile
};

class Files {
 public:
  explicit Files(SessionState& state) : state_(state) {}

  // Into the current room: the file at `path`, which others see as `name`. It may have to wait for others.
  void Send(std::string path, std::string_view name, std::uint64_t size);
  // The file of a message, to `path`; empty: its own name.
  void Get(protocol::Sequence sequence, std::string path);

  void On(const protocol::UploadReply& reply, const Asked& asked);
  void On(const protocol::DownloadReply& reply, const Asked& asked);
  // The message whose file is wanted.
  void On(const protocol::HistoryReply& reply, Asked asked);

  std::vector<FileOrder> TakeOrders();
  // One upload has ended, well or not: that of an order, or one that the server refused.
  void UploadEnded();
  // In a room, for the first time or again: what waits for that is asked for.
  void AskNext();

  // Uploads that wait for others.
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  // No upload waits or is under way.
  [[nodiscard]] bool idle() const { return under_way_ == 0 && waiting_.empty(); }

 private:
  struct Waiting {
    protocol::Upload upload;
    Asked asked;
  };

  SessionState& state_;
  std::deque<Waiting> waiting_;
  std::size_t under_way_ = 0;
  std::vector<FileOrder> orders_;
};

// A name that a file may have here, whatever another person has called it: no folder, no hidden file, nothing
// that controls a terminal.
std::string LocalFileName(std::string_view name);

}  // namespace parley::client
