#include "server/export/name_titles.h"

#include <cstdint>
#include <cstdio>

#include "common/codec/visible.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

// `1:02:03.45`
std::string TimeForAss(milliseconds time) {
  const auto all = static_cast<unsigned long long>(time.count() < 0 ? 0 : time.count() / 10);
  char text[40];
  std::snprintf(text, sizeof text, "%llu:%02llu:%02llu.%02llu", all / 360'000, all / 6000 % 60,
                all / 100 % 60, all % 100);
  return text;
}

void AppendTitle(std::string& out, const Span& span, const Box& box, const std::string& name) {
  const std::string left = std::to_string(box.x);
  const std::string right = std::to_string(box.x + box.width);
  const std::string top = std::to_string(box.y);
  const std::string bottom = std::to_string(box.y + box.height);
  const std::string middle = std::to_string(box.y + box.height / 2);
  out += "Dialogue: 0," + TimeForAss(span.begin) + ',' + TimeForAss(span.end) + ",Name,,0,0,0,,{\\pos(" +
         left + ',' + middle + ")\\fs" + std::to_string(box.height * 3 / 4) + "\\clip(" + left + ',' + top +
         ',' + right + ',' + bottom + ")}" + name + '\n';
}

}  // namespace

std::string EscapeForAss(std::string_view text) {
  std::string escaped;
  for (const char c : Visible(text)) {
    if (c == '{') {
      escaped += "\\{";
    } else if (c == '\\') {
      escaped += "\\\xE2\x81\xA0";  // followed by the invisible U+2060, it begins no command
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string NameTitles(const VideoPlan& plan) {
  std::string out =
      "[Script Info]\nScriptType: v4.00+\nWrapStyle: 2\nScaledBorderAndShadow: yes\nPlayResX: " +
      std::to_string(plan.width) + "\nPlayResY: " + std::to_string(plan.height) +
      "\n\n[V4+ Styles]\n"
      "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, "
      "Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, "
      "Alignment, "
      "MarginL, MarginR, MarginV, Encoding\n"
      "Style: Name,Sans,20,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,4,0,0,0,1\n"
      "\n[Events]\n"
      "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n";
  for (const VideoPlan::Title& title : plan.titles) {
    const std::string name = EscapeForAss(title.name);
    for (const Span& span : title.spans) AppendTitle(out, span, title.box, name);
  }
  return out;
}

}  // namespace parley
