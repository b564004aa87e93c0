// Every fixed limit of the program, each with its reason. What an operator may want to change is an option
// instead (server/config), with its default here.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace parley::limits {

using std::chrono::milliseconds;
using std::chrono::seconds;

// --- Sizes on the wire (bytes unless said otherwise) ---

// A text: four printed pages; what is longer is a file, not a message.
inline constexpr std::size_t kTextBytes = 16 * 1024;
// A whole request or event without its newline: a session description with many candidates fits.
inline constexpr std::size_t kMessageBytes = 64 * 1024;
// A `ref` or a client's own message id: a UUID in any notation fits.
inline constexpr std::size_t kIdBytes = 64;
// Names, in code points: what a list of members can show in one line.
inline constexpr std::size_t kNameCodePoints = 32;
inline constexpr std::size_t kRoomNameCodePoints = 64;
// A topic: one line above the room.
inline constexpr std::size_t kTopicBytes = 1024;
// A password of a person or a room: longer than anyone types, short enough to hash.
inline constexpr std::size_t kPasswordBytes = 256;
// A bearer token: claims with the longest names and an RSA signature of 4,096 bits come to 2 KiB.
inline constexpr std::size_t kTokenBytes = 4 * 1024;
// How deep JSON may nest: no session description comes near it, and no parser's stack is at risk.
inline constexpr std::size_t kJsonDepth = 64;
// A request head of HTTP, and its first line while it is not yet clear that it is one.
inline constexpr std::size_t kHttpHeadBytes = 16 * 1024;
inline constexpr std::size_t kHttpFields = 100;
// Length of one Telnet command. The longest that clients send are lists of characters and of variables.
inline constexpr std::size_t kTelnetCommandBytes = 1024;
// The folder of the page: it is held in memory, and the compressed forms that are made of it besides.
inline constexpr std::size_t kStaticBytes = 64 * 1024 * 1024;

// --- Replies ---

inline constexpr std::size_t kHistoryDefault = 50;
inline constexpr std::size_t kHistoryMost = 200;
// Rooms in one reply: as many as a person looks through.
inline constexpr std::size_t kRoomsListedDefault = 50;
inline constexpr std::size_t kRoomsListedMost = 200;
// Bytes of messages, or of rooms, in one reply. Many long texts must not add up to a reply that blocks a slow
// line for seconds.
inline constexpr std::size_t kReplyMessageBytes = 256 * 1024;
// Members listed in `joined`, and the size up to which each coming and going is an event: beyond it presence
// would grow with the square of the members.
inline constexpr std::size_t kListedMembers = 256;
// How often a large room tells its count.
inline constexpr seconds kCountPeriod{1};

// --- Rooms ---

// Rooms a peer may be in at once: a person follows fewer; a bot that wants more opens another connection.
inline constexpr std::size_t kRoomsPerPeer = 32;
// Members of one room: `room_full` beyond. What one loop serves with a second's patience.
inline constexpr std::size_t kRoomMembers = 20'000;
// How long the journal keeps who came and went: a school year, and a little.
inline constexpr std::chrono::hours kVisitsKept{24 * 400};
// How long the server keeps the place of a host whose connection ended. A page that reloads, or a phone that
// changes its network, is back by then. A class without a teacher waits no longer.
inline constexpr seconds kHostAwaited{60};
// How long an empty room waits for an admitted person who would become host, before it admits the next person
// who waits. A client joins at once.
inline constexpr seconds kHeirAwaited{10};
// Visits that the journal could not write yet, some 200 bytes each: enough for an hour in which a school
// joins and leaves while the disk is full. Beyond it, people who joined and left again meanwhile are left
// out.
inline constexpr std::size_t kUnwrittenVisits = 50'000;
// In the waiting room of one room: more than a host can look through is a flood.
inline constexpr std::size_t kWaitingPerRoom = 64;
// Rooms with people in them, and rooms held in memory: guests can make rooms, so memory needs a limit. Empty
// rooms give way, and are read from the disk again.
inline constexpr std::size_t kRooms = 10'000;
// Rooms that one address can make in an hour: enough for a school's week, and far below what a server holds.
inline constexpr std::size_t kRoomsMade = 1'000;
inline constexpr std::chrono::hours kRoomsMadePeriod{1};
// Addresses whose rooms are counted, some 100 bytes each. Beyond it, the hour that began first is forgotten.
inline constexpr std::size_t kRoomMakers = 50'000;
// Rooms whose newest messages are held in memory beside the log on disk, each at most kReplyMessageBytes:
// 64 MiB at the very most.
inline constexpr std::size_t kRecentRooms = 256;
// How often the log is told which rooms are in use: a server that is killed loses no more than this. The
// first time is a little after the start.
inline constexpr std::chrono::minutes kRoomUseSoon{5};
inline constexpr std::chrono::hours kRoomUsePeriod{1};
// Rooms touched, and messages of a forgotten room deleted, in one transaction. It takes some milliseconds,
// and messages wait for it.
inline constexpr std::size_t kTouchedAtOnce = 500;
inline constexpr std::size_t kDeletedAtOnce = 1'000;
// Bans remembered by one room.
inline constexpr std::size_t kBansPerRoom = 1'000;
// People whom a room with a waiting room knows beside those who are here: hosts can let in people without
// end. Beyond, those who have gone wait again.
inline constexpr std::size_t kAdmittedPerRoom = 1'000;

// --- Pace: requests a second of one peer; a burst of twice as many is free ---

