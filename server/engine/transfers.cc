#include "server/engine/transfers.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "common/base/limits.h"
#include "server/http/file_answers.h"
#include "server/http/url_path.h"

namespace parley {

Transfers::Transfers(Connections& connections, Delivery& delivery, Files& files, Counters& counters)
    : connections_(connections), delivery_(delivery), files_(files), counters_(counters) {
}

// --- Answers ---

void Transfers::Say(PeerIndex index, const HttpResponse& response, const Now& now) {
  if (response.status >= kFirstHttpRefusal) CountHttpRefusal(counters_, response.status);
  delivery_.Push(index, BlobRef::Copy(response.head));
  delivery_.Push(index, response.body);
  Peer& peer = connections_[index];
  peer.web.unsent = 0;
  peer.deadlines[Deadlines::kRequest] = now.monotonic + limits::kHttpKeepAlive;
  connections_.SetTimer(index);
}

// A refusal. What the peer goes on sending is dropped.
bool Transfers::Refuse(PeerIndex index, int status, std::string_view text, const Now& now, bool head_only) {
  Say(index, FileRefusal(status, text, head_only, now.wall), now);
  connections_.Close(index, "left");
  return false;
}

bool Transfers::Answer(PeerIndex index, const HttpRequest& request, const Now& now, bool& more) {
  const std::string_view path = PathOf(request.target);
  if (!path.starts_with(FileUrls::kBegin)) return false;
  const auto target = files_.Find(path, now);
  const bool head = request.method == "HEAD";
  const bool get = request.method == "GET";
  if (!target) {
    more = Refuse(index, 404, "There is no such file, or it has expired.", now, head);
  } else if (target->upload != nullptr && request.method == "PUT") {
    more = Put(index, request, *target->upload, now);
  } else if (target->upload != nullptr && head) {
    const bool goes_on = request.KeepAlive();
    Say(index, UploadAnswer(200, target->upload->offset, "", goes_on, now.wall), now);
    if (!goes_on) connections_.Close(index, "left");
    more = goes_on;
  } else if (target->upload == nullptr && (get || head)) {
    connections_[index].transfer = std::make_unique<Transfer>(
        Transfer{.sends = true, .id = target->id, .question = FileQuestionOf(request)});
    Wait(index, files_.Open(target->id));
    more = false;
  } else {
    const std::string_view allow = target->upload == nullptr ? "GET, HEAD" : "PUT, HEAD";
    Say(index, FileRefusal(405, "This method does not work here.", false, now.wall, allow), now);
    connections_.Close(index, "left");
    more = false;
  }
  return true;
}

// --- Uploads ---

bool Transfers::Put(PeerIndex index, const HttpRequest& request, KnownUpload& upload, const Now& now) {
  const auto part = PartOf(request, upload.record.size, upload.offset);
  if (const auto* refusal = std::get_if<UploadRefusal>(&part)) {
    const std::string text = std::string(refusal->reason) + '\n';
    const auto offset = refusal->status == 409 ? std::optional(upload.offset) : std::nullopt;
    Say(index, UploadAnswer(refusal->status, offset, text, false, now.wall), now);
    connections_.Close(index, "left");
    return false;
  }
  Peer& peer = connections_[index];
  peer.transfer = std::make_unique<Transfer>(Transfer{.sends = false,
                                                      .id = upload.record.id,
                                                      .offset = upload.offset,
                                                      .left = std::get<UploadPart>(part).bytes,
                                                      .keep_alive = request.KeepAlive()});
  if (request.Lists("Expect", "100-continue")) {
    delivery_.Push(index, BlobRef::Copy("HTTP/1.1 100 Continue\r\n\r\n"));
  }
  peer.deadlines[Deadlines::kRequest] = now.monotonic + limits::kUploadSilence;
  connections_.SetTimer(index);
  return true;
}

void Transfers::TakeBody(PeerIndex index, std::string_view& input, const Now& now) {
  const Peer& peer = connections_[index];
  const auto count = static_cast<std::size_t>(
      std::min<std::uint64_t>({peer.transfer->left, input.size(), limits::kFilePieceBytes}));
  if (count == 0) return;
  // It may have expired meanwhile, and another connection may have brought what comes next.
  KnownUpload* const upload = files_.uploads().Find(peer.transfer->id, now);
  if (upload == nullptr) {
    Refuse(index, 404, "The upload has expired.", now);
    return;
  }
  if (upload->offset != peer.transfer->offset) {
    Say(index,
        UploadAnswer(409, upload->offset, "another connection continues this upload\n", false, now.wall),
        now);
    connections_.Close(index, "left");
    return;
  }
  peer.transfer->offset += count;
  peer.transfer->left -= count;
  Wait(index, files_.Write(*upload, std::string(input.substr(0, count))));
  input.remove_prefix(count);
}

void Transfers::Finish(PeerIndex index, const FileWork::Wrote& wrote, const Now& now) {
  Transfer& transfer = *connections_[index].transfer;
  const FileStore::Written& result = wrote.result;
  switch (result.error) {
    case FileError::kNone:
      break;
    case FileError::kNoSpace:
      Say(index, UploadAnswer(507, result.there, "the server's disk is full\n", false, now.wall), now);
      connections_.Close(index, "left");
      return;
    case FileError::kGone:
      Refuse(index, 404, "The upload has expired.", now);
      return;
    case FileError::kWrongOffset:
      Say(index,
          UploadAnswer(409, result.there, "wrong offset: continue at the byte in Upload-Offset\n", false,
                       now.wall),
          now);
      connections_.Close(index, "left");
      return;
    case FileError::kFailed:
      Refuse(index, 500, "The server could not write the file; try again later.", now);
      return;
  }
  if (transfer.left > 0) {
    connections_[index].deadlines[Deadlines::kRequest] = now.monotonic + limits::kUploadSilence;
    connections_.SetTimer(index);
    connections_.SetReady(index);
    return;
  }
  Say(index, UploadAnswer(result.sha256.empty() ? 204 : 201, result.there, "", transfer.keep_alive, now.wall),
      now);
  End(index);
}

// --- Downloads ---

void Transfers::Finish(PeerIndex index, const FileStore::Opened& opened, const Now& now) {
  Transfer& transfer = *connections_[index].transfer;
  if (opened.error != FileError::kNone) {
    const bool gone = opened.error == FileError::kGone;
    Refuse(index, gone ? 404 : 500,
           gone ? "The file no longer exists." : "The server could not read the file; try again later.", now,
           transfer.question.head_only);
    return;
  }
  const FileRecord& record = opened.record;
  const FileAnswer answer = AnswerWithFile(
      transfer.question,
      {.name = record.name, .media_type = record.media_type, .sha256 = record.sha256, .size = record.size},
      now.wall);
  transfer.offset = answer.begin;
  transfer.left = answer.end - answer.begin;
  transfer.keep_alive = answer.response.keep_alive;
  Say(index, answer.response, now);
  if (transfer.left == 0) {
    End(index);
  } else {
    ReadNext(index);
  }
}

void Transfers::ReadNext(PeerIndex index) {
  const Transfer& transfer = *connections_[index].transfer;
  const auto count =
      static_cast<std::size_t>(std::min<std::uint64_t>(transfer.left, limits::kFilePieceBytes));
  Wait(index, files_.Read(transfer.id, transfer.offset, count));
}

void Transfers::Finish(PeerIndex index, const FileStore::Piece& piece, const Now& now) {
  Peer& peer = connections_[index];
  if (piece.error != FileError::kNone) {
    // The head has promised more: only the end of the connection can tell.
    connections_.Close(index, "lost");
    return;
  }
  delivery_.Push(index, BlobRef::Copy(piece.bytes));
  peer.transfer->offset += piece.bytes.size();
  peer.transfer->left -= piece.bytes.size();
  peer.web.unsent = 0;
  peer.deadlines[Deadlines::kRequest] = now.monotonic + limits::kHttpKeepAlive;
  connections_.SetTimer(index);
  if (peer.transfer->left == 0) End(index);
}

void Transfers::Flushed(PeerIndex index) {
  const Peer& peer = connections_[index];
  if (!peer.transfer || !peer.transfer->sends || peer.transfer->working || peer.closing()) return;
  if (peer.out.empty() && peer.transfer->left > 0) ReadNext(index);
}

// --- Work ---

// Nothing is expected of the peer meanwhile.
void Transfers::Wait(PeerIndex index, Files::Ticket ticket) {
  Peer& peer = connections_[index];
  peer.transfer->working = true;
  peer.deadlines[Deadlines::kRequest].reset();
  connections_.SetTimer(index);
  connections_.MarkDirty(index);
  peer.transfer->ticket = ticket;
  waiting_.emplace(ticket, index);
}

void Transfers::Finish(const Now& now) {
  while (auto done = files_.TakeDone()) {
    const auto waits = waiting_.extract(done->ticket);
    if (waits.empty()) continue;
    const PeerIndex index = waits.mapped();
    // The peer may be gone, and its number another one's.
    if (!connections_.Has(index)) continue;
    Peer& peer = connections_[index];
    if (!peer.transfer || peer.transfer->ticket != done->ticket || peer.closing()) continue;
    peer.transfer->working = false;
    if (const auto* wrote = std::get_if<FileWork::Wrote>(&done->result)) Finish(index, *wrote, now);
    if (const auto* opened = std::get_if<FileStore::Opened>(&done->result)) Finish(index, *opened, now);
    if (const auto* piece = std::get_if<FileStore::Piece>(&done->result)) Finish(index, *piece, now);
    connections_.MarkDirty(index);
  }
}

// The answer is complete: the next request may come.
void Transfers::End(PeerIndex index) {
  Peer& peer = connections_[index];
  const bool goes_on = peer.transfer->keep_alive;
  peer.transfer.reset();
  if (goes_on) {
    connections_.SetReady(index);
  } else {
    connections_.Close(index, "left");
  }
}

}  // namespace parley
