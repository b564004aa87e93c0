// Keys provides the certificate and the key of the TLS door: those of --cert and --key, or those that a local
// authority makes.
//
// The authority (ca.crt, ca.key) is in the data folder, and so is what it signed (server.crt, server.key).
// Without a folder (--memory) they live as long as the process.
//
// People's devices trust the authority, so it is replaced only when it is not valid now: it has expired, or
// is not valid yet, because it was made while the clock was ahead. The previous authority is kept
// (ca.old.crt, ca.old.key). If the clock is set back to a time at which only the previous authority is
// valid, it is used again.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/net/certificate.h"
#include "server/data/data_folder.h"

namespace parley {

struct ServerKeys {
  KeyPair pair;           // the certificate with its chain
  std::string authority;  // the local authority's certificate; empty with --cert
  std::string fingerprint;
  std::string notice;  // what to tell the operator about how they were made; empty: nothing
};

// A clock that shows an earlier day was never set. No certificate is judged by such a clock.
constexpr std::chrono::sys_days kFirstDay{std::chrono::year(2026) / 1 / 1};

// The day of a time for a message: `2026-11-28`.
std::string DayOf(std::chrono::sys_seconds time);

class Keys {
 public:
  // With --cert and --key.
  Keys(std::string certificate_file, std::string key_file)
      : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)) {}
  // With the local authority; `folder` may be null, else it must outlive this object.
  explicit Keys(const DataFolder* folder) : folder_(folder) {}

  // What to serve now on a machine with these names. Reads the files, and makes what is missing. Makes a new
  // certificate if the old one ends within 30 days, is not valid yet, is not for `names`, is from another
  // authority, or has lost its key. A string says what is wrong.
  std::variant<ServerKeys, std::string> Load(const std::vector<std::string>& names,
                                             std::chrono::sys_seconds now);

 private:
  std::variant<ServerKeys, std::string> LoadFiles() const;
  // Reads the authority, or makes one if there is none or it is not valid now. Says what is wrong.
  std::optional<std::string> PrepareAuthority(std::chrono::sys_seconds now, std::string& notice);
  std::optional<std::string> ReplaceAuthority(std::chrono::sys_seconds now, std::string& notice);
  // Nothing if neither file exists. If one of the two is missing, it is empty.
  [[nodiscard]] std::optional<KeyPair> ReadPair(const std::string& name) const;
  // False if it cannot be kept.
  [[nodiscard]] bool KeepPair(const std::string& name, const KeyPair& pair);
  void DropPair(const std::string& name);

  std::string certificate_file_;
  std::string key_file_;
  const DataFolder* folder_ = nullptr;
  std::optional<KeyPair> authority_;
  std::optional<KeyPair> leaf_;
};

}  // namespace parley
