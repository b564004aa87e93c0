// Checks whether this machine is fit for a server with these options. Each check answers in plain words, with
// what to do. It changes and makes nothing. Used by `chat_server check`; blocks for some seconds at most.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/net/certificate.h"
#include "server/config/config.h"

namespace parley {

class DatagramSocket;

struct Finding {
  enum class Grade { kOk, kWarning, kProblem };
  Grade grade;
  std::string about;  // `descriptors`
  std::string text;   // the finding; if it is not ok, also what to do
  bool operator==(const Finding&) const = default;
};

// One line: `warning clock: …`.
std::string ToLine(const Finding& finding);

// --- Judgements on what was looked at ---

// `peers`: as many as fit into the descriptors that are allowed.
Finding JudgeDescriptors(std::size_t allowed, std::size_t peers, std::optional<std::size_t> wanted_peers);
Finding JudgeDisk(const std::string& folder, std::uint64_t free_bytes);
Finding JudgeClock(std::chrono::sys_seconds now, bool synchronised);
// A certificate of --cert and its key.
Finding JudgeCertificate(const KeyPair& pair, std::chrono::sys_seconds now);
// The certificates that the server has made, as they are in `folder`: its authority and the certificate that
// it signed. What is missing is empty.
Finding JudgeOwnCertificate(const std::string& folder, const KeyPair& authority, const KeyPair& leaf,
                            std::chrono::sys_seconds now);

// An address that pages are told for meetings through the server.
struct TriedAddress {
  std::string address;
  bool own = false;      // of this machine; others belong to its NAT, or are wrong
  bool arrived = false;  // a datagram that this machine sent there
};
Finding JudgeMedia(MediaMode mode, std::uint16_t port, const std::vector<TriedAddress>& tried);

// --- Looking ---

std::vector<Finding> CheckDoors(const Config& config);
std::vector<Finding> CheckCertificate(const Config& config, std::chrono::sys_seconds now);
std::vector<Finding> CheckData(const Config& config);
std::vector<Finding> CheckSecrets(const Config& config);
std::vector<Finding> CheckUdp(const Config& config);
std::vector<Finding> CheckMedia(const Config& config);
// An address may be written in several ways.
bool IsAmong(const std::vector<std::string>& addresses, const std::string& address);
// Whether a datagram that this machine sends to the socket's port at that address arrives at the socket.
bool Arrives(DatagramSocket& socket, const std::string& address);
// Runs all checks.
std::vector<Finding> CheckMachine(const Config& config);

}  // namespace parley
