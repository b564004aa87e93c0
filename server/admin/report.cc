#include "server/admin/report.h"

#include <array>
#include <ctime>
#include <string_view>
#include <utility>

#include "common/base/size_text.h"
#include "common/codec/visible.h"
#include "common/protocol/json_writer.h"

namespace parley {
namespace {

constexpr std::string_view kMargin = "                     ";  // as wide as a time and what follows it

std::string LocalTime(WallTime time) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

// A JSON object on a line of its own: `fill` writes what comes after `type` and `room`.
template <typename Fill>
std::string JsonLine(std::string_view type, std::string_view room, Fill fill) {
  std::string line;
  protocol::JsonWriter json(line);
  json.BeginObject();
  json.Text("type", type);
  json.Text("room", room);
  fill(json);
  json.EndObject();
  return line + '\n';
}

}  // namespace

std::string ShownText(const protocol::MessageEvent& message) {
  std::string text = message.text;
  if (message.state && message.state->poll) {
    const protocol::Poll& poll = *message.state->poll;
    text = poll.question;
    for (std::size_t i = 0; i < poll.options.size(); ++i) {
      text += '\n' + std::to_string(i + 1) + ") " + poll.options[i] + ": " + std::to_string(poll.counts[i]);
    }
  }
  if (!message.file) return text;
  const std::string file = "[file " + message.file->name + ", " + SizeForPeople(message.file->size) + "]";
  return text.empty() ? file : text + '\n' + file;
}

Report::Report(Format format, std::string room, std::optional<WallTime> since)
    : format_(format), room_(std::move(room)), since_(since), attendance_(since) {
}

std::string Report::Of(Record record) {
  if (const auto* visit = std::get_if<Visit>(&record)) {
    visited_ = true;
    attendance_.Add(*visit);
    return since_ && visit->time < *since_ ? "" : Line(*visit);
  }
  auto& message = std::get<protocol::MessageEvent>(record);
  return since_ && message.time < *since_ ? "" : Line(std::move(message));
}

std::string Report::Line(protocol::MessageEvent message) const {
  if (format_ == Format::kText) {
    const std::string begin = LocalTime(message.time) + "  " + Visible(message.from.name);
    if (message.state && message.state->deleted) return begin + " (deleted)\n";
    const bool edited = message.state && message.state->edited;
    return begin + (edited ? " (edited): " : ": ") + VisibleLines(ShownText(message), kMargin) + '\n';
  }
  message.room = room_;
  return EncodeEvent(message) + '\n';
}

std::string Report::Line(const Visit& visit) const {
  if (format_ == Format::kText) {
    const std::string what = visit.left ? " left (" + *visit.left + ")" : " came";
    return LocalTime(visit.time) + "  * " + Visible(visit.name) + what + '\n';
  }
  return JsonLine(visit.left ? "left" : "came", room_, [&](protocol::JsonWriter& json) {
    json.Time("time", visit.time);
    json.Text("name", visit.name);
    if (visit.left) json.Text("reason", *visit.left);
  });
}

std::string Report::End(WallTime now) const {
  if (!visited_) return "";
  std::string text = format_ == Format::kText ? "\nTime in the room (hours:minutes:seconds)\n" : "";
  for (const Attendance::Person& person : attendance_.People(now)) {
    if (format_ == Format::kText) {
      text += FormatDuration(person.time) + "  " + Visible(person.name) +
              (person.still_here ? " (still there)" : "") + '\n';
      continue;
    }
    text += JsonLine("attendance", room_, [&](protocol::JsonWriter& json) {
      json.Text("name", person.name);
      json.Number("seconds",
                  static_cast<std::uint64_t>(std::chrono::round<std::chrono::seconds>(person.time).count()));
      json.Flag("present", person.still_here);
    });
  }
  return text;
}

}  // namespace parley
