#include "server/hub/room_deadlines.h"

#include "server/hub/room.h"

namespace parley {

bool RoomDeadlines::Earlier::operator()(const Slot* a, const Slot* b) const {
  if (*a->at_ != *b->at_) return *a->at_ < *b->at_;
  return a->room_->key() < b->room_->key();
}

RoomDeadlines::Slot::~Slot() {
  if (in_ != nullptr) in_->slots_.erase(this);
}

RoomDeadlines::~RoomDeadlines() {
  for (Slot* slot : slots_) slot->in_ = nullptr;
}

void RoomDeadlines::Set(Room& room, Slot& slot, std::optional<MonotonicTime> at) {
  if (slot.at_ == at) return;
  if (slot.at_) slots_.erase(&slot);
  slot.at_ = at;
  slot.room_ = &room;
  slot.in_ = at ? this : nullptr;
  if (at) slots_.insert(&slot);
}

std::optional<MonotonicTime> RoomDeadlines::Next() const {
  return slots_.empty() ? std::nullopt : (*slots_.begin())->at_;
}

Room* RoomDeadlines::Due(MonotonicTime now) const {
  if (slots_.empty() || *(*slots_.begin())->at_ > now) return nullptr;
  return (*slots_.begin())->room_;
}

}  // namespace parley
