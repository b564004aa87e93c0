#include "common/protocol/message_json.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/protocol/nested.h"

namespace parley::protocol {
namespace {

void WriteNumbers(JsonWriter& json, std::string_view key, const std::vector<std::size_t>& numbers) {
  json.Key(key);
  json.BeginArray();
  for (const std::size_t number : numbers) json.Number(number);
  json.EndArray();
}

void WriteTexts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.Key(key);
  json.BeginArray();
  for (const std::string& text : texts) json.Text(text);
  json.EndArray();
}

void WriteReactions(JsonWriter& json, const std::vector<Reaction>& reactions) {
  json.Key("reactions");
  json.BeginArray();
  for (const Reaction& reaction : reactions) {
    json.BeginObject();
    json.Text("emoji", reaction.emoji);
    json.Number("count", reaction.count);
    WriteTexts(json, "authors", reaction.authors);
    if (reaction.mine) json.Flag("mine", true);
    json.EndObject();
  }
  json.EndArray();
}

void WritePoll(JsonWriter& json, const Poll& poll) {
  json.Key("poll");
  json.BeginObject();
  json.Text("question", poll.question);
  WriteTexts(json, "options", poll.options);
  json.Flag("multiple", poll.multiple);
  WriteNumbers(json, "counts", poll.counts);
  json.Number("voters", poll.voters);
  json.Flag("closed", poll.closed);
  if (poll.mine) WriteNumbers(json, "mine", *poll.mine);
  json.EndObject();
}

// Without the revision.
void WriteState(JsonWriter& json, const MessageState& state) {
  if (state.edited) json.Time("edited", *state.edited);
  if (state.deleted) json.Flag("deleted", true);
  if (!state.reactions.empty()) WriteReactions(json, state.reactions);
  if (state.poll) WritePoll(json, *state.poll);
}

void WriteFile(JsonWriter& json, const File& file) {
  json.Key("file");
  json.BeginObject();
  json.Text("id", file.id);
  json.Text("name", file.name);
  json.Number("size", file.size);
  json.Text("media_type", file.media_type);
  json.Text("sha256", file.sha256);
  json.EndObject();
}

template <typename T>
void Write(JsonWriter& json, std::string_view key, const std::vector<T>& list) {
  json.Key(key);
  json.BeginArray();
  for (const T& element : list) {
    json.BeginObject();
    WriteFields(json, element);
    json.EndObject();
  }
  json.EndArray();
}

Author ReadAuthor(Fields& fields) {
  return {fields.RequiredString(Field::kId), fields.RequiredString(Field::kName),
          fields.String(Field::kAuthor).value_or("")};
}

FileRef ReadFile(Fields& fields) {
  if (!fields.Has(Field::kFile)) return nullptr;
  return Inside(fields, fields.RequiredObject(Field::kFile), [](Fields& inner) {
    return std::make_shared<const File>(
        File{inner.RequiredString(Field::kId), inner.RequiredString(Field::kName),
             inner.RequiredNumber(Field::kSize), inner.RequiredString(Field::kMediaType),
             inner.RequiredString(Field::kSha256)});
  });
}

Reaction ReadReaction(Fields& fields) {
  return {fields.RequiredString(Field::kEmoji), fields.RequiredNumber(Field::kCount),
          fields.RequiredStrings(Field::kAuthors), fields.Flag(Field::kMine).value_or(false)};
}

Poll ReadPoll(Fields& fields) {
  Poll poll{.question = fields.RequiredString(Field::kQuestion),
            .options = fields.RequiredStrings(Field::kOptions),
            .multiple = fields.RequiredFlag(Field::kMultiple),
            .counts = fields.RequiredNumbers(Field::kCounts),
            .voters = fields.RequiredNumber(Field::kVoters),
            .closed = fields.RequiredFlag(Field::kClosed)};
  if (fields.Has(Field::kMine)) poll.mine = fields.RequiredNumbers(Field::kMine);
  if (poll.counts.size() != poll.options.size()) {
    fields.FailField(Field::kCounts, "needs a number for each option");
  }
  return poll;
}

MessageState ReadState(Fields& fields) {
  MessageState state{.rev = fields.Number(Field::kRev).value_or(0)};
  if (fields.Has(Field::kEdited)) state.edited = fields.RequiredTime(Field::kEdited);
  state.deleted = fields.Flag(Field::kDeleted).value_or(false);
  if (fields.Has(Field::kReactions)) state.reactions = List(fields, Field::kReactions, ReadReaction);
  if (fields.Has(Field::kPoll)) {
    state.poll = Inside(fields, fields.RequiredObject(Field::kPoll), ReadPoll);
  }
  return state;
}

std::size_t SizeBound(const File& file) {
  constexpr std::string_view kRest =
      R"(,"file":{"id":,"name":,"size":18446744073709551615,"media_type":,"sha256":})";
  return kRest.size() + QuotedSize(file.id) + QuotedSize(file.name) + QuotedSize(file.media_type) +
         QuotedSize(file.sha256);
}

std::size_t SizeBound(const std::vector<std::string>& texts) {
  std::size_t size = 0;
  for (const std::string& text : texts) size += QuotedSize(text) + 1;
  return size;
}

std::size_t SizeBound(const MessageState& state) {
  constexpr std::string_view kNumber = "18446744073709551615,";
  constexpr std::string_view kRest =
      R"("rev":18446744073709551615,"edited":"2026-01-31T09:05:07.042Z","deleted":true,"reactions":[],)";
  constexpr std::string_view kReaction =
      R"({"emoji":,"count":18446744073709551615,"authors":[],"mine":true},)";
  constexpr std::string_view kPoll =
      R"("poll":{"question":,"options":[],"multiple":false,"counts":[],"voters":18446744073709551615,)"
      R"("closed":false,"mine":[]},)";
  std::size_t size = kRest.size();
  for (const Reaction& reaction : state.reactions) {
    size += kReaction.size() + QuotedSize(reaction.emoji) + SizeBound(reaction.authors);
  }
  if (state.poll) {
    // Each option is in `options`, `counts` and perhaps `mine`.
    size += kPoll.size() + QuotedSize(state.poll->question) + SizeBound(state.poll->options) +
            state.poll->options.size() * 2 * kNumber.size();
  }
  return size;
}

}  // namespace

