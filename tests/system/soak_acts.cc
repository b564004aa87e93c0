#include "tests/system/soak_acts.h"

#include <chrono>
#include <optional>
#include <sstream>
#include <vector>

#include "tests/support/deadline.h"
#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/tls_peer.h"
#include "tests/system/soak_person.h"

namespace parley::test {
namespace {

constexpr std::string_view kLobby = "lobby";

std::string NameIn(const Stage& stage, const char* name) {
  return "Act " + std::to_string(stage.number) + " " + name;
}

// An answer to GET, asked at either door.
WebPeer Browser(Stage& stage) {
  if (stage.UpTo(1) == 0) return WebPeer(stage.server.port());
  return WebPeer(TlsPeer(stage.server.tls_port()));
}

// Speaks into the lobby until no raw peer is left, and none that may become one: who closed can't be told
// from who only listens before something was sent to it.
void WakeTheGone(const ServerProcess& server, SoakPerson& speaker) {
  const Deadline deadline;
  for (Figures figures = FiguresOf(server);
       figures["parley_peers{kind=\"raw\"}"] + figures["parley_peers{kind=\"undecided\"}"] > 0;
       figures = FiguresOf(server)) {
    Demand(deadline.MillisecondsLeft() > 0, "raw peers that have gone are still there");
    speaker.Expect("ok", "message", {{"room", kLobby}, {"text", "Who is there?"}});
    speaker.TakeEvents();
  }
}

class Host {
 public:
  explicit Host(Stage& stage)
      : stage_(stage),
        person_(stage.server, Way::kTls, {{"protocol", 1}, {"token", stage.host_token}}, At(1)) {
    const Json joined = person_.Expect("joined", "join", {{"room", stage.room}});
    Demand(joined["role"] == "host", "a host by right is not host: " + joined.raw());
  }
  // Each act has addresses of its own, so that a ban of one shuts out nobody else.
  [[nodiscard]] RawPeer::Options At(unsigned which) const {
    return {.source = "127.0." + std::to_string(10 + stage_.number) + "." + std::to_string(which)};
  }
  void Do(std::string_view action, const SoakPerson& member) {
    Act({{"room", stage_.room}, {"action", action}, {"member", member.id()}});
  }
  void Do(std::string_view action, std::string_view value = "") {
    Act({{"room", stage_.room}, {"action", action}, {"value", value}});
  }
  void Admit(std::string_view action, const Json& id) {
    Act({{"room", stage_.room}, {"action", action}, {"member", id}});
  }
  SoakPerson& person() { return person_; }

 private:
  void Act(Fields fields) {
    person_.Expect("ok", "moderate", fields);
    ++stage_.counts.moderations;
  }

