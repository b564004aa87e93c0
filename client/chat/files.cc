#include "client/chat/files.h"

#include <utility>

#include "client/chat/media_type.h"
#include "common/codec/visible.h"

namespace parley::client {
namespace {

using Kind = Notice::Kind;

constexpr std::string_view kFeature = "files";

// More at once would not be faster, and the chat has the same line.
constexpr std::size_t kUploadsAtOnce = 3;

}  // namespace

std::string LocalFileName(std::string_view name) {
  const std::size_t slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  while (name.starts_with('.') || name.starts_with('-') || name.starts_with(' ')) name.remove_prefix(1);
  const std::string visible = Visible(name);
  return visible.empty() ? "file" : visible;
}

void Files::Send(std::string path, std::string_view name, std::uint64_t size) {
  const Room* const room = state_.rooms.current();
  if (room == nullptr || !state_.NeedConnection() || !state_.NeedFeature(kFeature, "files")) return;
  protocol::Upload upload;
  upload.room = room->name();
  upload.name = std::string(name);
  upload.size = size;
  upload.media_type = std::string(MediaTypeOf(name));
  Asked asked{.kind = Asked::Kind::kUpload, .room = state_.rooms.order().back(), .what = "/send " + path};
  asked.name = std::string(name);
  asked.size = size;
  asked.file = std::move(path);
  waiting_.push_back({std::move(upload), std::move(asked)});
  AskNext();
}

void Files::AskNext() {
  for (auto next = waiting_.begin();
       state_.greeted && under_way_ < kUploadsAtOnce && next != waiting_.end();) {
    auto& [upload, asked] = *next;
    const Room* const room = state_.rooms.Find(asked.room);
    if (room != nullptr && !room->joined()) {  // not yet again
      ++next;
      continue;
    }
    if (room == nullptr) {
      state_.Tell(Kind::kProblem, "not sent: " + asked.name + ": you left " + upload.room);
    } else {
      state_.requests.Ask(upload, std::move(asked));
      ++under_way_;
    }
    next = waiting_.erase(next);
  }
}

void Files::UploadEnded() {
  --under_way_;
  AskNext();
}

void Files::Get(protocol::Sequence sequence, std::string path) {
  const Room* const room = state_.rooms.current();
  if (room == nullptr || !state_.NeedConnection() || !state_.NeedFeature(kFeature, "files")) return;
  Asked asked{.kind = Asked::Kind::kFileOf, .room = state_.rooms.order().back(), .what = "/get"};
  asked.seq = sequence;
  asked.file = std::move(path);
  // Always asked for: of old messages nothing is kept here, and the `ok` of one's own has no checksum.
  protocol::History history{.room = room->name(), .before = std::nullopt, .after = sequence - 1};
  history.limit = 1;
  state_.requests.Ask(history, std::move(asked));
}

void Files::On(const protocol::HistoryReply& reply, Asked asked) {
  const bool there = !reply.messages.empty() && reply.messages.front().seq == asked.seq;
  asked.of = there ? reply.messages.front().file : nullptr;
  if (!asked.of) return state_.Tell(Kind::kProblem, "that message has no file");
  if (asked.file.empty()) asked.file = LocalFileName(asked.of->name);
  asked.kind = Asked::Kind::kDownload;
  const protocol::Download download{reply.room, asked.seq};
  state_.requests.Ask(download, std::move(asked));
}

void Files::On(const protocol::UploadReply& reply, const Asked& asked) {
  orders_.push_back({.upload = true,
                     .url = reply.url,
                     .path = asked.file,
                     .name = asked.name,
                     .size = asked.size,
                     .room = asked.room,
                     .file = reply.file});
}

void Files::On(const protocol::DownloadReply& reply, const Asked& asked) {
  if (!asked.of) return;
  orders_.push_back({.upload = false,
                     .url = reply.url,
                     .path = asked.file,
                     .name = asked.file,
                     .size = asked.of->size,
                     .sha256 = asked.of->sha256});
}

std::vector<FileOrder> Files::TakeOrders() {
  return std::exchange(orders_, {});
}

}  // namespace parley::client
