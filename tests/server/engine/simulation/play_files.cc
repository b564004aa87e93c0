// Files in a play: announced, brought by HTTP in pieces that break off, named, fetched, and deleted with
// their messages (shelf.h checks them).

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <utility>
#include <variant>

#include "common/base/limits.h"
#include "tests/server/engine/simulation/play.h"
#include "tests/server/engine/simulation/require.h"

namespace parley::simulation {
namespace {

constexpr std::size_t kBags = 4;
constexpr std::size_t kShownFiles = 32;

// Most files are those of few people, so that many of them get as far as a message.
constexpr std::size_t kCarriers = 2;

// What follows `bytes A-B/SIZE` of a file on its way.
std::string PutHead(const std::string& url, std::size_t first, std::size_t count, std::size_t size) {
  return "PUT " + url +
         " HTTP/1.1\r\nHost: lab\r\nConnection: close\r\nContent-Length: " + std::to_string(count) +
         "\r\nContent-Range: bytes " + std::to_string(first) + '-' + std::to_string(first + count - 1) + '/' +
         std::to_string(size) + "\r\n\r\n";
}

std::string BareRequest(const char* method, const std::string& url) {
  return std::string(method) + ' ' + url + " HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n";
}

bool HasStatus(const std::string& answer, std::initializer_list<const char*> any_of) {
  return std::ranges::any_of(
      any_of, [&](const std::string& status) { return answer.starts_with("HTTP/1.1 " + status + ' '); });
}

// -1: there is no such upload any more.
long OffsetIn(const std::string& head) {
  constexpr std::string_view kField = "Upload-Offset: ";
  const auto field = head.find(kField);
  if (!HasStatus(head, {"200"}) || field == std::string::npos) return -1;
  long offset = -1;
  std::from_chars(head.data() + field + kField.size(), head.data() + head.size(), offset);
  return offset;
}

}  // namespace

// All that the server answers to a request on a connection of its own, of which it gets `sent` bytes.
std::string Play::Http(const std::string& request, std::size_t sent) {
  const PeerIndex index =
      exchange_->Open({.address = "10.0.1.1", .tls = true, .alpn_http = false, .refused = false}, now_);
  std::string_view left = std::string_view(request).substr(0, sent);
  std::string answer;
  for (int turns = 0; turns < 100; ++turns) {
    if (!left.empty() && exchange_->WantsRead(index)) {
      const std::string_view piece = left.substr(0, limits::kReadBytes);
      left.remove_prefix(piece.size());
      exchange_->Receive(index, piece, now_);
    }
    Turn();
    OutQueue& out = exchange_->out(index);
    while (!out.empty() && !exchange_->Withheld(index)) {
      std::string_view view;
      out.Gather({&view, 1}, kAll);
      answer += view;
      out.Consume(view.size());
    }
    exchange_->Flushed(index, false, now_);
    if (exchange_->closing(index) && out.empty()) break;
    if (left.empty() && sent < request.size()) break;
    Require(turns < 99, "an HTTP request is answered", request.substr(0, 60));
  }
  exchange_->Lost(index, "lost", now_);
  exchange_->Release(index);
  return answer;
}

void Play::CarryFile(Peer& anybody) {
  const std::uint8_t choice = Byte();
  Peer& peer = choice % 16 == 15 ? anybody : peers_[anybody.slot % kCarriers];
  if (!peer.offer.empty()) {
    const std::string url = std::exchange(peer.offer, {});
    return Shelf::Served(Http(BareRequest("GET", url), kAll), peer.offered);
  }
  if (choice % 8 == 7 && !shown_files_.empty()) return FetchFile(peer);
  if (peer.bags.empty() || choice % 8 == 6) return AnnounceFile(peer);
  // A copy: the peer may hear of other files meanwhile.
  Bag bag = peer.bags[choice / 8 % peer.bags.size()];
  if (bag.brought) return NameFile(peer, bag);
  const bool known = BringFile(bag);
  const auto kept = std::ranges::find(peer.bags, bag.id, &Bag::id);
  if (kept == peer.bags.end()) return;
  kept->brought = bag.brought;
  if (!known) peer.bags.erase(kept);
}

// One that it is in. Not the lobby, where raw peers would hear more than the text.
std::string Play::RoomOfFiles(const Peer& peer, unsigned choice) {
  std::vector<std::string> rooms;
  for (const auto& [room, view] : peer.line.witness->rooms()) {
    if (room != "lobby") rooms.push_back(room);
  }
  return rooms.empty() ? std::string() : rooms[choice % rooms.size()];
}

void Play::AnnounceFile(Peer& peer) {
  if (!peer.index) return Arrive(peer);
  if (!Speaks(peer)) return;
  const std::uint8_t choice = Byte();
  const std::string room = RoomOfFiles(peer, choice);
  if (room.empty()) return JoinRoom(peer);
  const std::size_t size = 1 + Byte() * std::size_t{24};
  Ask(peer, protocol::Upload{room, "file " + std::to_string(next_text_++), size, "text/plain"},
      {.kind = Expected::Kind::kUpload, .room = room, .limit = size});
}

// Some of what is missing. False if the upload has expired.
bool Play::BringFile(Bag& bag) {
  const std::uint8_t choice = Byte();
  const long there = OffsetIn(Http(BareRequest("HEAD", bag.url), kAll));
  if (there < 0) return false;
  const auto offset = static_cast<std::size_t>(there);
  bag.brought = offset == bag.size;
  if (bag.brought) return true;
  const std::string rest = Shelf::Bytes(bag.id, bag.size).substr(offset);
  if (choice >= 240) shelf_.Fill();
  switch (choice % 8) {
    case 0: {  // breaks off
      const std::string head = PutHead(bag.url, offset, rest.size(), bag.size);
      Http(head + rest, head.size() + Byte() * rest.size() / 256);
      break;
    }
    case 1: {  // at a wrong place
      const std::string answer = Http(PutHead(bag.url, offset + 1, 1, bag.size + 1) + "x", kAll);
      Require(HasStatus(answer, {"400"}), "a piece of another size is refused", answer);
      Require(!HasStatus(Http(BareRequest("GET", bag.url), kAll), {"200"}), "nothing partial is served",
              bag.id);
      break;
    }
    default: {
      const std::size_t count = choice % 8 == 2 ? 1 + Byte() * rest.size() / 256 : rest.size();
      const std::string piece = rest.substr(0, count);
      const std::string answer = Http(PutHead(bag.url, offset, piece.size(), bag.size) + piece, kAll);
      bag.brought = HasStatus(answer, {"201"});
      Require(HasStatus(answer, {"201", "204", "507"}), "a piece is taken", answer);
      Require(bag.brought == (offset + piece.size() == bag.size) || HasStatus(answer, {"507"}),
              "the last piece gets another status", answer);
    }
  }
  return true;
}

// The own file, or that of somebody else; in its room, or in another; perhaps again.
void Play::NameFile(Peer& peer, const Bag& own) {
  const std::uint8_t choice = Byte();
  if (!peer.index) return Arrive(peer);
  if (!Speaks(peer)) return;
  const auto& others = peers_[choice / 4 % peers_.size()].bags;
  const Bag bag = choice % 4 == 3 && !others.empty() ? others.front() : own;
  const std::string room = choice % 16 == 5 ? RoomOfFiles(peer, choice / 16) : bag.room;
  const std::string text = room + "/file." + std::to_string(next_text_++);
  Ask(peer, protocol::Message{.room = room, .text = text, .id = {}, .file = bag.id},
      {.kind = Expected::Kind::kMessage, .room = room, .text = text});
}

void Play::FetchFile(Peer& peer) {
  const ShownFile& shown = shown_files_[Byte() % shown_files_.size()];
  if (!Speaks(peer)) return;
  Ask(peer, protocol::Download{shown.room, shown.seq},
      {.kind = Expected::Kind::kDownload, .room = shown.room, .text = shown.id});
}

void Play::HearOfFiles(Peer& peer) {
  for (auto& [asked, reply] : peer.line.witness->TakeFiles()) {
    if (auto* upload = std::get_if<protocol::UploadReply>(&reply)) {
      if (peer.bags.size() == kBags) peer.bags.erase(peer.bags.begin());
      peer.bags.push_back({std::move(upload->file), std::move(upload->url), asked.room, asked.limit});
    } else {
      peer.offer = std::get<protocol::DownloadReply>(reply).url;
      peer.offered = asked.text;
    }
  }
}

void Play::DeliveredFile(const LogEntry& entry) {
  shelf_.Named(entry);
  ++count_.files;
  if (shown_files_.size() == kShownFiles) shown_files_.erase(shown_files_.begin());
  shown_files_.push_back({entry.room_key, entry.message.seq, entry.message.file->id});
}

// An hour after the last of them, only the files of messages are left.
void Play::CheckFiles(bool hour_has_passed) {
  std::vector<RoomSettings> rooms;
  disk_->Open(rooms);
  const std::set<std::string> named = disk_->NamedFiles();
  disk_->Close(false);
  // Of a disk that fails, a message may be there whose author was told that it is not.
  if (!on_disk_) shelf_.CheckKept(named);
  if (hour_has_passed) shelf_.CheckNothingLeft(named);
}

}  // namespace parley::simulation