  Stage& stage_;
  SoakPerson person_;
};

// What is done to one who is in the room.
void ModerateMember(Stage& stage, Host& host, SoakPerson& member) {
  const auto say = [&](std::string_view outcome) {
    member.Expect(outcome, "message", {{"room", stage.room}, {"text", "May I?"}});
  };
  host.Do("mute", member);
  say("muted");
  host.Do("unmute", member);
  say("ok");
  member.Expect("ok", "state", {{"room", stage.room}, {"hand", true}});
  host.Do("lower_hand", member);
  host.Do("promote", member);
  host.Do("demote", member);
  host.Do("kick", member);
  while (member.NextEvent("member_left")["reason"] != "kicked") {
  }
  say("not_in_room");
  member.Expect("joined", "join", {{"room", stage.room}});
  host.Do("ban", member);
  while (member.NextEvent("member_left")["reason"] != "banned") {
  }
  member.Expect("forbidden", "join", {{"room", stage.room}});
  host.Do("unban", member.name());
  member.Expect("joined", "join", {{"room", stage.room}});
}

// What newcomers meet.
void ModerateRoom(Stage& stage, Host& host, SoakPerson& newcomer) {
  const auto join = [&](std::string_view outcome) {
    return newcomer.Expect(outcome, "join", {{"room", stage.room}});
  };
  const auto leave = [&] { newcomer.Expect("ok", "leave", {{"room", stage.room}}); };
  host.Do("topic", "What is said here");
  host.Do("lock");
  join("room_locked");
  host.Do("unlock");
  Demand(join("joined")["topic"] == "What is said here", "another topic");
  leave();
  host.Do("topic");
  host.Do("password", "open sesame");
  join("room_password");
  newcomer.Expect("joined", "join", {{"room", stage.room}, {"password", "open sesame"}});
  leave();
  host.Do("password");
}

void ModerateWaitingRoom(Stage& stage, Host& host, SoakPerson& newcomer) {
  const auto join = [&](std::string_view outcome) {
    newcomer.Expect(outcome, "join", {{"room", stage.room}});
  };
  const auto answered = [&](const char* action) {
    Json people;
    while ((people = host.person().NextEvent("waiting")["people"]).size() == 0) {
    }
    host.Admit(action, people[0]["id"]);
    return newcomer.NextEvent("admission")["admitted"].Flag();
  };
  host.Do("waiting_room", "on");
  join("waiting");
  Demand(!answered("refuse"), "admitted though refused");
  host.person().TakeEvents();
  join("waiting");
  Demand(answered("admit"), "refused though admitted");
  join("joined");
  host.Do("waiting_room", "off");
}

void BreakOffAtOnce(Stage& stage) {
  const std::vector<std::string> words = {
      "",
      "raw\n",
      Object("hello", {{"protocol", 1}, {"name", NameIn(stage, "storm")}}),
      "GET / HTTP/1.1\r\nHo",
      "{",
      "\x16\x03\x01"};
  for (const std::string& word : words) {
    for (const auto port : {stage.server.port(), stage.server.tls_port()}) {
      RawPeer peer(port);
      peer.Send(word);
      if (stage.UpTo(3) == 0) {
        peer.Close();
      } else {
        peer.Reset();
      }
    }
  }
}

}  // namespace

void Demand(bool holds, const std::string& what) {
  if (!holds) throw Failure(what);
}

Figures FiguresOf(const ServerProcess& server) {
  Figures figures;
  std::istringstream lines(WebPeer(server.port()).Get("/metrics", "localhost").body);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.rfind(' ');
    if (!line.starts_with('#') && space != std::string::npos) {
      figures[line.substr(0, space)] = std::stod(line.substr(space + 1));
    }
  }
  return figures;
}

void Raw(Stage& stage) {
  SoakPerson person(stage.server, Way::kWeb, NameIn(stage, "listener"));
  person.Expect("joined", "join", {{"room", kLobby}});
  {
    RawPeer plain(stage.server.port());
    // What somebody says who was not given the processor in time to be what it is (soak_person.cc), is none
    // of this.
    const auto line = [](auto& peer) {
      for (;;) {
        std::string text = peer.ReceiveThrough("\n");
        Demand(!text.empty(), "a raw peer was disconnected");
        if (!text.starts_with('{') && text.find("\r") == std::string::npos) return text;
      }
    };
    const auto heard = [&](const std::string& text) {
      Json message;
      while ((message = person.NextEvent("message"))["text"] != text) {
        Demand(message["text"].Text().starts_with('{'), "not what was said: " + message.raw());
      }
    };
    const auto hears = [&](auto& peer, const std::string& text) {
      const std::string got = line(peer);
      Demand(got == text, "a raw peer wanted " + text + " and heard " + got);
    };
    plain.Send("first\n");
    heard("first");
    TlsPeer tls(stage.server.tls_port());
    tls.Send("second\n");
    heard("second");
    hears(plain, "second\n");
    for (int i = 0; i < 10; ++i) {
      const std::string text = "chunk " + std::to_string(stage.random());
      plain.Send(text + "\n");
      heard(text);
      hears(tls, text + "\n");
      person.Expect("ok", "message", {{"room", kLobby}, {"text", text}});
      hears(plain, person.name() + ": " + text + "\n");
      hears(tls, person.name() + ": " + text + "\n");
    }
    if (stage.UpTo(1) == 0) plain.Reset();
  }
  BreakOffAtOnce(stage);
  WakeTheGone(stage.server, person);
}

void Moderate(Stage& stage) {
  Host host(stage);
  SoakPerson member(stage.server, Way::kLines, NameIn(stage, "member"), host.At(2));
  member.Expect("joined", "join", {{"room", stage.room}});
  SoakPerson newcomer(stage.server, Way::kWeb, NameIn(stage, "newcomer"), host.At(3));
  ModerateMember(stage, host, member);
  ModerateRoom(stage, host, newcomer);
  ModerateWaitingRoom(stage, host, newcomer);
}

