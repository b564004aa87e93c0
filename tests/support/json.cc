#include "tests/support/json.h"

#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "tests/support/deadline.h"

namespace parley::test {

Json Json::Parse(std::string text) {
  auto source = std::make_shared<Source>();
  source->text = std::move(text);
  source->document.Parse<rapidjson::kParseValidateEncodingFlag>(source->text.data(), source->text.size());
  if (source->document.HasParseError()) {
    throw Failure(std::string("not JSON (") + rapidjson::GetParseError_En(source->document.GetParseError()) +
                  "): " + source->text.substr(0, 500));
  }
  const rapidjson::Value* root = &source->document;
  return {std::move(source), root};
}

Json Json::operator[](std::string_view key) const {
  if (!present() || !value_->IsObject()) return {};
  const auto member =
      value_->FindMember(rapidjson::Value(key.data(), static_cast<rapidjson::SizeType>(key.size())));
  if (member == value_->MemberEnd()) return {};
  return {source_, &member->value};
}

Json Json::operator[](std::size_t index) const {
  if (!present() || !value_->IsArray() || index >= value_->Size()) return {};
  return {source_, &(*value_)[static_cast<rapidjson::SizeType>(index)]};
}

std::size_t Json::size() const {
  if (!present()) return 0;
  if (value_->IsArray()) return value_->Size();
  return value_->IsObject() ? value_->MemberCount() : 0;
}

std::string Json::Text() const {
  if (!present() || !value_->IsString()) throw Failure("no string in: " + raw().substr(0, 500));
  return {value_->GetString(), value_->GetStringLength()};
}

std::int64_t Json::Number() const {
  if (!IsNumber()) throw Failure("no number in: " + raw().substr(0, 500));
  return value_->GetInt64();
}

bool Json::Flag() const {
  if (!IsFlag()) throw Failure("no flag in: " + raw().substr(0, 500));
  return value_->GetBool();
}

const std::string& Json::raw() const {
  static const std::string kNothing = "(absent)";
  return source_ ? source_->text : kNothing;
}

bool Json::operator==(std::string_view text) const {
  return present() && value_->IsString() &&
         std::string_view(value_->GetString(), value_->GetStringLength()) == text;
}

bool Json::IsNumber() const {
  return present() && value_->IsInt64();
}

bool Json::IsFlag() const {
  return present() && value_->IsBool();
}

std::ostream& operator<<(std::ostream& out, const Json& json) {
  if (!json.present()) return out << "(absent)";
  rapidjson::StringBuffer text;
  rapidjson::Writer<rapidjson::StringBuffer> writer(text);
  json.value_->Accept(writer);
  return out << std::string_view(text.GetString(), text.GetSize()).substr(0, 2000);
}

Field::Field(std::string_view key_, std::string_view text) : key(key_), json(Quote(text)) {
}

std::string Object(std::string_view type, Fields fields) {
  std::string object = R"({"type":)" + Quote(type);
  for (const Field& field : fields) object += "," + Quote(field.key) + ":" + field.json;
  return object + "}";
}

std::string Quote(std::string_view text) {
  rapidjson::StringBuffer quoted;
  rapidjson::Writer<rapidjson::StringBuffer> writer(quoted);
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return {quoted.GetString(), quoted.GetSize()};
}

}  // namespace parley::test
