#include <algorithm>

#include "common/protocol/json_writer.h"
#include "server/cluster/command_kinds.h"
#include "server/cluster/command_text.h"

namespace parley::cluster {
namespace {

using protocol::JsonWriter;

void WriteTime(JsonWriter& json, WallTime time) {
  // Servers do not understand a negative time, so a time before 1970 (from a wrong clock) becomes 0.
  json.Number("time", static_cast<std::uint64_t>(std::max<std::int64_t>(time.time_since_epoch().count(), 0)));
}

void WriteIfSet(JsonWriter& json, std::string_view key, bool flag) {
  if (flag) json.Flag(key, true);
}

void WriteIfSet(JsonWriter& json, std::string_view key, const std::optional<bool>& flag) {
  if (flag) json.Flag(key, *flag);
}

void WriteFile(JsonWriter& json, const protocol::File& file) {
  json.Key("file");
  json.BeginObject();
  json.Text("id", file.id);
  json.Text("name", file.name);
  json.Number("size", file.size);
  json.Text("media_type", file.media_type);
  json.Text("sha256", file.sha256);
  json.EndObject();
}

void WritePoll(JsonWriter& json, const protocol::Poll& poll) {
  json.Key("poll");
  json.BeginObject();
  json.Text("question", poll.question);
  json.Key("options");
  json.BeginArray();
  for (const std::string& option : poll.options) json.Text(option);
  json.EndArray();
  WriteIfSet(json, "multiple", poll.multiple);
  json.EndObject();
}

void WriteMessage(JsonWriter& json, const LogEntry& entry) {
  const protocol::MessageEvent& message = entry.message;
  json.Text("text", message.text);
  if (message.id) json.Text("id", *message.id);
  if (message.reply_to) json.Number("reply_to", *message.reply_to);
  if (message.file) WriteFile(json, *message.file);
  if (message.state && message.state->poll) WritePoll(json, *message.state->poll);
  WriteIfSet(json, "only_if_known", entry.only_if_known);
}

void WriteChange(JsonWriter& json, const Change& change) {
  if (change.seq) json.Number("seq", *change.seq);
  WriteIfSet(json, "leads", change.leads);
  if (const auto* edit = std::get_if<Change::Edit>(&change.what)) json.Text("text", edit->text);
  if (const auto* reaction = std::get_if<Change::React>(&change.what)) {
    json.Text("emoji", reaction->emoji);
    json.Flag("on", reaction->on);
  }
  if (const auto* vote = std::get_if<Change::Vote>(&change.what)) {
    json.Key("choices");
    json.BeginArray();
    for (const std::size_t choice : vote->choices) json.Number(choice);
    json.EndArray();
  }
}

void Write(JsonWriter& json, const LogEntry& entry) {
  json.Text("kind", entry.change ? kChangeKinds[entry.change->what.index()] : kMessageKind);
  json.Text("room", entry.room_key);
  WriteTime(json, entry.message.time);
  json.Text("identity", entry.author_key);
  json.Key("from");
  json.BeginObject();
  json.Text("id", entry.message.from.id);
  json.Text("name", entry.message.from.name);
  json.Text("author", entry.message.from.author);
  json.EndObject();
  WriteIfSet(json, "raw", entry.from_raw);
  if (entry.change) {
    WriteChange(json, *entry.change);
  } else {
    WriteMessage(json, entry);
  }
}

void WritePerson(JsonWriter& json, std::string_view key, const CommandPerson& person) {
  json.Key(key);
  json.BeginObject();
  json.Text("id", person.id);
  json.Text("identity", person.identity);
  json.Text("name", person.name.shown);
  json.Text("key", person.name.key);
  WriteIfSet(json, "admin", person.admin);
  WriteIfSet(json, "raw", person.raw);
  json.EndObject();
}

void Write(JsonWriter& json, const ModerateCommand& command) {
  json.Text("kind", kModerateKind);
  json.Text("room", command.room_key);
  WriteTime(json, command.time);
  json.Text("action", ToString(command.action));
  WritePerson(json, "by", command.by);
  if (command.target) WritePerson(json, "target", *command.target);
  if (!command.address.empty()) json.Text("address", command.address);
  if (command.unban) {
    json.Key("unban");
    json.BeginObject();
    json.Text("name", command.unban->shown);
    json.Text("key", command.unban->key);
    json.EndObject();
  }
  if (command.value) json.Text("value", *command.value);
  if (command.allow != protocol::AllowChange{}) {
    json.Key("allow");
    json.BeginObject();
    WriteIfSet(json, "microphone", command.allow.microphone);
    WriteIfSet(json, "camera", command.allow.camera);
    WriteIfSet(json, "screen", command.allow.screen);
    WriteIfSet(json, "chat", command.allow.chat);
    json.EndObject();
  }
  if (!command.recording.empty()) json.Text("recording", command.recording);
}

}  // namespace

void AppendCommand(std::string& lines, const Command& command) {
  JsonWriter json(lines);
  json.BeginObject();
  json.Number("v", kCommandVersion);
  std::visit([&](const auto& what) { Write(json, what); }, command);
  json.EndObject();
  lines += '\n';
}

}  // namespace parley::cluster
