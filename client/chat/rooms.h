// Rooms holds the rooms that a client is in, or wants to be in, by key. Their order says which one is
// current. Owned by the Session.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/chat/room.h"

namespace parley::client {

class Rooms {
 public:
  // `first` is to be joined first, and the current one.
  explicit Rooms(std::string first);

  // Null: there is none. Valid until the room is removed.
  [[nodiscard]] Room* Find(const std::string& key);
  [[nodiscard]] const Room* Find(const std::string& key) const;
  // By the very name that the server uses: whether two spellings are one room is the server's to say.
  [[nodiscard]] Room* FindJoined(std::string_view name);
  // In front of its door; by the name that was asked for.
  [[nodiscard]] Room* FindWaiting(std::string_view name);
  [[nodiscard]] std::string KeyOf(const Room& room) const;

  // The room with this key, made if there is none. A new one has no place in the order yet.
  Room& Add(const std::string& key, const std::string& name, const std::optional<std::string>& password);
  void MakeCurrent(const std::string& key);
  // The last one to become current, if it is not in the order yet.
  void PutLast(const std::string& key);
  void Remove(const std::string& key);

  // Where messages go; null: nowhere.
  [[nodiscard]] Room* current() { return order_.empty() ? nullptr : Find(order_.back()); }
  [[nodiscard]] const Room* current() const { return order_.empty() ? nullptr : Find(order_.back()); }
  // Keys, the current one last.
  [[nodiscard]] const std::vector<std::string>& order() const { return order_; }
  [[nodiscard]] std::map<std::string, Room>& all() { return rooms_; }

 private:
  std::map<std::string, Room> rooms_;
  std::vector<std::string> order_;
};

}  // namespace parley::client
