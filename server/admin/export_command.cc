#include "server/admin/export_command.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/clock.h"
#include "common/base/export_limits.h"
#include "common/base/size_text.h"
#include "common/codec/visible.h"
#include "server/admin/failure.h"
#include "server/admin/progress_bar.h"
#include "server/admin/report.h"
#include "server/admin/time_of_people.h"
#include "server/export/make_video.h"
#include "server/recordings/recording_manifest.h"
#include "server/store/archive.h"
#include "server/store/sqlite_log.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

WallTime TimeOf(const std::string& text) {
  if (auto time = ParseTimeOfPeople(text)) return *time;
  throw Failure{
      2, "--since takes a time as 2026-01-31, 2026-01-31T09:05 or 2026-01-31T08:05:00Z, not '" + text + "'"};
}

fs::path LogOf(const ExportCommand& command) {
  return fs::path(command.data) / SqliteLog::kFile;
}

std::unique_ptr<Archive> OpenArchive(const ExportCommand& command) {
  std::string error;
  auto archive = Archive::Open(LogOf(command), error);
  if (!archive) throw Failure{1, "can't read " + LogOf(command).string() + ": " + error};
  return archive;
}

void ExportMessages(const ExportCommand& command, const protocol::Name& room) {
  const auto since = command.since ? std::optional(TimeOf(*command.since)) : std::nullopt;
  const auto archive = OpenArchive(command);
  std::string error;
  Report report(command.json_lines ? Report::Format::kJsonLines : Report::Format::kText, room.shown, since);
  const auto write = [](const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); };
  switch (archive->Read(
      room.key, [&](Record record) { write(report.Of(std::move(record))); }, error)) {
    case Archive::Outcome::kRead:
      break;
    case Archive::Outcome::kNoRoom:
      throw Failure{
          1, "there is no room '" + room.shown + "' with messages; chat_server room list shows the rooms"};
    case Archive::Outcome::kFailed:
      throw Failure{1, "can't read " + LogOf(command).string() + ": " + error};
  }
  write(report.End(ReadSystemClock().wall));
}

std::string PeopleOf(const RecordingManifest& recording) {
  std::vector<std::string> authors;
  std::string names;
  for (const RecordingManifest::Track& track : recording.tracks) {
    if (std::ranges::find(authors, track.author) != authors.end()) continue;
    authors.push_back(track.author);
    names += (names.empty() ? "" : ", ") + track.name;
  }
  return names.empty() ? "-" : names;
}

void ListRecordings(const ExportCommand& command, const protocol::Name& room) {
  if (std::error_code failed; !fs::is_directory(command.recordings, failed)) {
    throw Failure{1, "the folder of recordings does not exist: " + command.recordings +
                         "; name it with --recordings DIR, or name the data folder with --data DIR"};
  }
  for (const RecordingManifest& recording : RecordingsOf(command.recordings, room.key)) {
    const std::string length =
        recording.end
            ? FormatDuration(std::max(milliseconds(0), milliseconds(*recording.end - recording.begin)))
            : "not finished";
    std::printf("%s\t%s\t%s\t%s\t%s\n", recording.id.c_str(), FormatTime(recording.begin).c_str(),
                length.c_str(),
                SizeForPeople(SizeOfFolder(fs::path(command.recordings) / recording.id)).c_str(),
                Visible(PeopleOf(recording)).c_str());
  }
}

// Returns the messages that the room has got since the recording began. Without a log there are none.
std::vector<ChatLine> ChatSince(const ExportCommand& command, const protocol::Name& room, WallTime begin) {
  std::vector<ChatLine> lines;
  if (std::error_code failed; !fs::exists(LogOf(command), failed)) return lines;
  const auto archive = OpenArchive(command);
  std::string error;
  const auto take = [&](const Record& record) {
    const auto* message = std::get_if<protocol::MessageEvent>(&record);
    if (message == nullptr || message->time < begin) return;
    if (message->state && message->state->deleted) return;
    lines.push_back({message->time - begin, message->from.name, ShownText(*message)});
  };
  if (archive->Read(room.key, take, error) == Archive::Outcome::kFailed) {
    throw Failure{1, "can't read " + LogOf(command).string() + ": " + error};
  }
  return lines;
}

void ExportVideo(const ExportCommand& command, const protocol::Name& room) {
  const fs::path folder = fs::path(command.recordings) / *command.recording;
  auto manifest = IsRecordingId(*command.recording) ? ReadRecordingManifest(folder) : std::nullopt;
  if (!manifest || manifest->room_key != room.key) {
    throw Failure{1, "the room '" + room.shown + "' has no recording '" + *command.recording + "' in " +
                         command.recordings + "; --recording list shows its recordings"};
  }
  VideoRequest request{.folder = folder,
                       .manifest = std::move(*manifest),
                       .chat = {},
                       .output = command.output.empty() ? *command.recording + ".mp4" : command.output};
  request.chat = ChatSince(command, room, request.manifest.begin);
  std::string error;
  std::optional<MadeVideo> made;
  {
    ProgressBar bar;
    made = MakeVideo(
        request, [&](milliseconds done, milliseconds all) { bar.Show(done, all); }, error);
  }
  if (!made) throw Failure{1, "no video was made: " + error};
  std::printf("exported: %s, %s, in %s\n", FormatDuration(made->length).c_str(),
              SizeForPeople(made->bytes).c_str(), Visible(request.output.string()).c_str());
  if (made->left_out.empty()) return;
  std::string names;
  for (const std::string& name : made->left_out) names += (names.empty() ? "" : ", ") + name;
  std::fprintf(stderr, "chat_server: the video shows %zu people at most; these are only heard: %s\n",
               limits::kExportTiles, Visible(names).c_str());
}

}  // namespace

void CarryOut(const ExportCommand& command) {
  const protocol::Name room = RoomNamed(command.room);
  if (!command.recording) {
    ExportMessages(command, room);
  } else if (*command.recording == "list") {
    ListRecordings(command, room);
  } else {
    ExportVideo(command, room);
  }
  if (std::fflush(stdout) != 0) throw Failure{1, "the output can't be written; is the disk full?"};
}

}  // namespace parley
