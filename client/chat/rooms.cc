#include "client/chat/rooms.h"

#include <algorithm>
#include <utility>

namespace parley::client {
namespace {

template <typename Map, typename Is>
Room* FindIf(Map& rooms, Is is) {
  const auto found = std::ranges::find_if(rooms, [&](const auto& entry) { return is(entry.second); });
  return found == rooms.end() ? nullptr : &found->second;
}

}  // namespace

Rooms::Rooms(std::string first) {
  const std::string key = RoomKey(first);
  rooms_.emplace(key, Room(std::move(first), std::nullopt));
  order_.push_back(key);
}

Room* Rooms::Find(const std::string& key) {
  const auto found = rooms_.find(key);
  return found == rooms_.end() ? nullptr : &found->second;
}

const Room* Rooms::Find(const std::string& key) const {
  const auto found = rooms_.find(key);
  return found == rooms_.end() ? nullptr : &found->second;
}

Room* Rooms::FindJoined(std::string_view name) {
  return FindIf(rooms_, [&](const Room& room) { return room.joined() && room.name() == name; });
}

Room* Rooms::FindWaiting(std::string_view name) {
  return FindIf(rooms_, [&](const Room& room) { return room.waits() && room.name() == name; });
}

std::string Rooms::KeyOf(const Room& room) const {
  return std::ranges::find_if(rooms_, [&](const auto& entry) { return &entry.second == &room; })->first;
}

Room& Rooms::Add(const std::string& key, const std::string& name,
                 const std::optional<std::string>& password) {
  return rooms_.try_emplace(key, name, password).first->second;
}

void Rooms::MakeCurrent(const std::string& key) {
  std::erase(order_, key);
  order_.push_back(key);
}

void Rooms::PutLast(const std::string& key) {
  if (std::ranges::find(order_, key) == order_.end()) order_.insert(order_.begin(), key);
}

void Rooms::Remove(const std::string& key) {
  rooms_.erase(key);
  std::erase(order_, key);
}

}  // namespace parley::client
