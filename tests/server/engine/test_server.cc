#include "tests/server/engine/test_server.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace parley::test {

std::string Line(const protocol::Request& request, const std::optional<std::string>& ref) {
  return protocol::EncodeRequest(request, ref) + "\n";
}

protocol::Message Chat(const std::string& room, const std::string& text, std::optional<std::string> id) {
  return {room, text, std::move(id)};
}

// --- TestPeer ---

TestPeer& TestPeer::Send(std::string_view bytes) {
  server_->connections_[number_]->to_server += bytes;
  server_->Settle();
  return *this;
}

void TestPeer::Ask(const protocol::Request& request, const std::optional<std::string>& ref) {
  Send(Line(request, ref));
}

void TestPeer::Hello(const std::string& name) {
  protocol::Hello hello;
  hello.name = name;
  Ask(hello);
}

void TestPeer::Join(const std::string& room, std::optional<protocol::Sequence> since) {
  Ask(protocol::Join{room, {}, since});
}

void TestPeer::Say(const std::string& room, const std::string& text, std::optional<std::string> id) {
  Ask(Chat(room, text, std::move(id)));
}

void TestPeer::FinishSending() {
  server_->connections_[number_]->finished = true;
  server_->Settle();
}

void TestPeer::Vanish() {
  server_->Close(*server_->connections_[number_], "lost");
  server_->Settle();
}

void TestPeer::StopReading() {
  ReadOnly(0);
}

void TestPeer::StartReading() {
  ReadOnly(TestServer::kAll);
}

void TestPeer::ReadOnly(std::size_t bytes) {
  server_->connections_[number_]->takes = bytes;
  if (!closed()) server_->FlushTo(*server_->connections_[number_]);
  server_->Settle();
}

void TestPeer::KeepsOpen() {
  server_->connections_[number_]->keeps_open = true;
}

std::vector<std::string> TestPeer::Hears() {
  std::vector<std::string> words;
  std::string bytes = Reads();
  for (std::size_t end = bytes.find('\n'); end != std::string::npos; end = bytes.find('\n')) {
    const std::string line = bytes.substr(0, end);
    bytes.erase(0, end + 1);
    const auto decoded = protocol::DecodeEvent(line);
    if (!decoded) {
      ADD_FAILURE() << "no event: " << line;
      continue;
    }
    if (const auto* welcome = std::get_if<protocol::Welcome>(&decoded->event)) {
      server_->names_[welcome->id] = welcome->name;
      server_->connections_[number_]->id = welcome->id;
    }
    words.push_back(Describe(decoded->event, decoded->ref, server_->names_));
  }
  server_->connections_[number_]->from_server = bytes;  // the beginning of a line
  return words;
}

std::string TestPeer::Reads() {
  return std::exchange(server_->connections_[number_]->from_server, {});
}

bool TestPeer::closed() const {
  return !server_->connections_[number_]->index;
}

std::size_t TestPeer::unread() const {
  return server_->connections_[number_]->to_server.size();
}

std::size_t TestPeer::queued() const {
  return server_->exchange_.out(index()).bytes();
}

PeerIndex TestPeer::index() const {
  return *server_->connections_[number_]->index;
}

std::string TestPeer::id() const {
  return server_->connections_[number_]->id;
}

// --- TestServer ---

TestServer::TestServer(ExchangeOptions options, std::size_t kept, std::unique_ptr<Files> files)
    : log_(new SlowLog(kept)),
      accounts_(new FakeAccounts),
      exchange_(std::move(options), std::unique_ptr<MessageLog>(log_), std::unique_ptr<Accounts>(accounts_),
                {}, std::move(files)) {
}

TestPeer TestServer::Connects(Arrival arrival) {
  auto connection = std::make_unique<Connection>();
  connection->index = exchange_.Open(std::move(arrival), now_);
  connections_.push_back(std::move(connection));
  Settle();
  return {*this, connections_.size() - 1};
}

TestPeer TestServer::Lines(const std::string& name) {
  TestPeer peer = Connects();
  peer.Hello(name);
  peer.Hears();
  return peer;
}

TestPeer TestServer::LinesIn(const std::string& room, const std::string& name) {
  TestPeer peer = Lines(name);
  peer.Join(room);
  Quiet();
  return peer;
}

TestPeer TestServer::Raw() {
  TestPeer peer = Connects();
  Pass(std::chrono::seconds(1));
  Quiet();
  return peer;
}

void TestServer::Pass(Duration time) {
  now_.monotonic += time;
  now_.wall += std::chrono::duration_cast<std::chrono::milliseconds>(time);
  Settle();
}

void TestServer::Settle() {
  const auto busy = [&] {
    if (exchange_.HasWork()) return true;
    const auto due = exchange_.NextDeadline();
    if (due && *due <= now_.monotonic) return true;
    return std::ranges::any_of(connections_, [&](const auto& connection) {
      return connection->index && exchange_.WantsRead(*connection->index) &&
             (!connection->to_server.empty() || (connection->finished && !connection->ended));
    });
  };
  Turn();
  for (int turns = 0; busy(); ++turns) {
    if (turns == 10'000) {
      ADD_FAILURE() << "the server finds no rest";
      return;
    }
    Turn();
  }
}

void TestServer::Quiet() {
  for (const auto& connection : connections_) connection->from_server.clear();
}

void TestServer::Shutdown() {
  exchange_.Shutdown(now_);
  Flush();
  Settle();
}

void TestServer::Turn() {
  for (std::size_t i = 0; i < connections_.size(); ++i) Read(*connections_[i]);
  exchange_.Tick(now_);
  exchange_.Commit(now_);
  Flush();
}

void TestServer::Read(Connection& connection) {
  if (!connection.index || !exchange_.WantsRead(*connection.index)) return;
  if (!connection.to_server.empty()) {
    const std::string bytes = connection.to_server.substr(0, limits::kReadBytes);
    connection.to_server.erase(0, bytes.size());
    exchange_.Receive(*connection.index, bytes, now_);
  } else if (connection.finished && !std::exchange(connection.ended, true)) {
    exchange_.End(*connection.index, now_);
  }
}

void TestServer::Flush() {
  for (auto dirty = exchange_.TakeDirty(); !dirty.empty(); dirty = exchange_.TakeDirty()) {
    for (const PeerIndex index : dirty) {
      if (Connection* connection = ConnectionOf(index)) FlushTo(*connection);
    }
  }
}

void TestServer::FlushTo(Connection& connection) {
  const PeerIndex index = *connection.index;
  OutQueue& out = exchange_.out(index);
  while (!out.empty() && !exchange_.Withheld(index) && connection.takes > 0) {
    std::string_view view;
    out.Gather({&view, 1}, connection.takes);
    connection.from_server += view;
    if (connection.takes != kAll) connection.takes -= view.size();
    out.Consume(view.size());
  }
  exchange_.Flushed(index, !out.empty() && !exchange_.Withheld(index), now_);
  if (exchange_.closing(index) && out.empty() && !connection.keeps_open) Close(connection, "left");
}

void TestServer::Close(Connection& connection, std::string_view reason) {
  const PeerIndex index = *std::exchange(connection.index, std::nullopt);
  exchange_.Lost(index, reason, now_);
  exchange_.Release(index);
}

TestServer::Connection* TestServer::ConnectionOf(PeerIndex index) {
  const auto found = std::ranges::find(connections_, std::optional(index), &Connection::index);
  return found == connections_.end() ? nullptr : found->get();
}

}  // namespace parley::test