void MakeRooms(Stage& stage) {
  SoakPerson leaver(stage.server, Way::kLines, NameIn(stage, "leaver"));
  SoakPerson breaker(stage.server, Way::kTls, NameIn(stage, "breaker"));
  std::vector<std::string> rooms;
  for (int i = 0; i < 10; ++i) {
    const std::string room = "brief " + std::to_string(stage.random());
    // One address makes a thousand rooms an hour; a long soak would make more.
    const Json joined = leaver.Ask("join", {{"room", room}});
    if (joined["code"] == "too_many_rooms") break;
    if (joined["type"] != "joined") throw Failure("no room was made: " + joined.raw());
    breaker.Expect("joined", "join", {{"room", room}});
    rooms.push_back(room);
  }
  // In this order, since a room is kept for a host whose connection broke.
  breaker.Reset();
  for (std::size_t i = 0; i < rooms.size(); ++i) leaver.NextEvent("member_left");
  for (const std::string& room : rooms) leaver.Expect("ok", "leave", {{"room", room}});
}

void Browse(Stage& stage) {
  for (int i = 0; i < 3; ++i) {
    WebPeer kept = Browser(stage);
    Demand(kept.Get("/healthz", "localhost").body == "ok\n", "it is not well");
    Demand(kept.Get("/metrics", "localhost").status == 200, "there are no figures");
    const int page = kept.Get("/", "localhost").status;
    Demand(page == 200 || page == 308, "neither the page nor the way to it");
    Demand(kept.Get("/healthz", "localhost").body == "ok\n", "it is not well any more");
    WebPeer once = Browser(stage);
    Demand(once.Get("/healthz", "localhost", "Connection: close\r\n").status == 200, "it is not well");
    Demand(once.ReceiveToEnd().empty(), "more than was asked for");
    stage.counts.http += 5;
  }
}

void ReadSlowly(Stage& stage) {
  SoakPerson author(stage.server, Way::kLines, NameIn(stage, "author"));
  author.Expect("joined", "join", {{"room", stage.room}});
  std::optional<SoakPerson> slow;
  slow.emplace(stage.server, Way::kLines, NameIn(stage, "slow"), RawPeer::Options{.receive_buffer = 4096});
  const Json joined = slow->Expect("joined", "join", {{"room", stage.room}});
  const std::string text(16'000, 'x');
  bool gone = false;
  for (int said = 0; !gone && said < 4'000; ++said) {
    author.Expect("ok", "message", {{"room", stage.room}, {"text", text}});
    for (const Json& event : author.TakeEvents()) {
      gone = gone || (event["type"] == "member_left" && event["id"] == slow->id());
    }
  }
  Demand(gone, "one that never reads was never closed");
  std::int64_t last = joined["last"].Number();
  std::string end;
  for (Json event; end.empty();) {
    event = slow->NextEvent();
    if (event["type"] == "message") Demand(event["seq"] == ++last, "a hole: " + event.raw().substr(0, 200));
    if (event["type"] == "error") end = event["code"].Text();
  }
  Demand(end == "slow_consumer", "closed with " + end);
  slow.emplace(stage.server, Way::kWeb, Fields{{"protocol", 1}, {"token", slow->token()}});
  const Json again = slow->Expect("joined", "join", {{"room", stage.room}, {"since", last}});
  Demand(again["messages"].size() == 0 || again["messages"][0]["seq"] == last + 1,
         "a hole in what was missed");
  Demand(again["gap"] == false, "there is a gap");
  ++stage.counts.slow_readers;
  ++stage.counts.resumes;
}

void LogIn(Stage& stage) {
  const SoakPerson desk(stage.server, Way::kTls,
                        {{"protocol", 1}, {"user", kAccount}, {"password", kAccountPassword}});
  SoakPerson phone(stage.server, Way::kWeb, {{"protocol", 1}, {"token", desk.token()}});
  Demand(phone.name() == kAccount, "another name: " + phone.name());
  phone.Expect("joined", "join", {{"room", stage.room}});
  ++stage.counts.logins;
}

}  // namespace parley::test
