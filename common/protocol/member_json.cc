#include "common/protocol/member_json.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace parley::protocol {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 4> kRoles = {"guest", "member", "host", "admin"};
static_assert(kRoles.size() == static_cast<std::size_t>(Role::kAdmin) + 1);

}  // namespace

void WriteMember(JsonWriter& json, const MemberInfo& member) {
  json.BeginObject();
  json.Text("id", member.id);
  json.Text("name", member.name);
  if (!member.author.empty()) json.Text("author", member.author);
  json.Text("role", ToString(member.role));
  json.Flag("call", member.call);
  json.Flag("audio", member.audio);
  json.Flag("video", member.video);
  json.Flag("screen", member.screen);
  json.Flag("hand", member.hand);
  json.Flag("muted", member.muted);
  json.EndObject();
}

void AppendMember(std::string& out, const MemberInfo& member) {
  JsonWriter json(out);
  WriteMember(json, member);
}

Role ReadRole(Fields& fields) {
  const std::optional<Role> role = RoleFromString(fields.RequiredString(Field::kRole));
  if (!role) fields.FailField(Field::kRole, "is not known");
  return role.value_or(Role::kGuest);
}

MemberInfo ReadMemberInfo(Fields& fields) {
  return {fields.RequiredString(Field::kId),          fields.RequiredString(Field::kName),
          fields.String(Field::kAuthor).value_or(""), ReadRole(fields),
          fields.RequiredFlag(Field::kCall),          fields.RequiredFlag(Field::kAudio),
          fields.RequiredFlag(Field::kVideo),         fields.RequiredFlag(Field::kScreen),
          fields.RequiredFlag(Field::kHand),          fields.RequiredFlag(Field::kMuted)};
}

std::string_view ToString(Role role) {
  return kRoles[static_cast<std::size_t>(role)];
}

std::optional<Role> RoleFromString(std::string_view name) {
  const auto* found = std::ranges::find(kRoles, name);
  if (found == kRoles.end()) return std::nullopt;
  return static_cast<Role>(found - kRoles.begin());
}

}  // namespace parley::protocol
