// What people do in a round of the soak. Each act is whole: it brings its people, checks every promise that
// it touches, and all have gone when it returns (the server may need a moment to see that). Where a promise
// is broken it throws Failure. Acts of one round run beside each other, each in a room of its own.

#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <random>
#include <string>

#include "tests/support/server_process.h"
#include "tests/support/web_peer.h"

namespace parley::test {

inline constexpr const char* kAccount = "Ada";
inline constexpr const char* kAccountPassword = "correct horse";

// How often, all together.
struct SoakCounts {
  std::atomic<std::uint64_t> resumes, moderations, logins, slow_readers, http;
};

struct Stage {
  const ServerProcess& server;
  SoakCounts& counts;
  std::mt19937 random;
  std::string room;        // nobody is there
  unsigned number;         // of the act: different for all acts of a round
  std::size_t history;     // messages kept for each room
  std::string host_token;  // makes a host in every room

  // A lot from 0 up to and with `most`.
  unsigned UpTo(unsigned max) { return static_cast<unsigned>(random() % (max + 1)); }
};

// Throws Failure where this does not hold.
void Demand(bool holds, const std::string& what);

// People of all three kinds talk, whisper, signal, come, go, break off and resume; then one reads it all
// again.
void Talk(Stage& stage);
// Raw peers, plain and over TLS, and others in the lobby; then connections that break off in their first
// words.
void Raw(Stage& stage);
// A host mutes, kicks, bans, locks, sets a password and a topic, admits and refuses, and takes it all back.
void Moderate(Stage& stage);
// Rooms that somebody makes, in which nothing is said.
void MakeRooms(Stage& stage);
// Page, /healthz and /metrics at both doors, several by connection and one.
void Browse(Stage& stage);
// Somebody who does not read is closed with slow_consumer, and comes back without loss.
void ReadSlowly(Stage& stage);
// The server's figures, by their lines in /metrics.
using Figures = std::map<std::string, double>;
Figures FiguresOf(const ServerProcess& server);

// By password, and then by its token.
void LogIn(Stage& stage);

}  // namespace parley::test
