#include "server/config/option_table.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/limits.h"

namespace parley {

namespace {

// An option with this default, and one without.
std::shared_ptr<cxxopts::Value> Text(const std::string& value) {
  return cxxopts::value<std::string>()->default_value(value);
}
std::shared_ptr<cxxopts::Value> Number(std::uint64_t value) {
  return Text(std::to_string(value));
}
std::shared_ptr<cxxopts::Value> Anything() {
  return cxxopts::value<std::string>();
}

void AddDoorsAndData(cxxopts::Options& options) {
  options.add_options()  //
      ("plain",
       "address of the plain door (without TLS), or `off`; [::] is IPv4 and IPv6, 0.0.0.0 is IPv4 only; port "
       "0 "
       "picks a free port",
       Text("[::]:8080"), "ADDR:PORT")                                              //
      ("tls", "address of the TLS door, or `off`", Text("[::]:8443"), "ADDR:PORT")  //
      ("data", "folder for stored data; default: $XDG_DATA_HOME/parley or ~/.local/share/parley", Anything(),
       "DIR")  //
      ("files", "folder of the files that people upload, or `off`; default: `files` in the data folder",
       Anything(),
       "DIR|off")                                                                                       //
      ("file-size", "maximum size of one file", Number(limits::kFileBytes), "BYTES")                    //
      ("files-total", "maximum size of all files together", Number(limits::kFilesTotalBytes), "BYTES")  //
      ("recordings",
       "folder of the calls that hosts record, or `off`; default: `recordings` in the data folder",
       Anything(), "DIR|off")  //
      ("recordings-total", "maximum size of all recordings together", Number(limits::kRecordingsTotalBytes),
       "BYTES")                                               //
      ("memory", "keep everything in memory, write nothing")  //
      ("durability", "what an acknowledged message survives: kill -9 (normal), or also a power cut (full)",
       Text("normal"), "normal|full")  //
      ("jwt-key", "public key (PEM) or secret of a portal (another system) whose tokens are accepted",
       Anything(), "FILE")  //
      ("static", "folder of the page; default: the one installed or built with this program", Anything(),
       "DIR")  //
      ("cert", "certificate chain of the TLS door (PEM); default: made on first start", Anything(),
       "FILE")  //
      ("key", "the private key of --cert (PEM); both are read again on SIGHUP", Anything(), "FILE");
}

void AddPeopleAndRooms(cxxopts::Options& options) {
  options.add_options()                                                              //
      ("guests", "whether people may join with only a name", Text("yes"), "yes|no")  //
      ("rate", "messages per second from one peer before it is slowed; 0 means no limit",
       Number(limits::kMessageRate), "N")  //
      ("queue", "maximum bytes queued for one peer; beyond it, the peer is disconnected",
       Number(limits::kQueueBytes),
       "BYTES")  //
      ("queue-total",
       "maximum bytes queued for all peers together; beyond it, the peers with the longest queues are "
       "disconnected",
       Number(limits::kTotalQueueBytes),
       "BYTES")  //
      ("gather-us",
       "maximum microseconds that a message waits under load, so that several share one send; 0 turns this "
       "off",
       Number(limits::kGather.count()), "N")                                                                //
      ("max-peers", "maximum number of peers; default: what the descriptor limit allows", Anything(), "N")  //
      ("max-per-address", "maximum number of connections from one address (IPv6: a /64); 0 means no limit",
       Number(limits::kPeersPerAddress),
       "N")                                                                                                //
      ("journal", "record who joins and leaves, and when (see chat_server export)", Text("no"), "yes|no")  //
      ("rooms", "create rooms on demand (any), or allow only those that the config file lists (listed)",
       Text("any"),
       "any|listed")  //
      ("forget-rooms",
       "delete rooms that nobody has been in for DAYS days, except rooms that ever had an account as host; 0 "
       "turns this off",
       Text("0"),
       "DAYS")                                                                      //
      ("history", "messages kept per room", Number(limits::kHistoryMessages), "N")  //
      ("keep", "delete messages after this time, for example 30d or 12h", Text("forever"), "TIME");
}

void AddCallsAndLogs(cxxopts::Options& options) {
  options.add_options()  //
      ("proxy",
       "for a proxy on loopback that terminates TLS: serves the page on the plain door, and trusts "
       "X-Forwarded-For")  //
      ("ice", "a STUN or TURN URL for the page; repeat the option for more",
       cxxopts::value<std::vector<std::string>>(),
       "URL")                                                                            //
      ("turn-secret-file", "file with coturn's static-auth-secret", Anything(), "FILE")  //
      ("media",
       "how meetings connect: people directly (mesh), through this server (sfu), or as each meeting needs "
       "(auto)",
       Text("auto"), "auto|sfu|mesh")  //
      ("media-port", "UDP port of meetings through this server; default: the port of the TLS door",
       Anything(),
       "PORT")  //
      ("media-address",
       "an address where pages reach that port; repeat the option for more; default: the addresses of the "
       "TLS door",
       cxxopts::value<std::vector<std::string>>(), "IP")  //
      ("log-level", "how much is logged, on stderr", Text("info"),
       "trace|debug|info|warn|error|off")                            //
      ("log-format", "how it is logged", Text("text"), "text|json")  //
      ("metrics", "who may read /metrics: only this machine (local), everybody (any), or nobody (off)",
       Text("local"),
       "local|any|off")                                                 //
      ("config", "a file of `name = value` lines", Anything(), "FILE")  //
      ("help", "show this help")                                        //
      ("version", "show the version")                                   //
      ("manual", "print the manual page chat_server(1)")(
          "config-manual", "print the manual page parley.conf(5): the settings of a configuration file")(
          "completion", "print a script for a shell, to complete this command line", Anything(),
          "bash|zsh|fish")  //
      ("example-config", "print a configuration file with every setting, its default and its meaning");
}

}  // namespace

cxxopts::Options ServerOptions() {
  cxxopts::Options options("chat_server", "Parley's chat and meeting server, for terminals and browsers.\n");
  AddDoorsAndData(options);
  AddPeopleAndRooms(options);
  AddCallsAndLogs(options);
  return options;
}

cxxopts::Options CommandOptions(const std::string& command) {
  const auto text = [] { return cxxopts::value<std::string>(); };
  cxxopts::Options options("chat_server " + command);
  options.add_options()  //
      ("data", "the server's data folder; default: $XDG_DATA_HOME/parley or ~/.local/share/parley", text(),
       "DIR")                                                                                        //
      ("config", "the server's configuration file, which may name the data folder", text(), "FILE")  //
      ("help", "show this help")                                                                     //
      ("version", "show the version");
  if (command == "token") {
    options.custom_help("NAME [OPTION...] | --check FILE [OPTION...]");
    options.add_options()  //
        ("role", "guest, member, host or admin", text()->default_value("member"),
         "guest|member|host|admin")                                                                        //
        ("room", "the only room that the token is valid for", text(), "ROOM")                              //
        ("ttl", "how long the token is valid, in s, m, h or d", text()->default_value("8h"), "TIME")       //
        ("check", "explain the token in FILE instead of making one; - is standard input", text(), "FILE")  //
        ("jwt-key", "the server's --jwt-key, for --check", text(), "FILE");
  } else if (command == "export") {
    options.custom_help("--room ROOM [OPTION...]");
    options.add_options()                               //
        ("room", "the room to export", text(), "ROOM")  //
        ("since", "only from this time on: 2026-01-31, 2026-01-31T09:05 (local), 2026-01-31T08:05:00Z",
         text(),
         "TIME")                                                                  //
        ("format", "text or jsonl", text()->default_value("text"), "text|jsonl")  //
        ("recording",
         "make a video of this recording of the room, with ffmpeg; `list` prints the room's recordings",
         text(), "ID|list")  //
        ("output", "the video to make, MP4; default: ID.mp4 in the current folder", text(), "FILE")(
            "recordings", "the server's folder of recordings, if it is not in the data folder", text(),
            "DIR");
  } else if (command == "room") {
    options.custom_help("list|show|remove [ROOM] [OPTION...]");
  } else if (command == "backup" || command == "restore") {
    options.custom_help("FOLDER [OPTION...]");
    options.add_options()  //
        ("files", "the server's folder of files, if it is not in the data folder", text(), "DIR")(
            "recordings",
            "the server's folder of recordings, if it is not in the data folder; with `off`, recordings are "
            "left out",
            text(), "DIR|off");
  } else if (command == "status") {
    options.custom_help("[OPTION...]");
  } else {
    options.custom_help("add|password|list|remove [NAME] [OPTION...]");
    options.add_options()("role", "for `add`: member (the default) or admin", text(), "member|admin");
  }
  return options;
}

}  // namespace parley