inline constexpr std::uint32_t kMessageRate = 50;  // `--rate`: message, whisper, state
inline constexpr std::uint32_t kSignalRate = 500;  // a call of eight renegotiates in bursts of candidates
inline constexpr std::uint32_t kOtherRate = 50;

// --- Passwords ---

// Argon2id of libsodium's interactive strength: 64 MiB and two passes take about a tenth of a second, which a
// person does not notice and a thief of hashes does. At most one a core is under way, so that logins never
// hold more than 64 MiB a core.
inline constexpr std::size_t kHashBytes = 64 * 1024 * 1024;
inline constexpr unsigned kHashPasses = 2;
// Wrong passwords for one name from one address: so many are free, then the answer waits, twice as long each
// time.
inline constexpr unsigned kFreeTries = 5;
inline constexpr seconds kFirstHold{1};
inline constexpr seconds kLongestHold{10};
// A person with the right password waits at most 10 s for others who guess. After kLongestWait a login
// overtakes those in front of it, which leaves time for the hash. Only a connection with few wrong passwords
// may. A name and address may overtake kOvertakings times, and once more each kOvertakingPeriod: many
// connections guess at most twice as fast as one.
inline constexpr seconds kLongestWait{8};
inline constexpr unsigned kOvertakings = 5;
inline constexpr seconds kOvertakingPeriod{10};
inline constexpr unsigned kTriesOfOvertakers = 2;
// How long a wrong password is remembered, and for how many names and addresses: some 300 bytes each. To
// push the own one out takes as many wrong passwords, each the time of a hash.
inline constexpr std::chrono::minutes kTriesRemembered{15};
inline constexpr std::size_t kTries = 50'000;

// --- Time-outs ---

// A peer that has said nothing for so long is a raw listener.
inline constexpr milliseconds kFirstBytes{1000};
inline constexpr seconds kTlsHandshake{10};
inline constexpr seconds kHttpHead{10};
inline constexpr seconds kHttpKeepAlive{30};
inline constexpr seconds kHello{30};
inline constexpr seconds kWebSocketPing{30};
// After the last byte to a peer that is being closed: how long it may take to read it and to close its side.
inline constexpr seconds kLinger{2};
// How long a shutdown may take to flush every queue.
inline constexpr seconds kShutdown{5};
// How often half-closed peers are asked whether they still live.
inline constexpr seconds kHalfClosedSweep{15};
// A token to come back with.
inline constexpr std::chrono::hours kTokenLife{24};
// How far the clock of a portal that mints tokens may be off.
inline constexpr seconds kClockSkew{60};

// --- The loop ---

// Read from one peer in one turn, into the loop's one buffer: a sender of more waits for the next turn.
inline constexpr std::size_t kReadBytes = 64 * 1024;
// Accepted in one turn: a storm of connects starves nobody.
inline constexpr int kAcceptsPerTurn = 128;
// TLS handshakes carried on in one turn: each costs the time of some hundred messages.
inline constexpr int kHandshakesPerTurn = 32;
// Written to one peer in one turn.
inline constexpr std::size_t kFlushBytes = 1024 * 1024;
// No accepting after the process ran out of descriptors: select() would report the listener in every turn.
inline constexpr milliseconds kAcceptPause{100};
// Kept for a peer that is undecided yet; the oldest goes first.
inline constexpr std::size_t kUndecidedBytes = 64 * 1024;
// Descriptors that peers can't have: doors, log, waker, standard streams, some for a storm's refusals.
inline constexpr std::size_t kReservedDescriptors = 64;
// Peers over --max-peers that are let in far enough to hear `server_full`.
inline constexpr std::size_t kRefusalsAtOnce = 32;
// The same over --max-per-address, for each address.
inline constexpr std::size_t kRefusalsPerAddress = 4;
// TLS handshakes under way: some 20 KiB each before a word was said. The oldest makes place for a new one: an
// honest one is done after two round trips, and one address can't have as many (--max-per-address).
inline constexpr std::size_t kHandshakes = 2048;

// --- Defaults of options ---

// Up to so many peers are watched by the loop's own select() whatever they do: a few microseconds a turn.
inline constexpr std::size_t kPeersWatched = 128;
// Beyond, one that was silent for so long is left to the QuietWatch until it speaks.
inline constexpr milliseconds kQuietAfter{250};
// How long the QuietWatch rests after a find, for each descriptor that it watches. A look costs it about half
// a microsecond for each: so it takes a quarter of a core at most, and the first word of one among 10,000
// waits 20 ms.
inline constexpr std::chrono::nanoseconds kQuietRest{1500};

// --gather-us: under load so long at most a message waits for others to be sent with it. A person does not
// notice it in a text, and it halves what a busy room costs.
inline constexpr std::chrono::microseconds kGather{2000};
inline constexpr std::chrono::microseconds kGatherMost{100'000};  // more would be noticed by anybody
inline constexpr std::size_t kQueueBytes = 4 * 1024 * 1024;       // --queue
// --queue-total: half the memory of a small machine. What a room's members wait for is held once, but counts
// for each: so many bytes are never there.
inline constexpr std::size_t kTotalQueueBytes = 512 * 1024 * 1024;
// --max-per-address: a school behind one address, 300 people whose pages have a WebSocket and fetch files,
// and a second and third tab.
inline constexpr std::size_t kPeersPerAddress = 1'000;
inline constexpr std::size_t kHistoryMessages = 100'000;  // --history

}  // namespace parley::limits