void WriteAuthor(JsonWriter& json, const Author& author) {
  json.Key("from");
  json.BeginObject();
  json.Text("id", author.id);
  json.Text("name", author.name);
  if (!author.author.empty()) json.Text("author", author.author);
  json.EndObject();
}

void WriteFields(JsonWriter& json, const MessageEvent& message) {
  json.Text("room", message.room);
  json.Number("seq", message.seq);
  json.Time("time", message.time);
  WriteAuthor(json, message.from);
  json.Text("text", message.text);
  if (message.id) json.Text("id", *message.id);
  if (message.file) WriteFile(json, *message.file);
  if (message.reply_to) json.Number("reply_to", *message.reply_to);
  if (message.state == nullptr) return;
  if (message.state->rev > 0) json.Number("rev", message.state->rev);
  WriteState(json, *message.state);
}

void WriteFields(JsonWriter& json, const MessageChanged& change) {
  json.Text("room", change.room);
  json.Number("seq", change.seq);
  json.Number("rev", change.state.rev);
  json.Time("time", change.time);
  json.Text("text", change.text);
  WriteState(json, change.state);
}

void WriteList(JsonWriter& json, std::string_view key, const std::vector<MessageEvent>& messages) {
  Write(json, key, messages);
}

void WriteList(JsonWriter& json, std::string_view key, const std::vector<MessageChanged>& changes) {
  Write(json, key, changes);
}

Author ReadFrom(Fields& fields) {
  return Inside(fields, fields.RequiredObject(Field::kFrom), ReadAuthor);
}

MessageEvent ReadMessage(Fields& fields) {
  MessageEvent message{.room = fields.RequiredString(Field::kRoom),
                       .seq = fields.RequiredNumber(Field::kSeq),
                       .time = fields.RequiredTime(Field::kTime),
                       .from = ReadFrom(fields),
                       .text = fields.RequiredString(Field::kText),
                       .id = fields.String(Field::kId),
                       .file = ReadFile(fields),
                       .reply_to = fields.Number(Field::kReplyTo)};
  MessageState state = ReadState(fields);
  if (state != MessageState{}) message.state = std::make_shared<const MessageState>(std::move(state));
  return message;
}

MessageChanged ReadChange(Fields& fields) {
  MessageChanged change{.room = fields.RequiredString(Field::kRoom),
                        .seq = fields.RequiredNumber(Field::kSeq),
                        .time = fields.RequiredTime(Field::kTime),
                        .text = fields.RequiredString(Field::kText)};
  fields.RequiredNumber(Field::kRev);
  change.state = ReadState(fields);
  return change;
}

std::size_t EncodedSizeBound(const MessageEvent& message) {
  constexpr std::string_view kRest =
      R"({"room":,"seq":18446744073709551615,"time":"2026-01-31T09:05:07.042Z","from":{"id":,"name":,"author":},"text":,"id":},)";
  constexpr std::string_view kReplyTo = R"("reply_to":18446744073709551615,)";
  return kRest.size() + QuotedSize(message.room) + QuotedSize(message.from.id) +
         QuotedSize(message.from.name) + QuotedSize(message.from.author) + QuotedSize(message.text) +
         (message.id ? QuotedSize(*message.id) : 0) + (message.file ? SizeBound(*message.file) : 0) +
         (message.reply_to ? kReplyTo.size() : 0) + (message.state ? SizeBound(*message.state) : 0);
}

std::size_t EncodedSizeBound(const MessageChanged& change) {
  constexpr std::string_view kRest =
      R"({"room":,"seq":18446744073709551615,"time":"2026-01-31T09:05:07.042Z","text":},)";
  return kRest.size() + QuotedSize(change.room) + QuotedSize(change.text) + SizeBound(change.state);
}

}  // namespace parley::protocol
