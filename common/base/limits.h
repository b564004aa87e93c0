// Defines every fixed limit of the program, each with its reason. A limit that an operator may want to change
// is an option instead (server/config), with its default here. scripts/limits-table writes docs/limits.md
// from this file: each constant has a comment of its own.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace parley::limits {

using std::chrono::milliseconds;
using std::chrono::seconds;

// --- Sizes on the wire ---

// A text: four printed pages. Anything longer is a file, not a message.
inline constexpr std::size_t kTextBytes = 16 * 1024;
// A whole request or event without its newline. A session description with many candidates fits.
inline constexpr std::size_t kMessageBytes = 64 * 1024;
// A `ref`, or a client's own message id. A UUID in any notation fits.
inline constexpr std::size_t kIdBytes = 64;
// The name of a person, in code points. A list of members shows it in one line.
inline constexpr std::size_t kNameCodePoints = 32;
// The name of a room, in code points. A list of rooms shows it in one line.
inline constexpr std::size_t kRoomNameCodePoints = 64;
// A topic: one line above the room.
inline constexpr std::size_t kTopicBytes = 1024;
// The password of a person or a room: longer than anyone types, and short enough to hash.
inline constexpr std::size_t kPasswordBytes = 256;
// The name of a file: as long as file systems allow.
inline constexpr std::size_t kFileNameBytes = 255;
// The media type of a file. The longest registered types have fewer than 100 characters.
inline constexpr std::size_t kMediaTypeBytes = 127;
// The id of a file. Servers give 32 characters.
inline constexpr std::size_t kFileIdBytes = 64;
// A bearer token. Claims with the longest names and an RSA signature of 4,096 bits need 2 KiB.
inline constexpr std::size_t kTokenBytes = 4 * 1024;
// The `query` of a `search` or of `members`: more words than anyone remembers of a message or a name.
inline constexpr std::size_t kSearchQueryBytes = 200;
// An emoji: a family of four, or a flag made of tags, fits.
inline constexpr std::size_t kEmojiBytes = 32;
// The question of a poll: a few lines above its options.
inline constexpr std::size_t kPollQuestionBytes = 500;
// Options of a poll, each a line beside its bar.
inline constexpr std::size_t kPollOptions = 10;
// One option of a poll: a line or two.
inline constexpr std::size_t kPollOptionBytes = 200;
// How deep JSON may nest. No session description comes near it, and no parser's stack is at risk.
inline constexpr std::size_t kJsonDepth = 64;
// The head of an HTTP request, and its first line while it may still be another dialect. The largest heads of
// browsers fit.
inline constexpr std::size_t kHttpHeadBytes = 16 * 1024;
// Fields in the head of an HTTP request. Browsers send far fewer.
inline constexpr std::size_t kHttpFields = 100;
// One Telnet command. The longest that clients send are lists of characters and of variables.
inline constexpr std::size_t kTelnetCommandBytes = 1024;
// The files of the page, which the server holds in memory. Their compressed forms come on top.
inline constexpr std::size_t kStaticBytes = 64 * 1024 * 1024;

// --- Replies ---

// Messages in `history` or `joined` if the request asks for no number: a few screens.
inline constexpr std::size_t kHistoryDefault = 50;
// Messages in one reply: more than a person reads before asking for the next page.
inline constexpr std::size_t kMaxHistory = 200;
// Messages in one reply to `search`, and if the request asks for no number: a few screens.
inline constexpr std::size_t kMaxFound = 50;
// Rooms in `rooms` if the request asks for no number: a few screens.
inline constexpr std::size_t kRoomsListedDefault = 50;
// Rooms in one reply: as many as a person looks through.
inline constexpr std::size_t kMaxRoomsListed = 200;
// Members in `members` if the request asks for no number: a few screens.
inline constexpr std::size_t kMembersInReplyDefault = 50;
// Members in one reply to `members`: as many as a person looks through. They have under 100 KiB.
inline constexpr std::size_t kMaxMembersInReply = 200;
// Messages, or rooms, in one reply. Many long texts must not make a reply that blocks a slow connection for
// seconds.
inline constexpr std::size_t kReplyMessageBytes = 256 * 1024;
// Names in `room_info`: a line or two on the first screen.
inline constexpr std::size_t kNamesOutside = 12;
// Members that `joined` lists, and the size up to which a room announces each join and leave. In a larger
// room the number of announcements would grow with the square of the members.
inline constexpr std::size_t kListedMembers = 256;
// How often a large room announces its number of members. Nobody reads faster.
inline constexpr seconds kCountPeriod{1};

// --- Rooms ---

// Rooms that one peer is in at once. A person follows fewer; a bot that needs more opens another connection.
inline constexpr std::size_t kRoomsPerPeer = 32;
// Members of one room: what one loop serves if a message may take a second to reach all.
inline constexpr std::size_t kRoomMembers = 20'000;
// How long the journal keeps who joined and left: a little more than a school year.
inline constexpr std::chrono::hours kVisitsKept{24 * 400};
// How far back a host sees who was in the room: the lessons of a day. For more there is `chat_server export`,
// which is the operator's.
inline constexpr std::chrono::hours kAttendancePeriod{24};
// Visits that one step through a journal reads. It takes some milliseconds, and messages wait for it.
inline constexpr std::size_t kVisitsAtOnce = 1'000;
// How long the server awaits a host whose connection ended. A page that reloads, or a phone that changes its
// network, is back by then. A class without a teacher waits no longer.
inline constexpr seconds kHostAwaited{60};
// How long an empty room waits for an admitted person who would become host, before it admits the next
// person. A client joins at once.
inline constexpr seconds kHeirAwaited{10};
// Visits that the journal could not write yet, some 200 bytes each. A school may join and leave for an hour
// while the disk is full. Beyond it, people who have joined and left meanwhile are left out.
inline constexpr std::size_t kUnwrittenVisits = 50'000;
// People who wait for one room: more than a host can look through is a flood.
inline constexpr std::size_t kWaitingPerRoom = 64;
// Rooms with people in them, and rooms held in memory. Guests can create rooms, so memory needs a limit.
// Empty rooms are dropped from memory, and read from the disk again when somebody joins.
inline constexpr std::size_t kRooms = 10'000;
// Rooms that one address can create in an hour: enough for a school's week, and far fewer than a server
// holds.
inline constexpr std::size_t kRoomsMade = 1'000;
// The period of `kRoomsMade`. Nobody who hits the limit by mistake is locked out for long.
inline constexpr std::chrono::hours kRoomsMadePeriod{1};
// Addresses whose rooms are counted, some 100 bytes each. Beyond it, the address whose hour began first is
// forgotten.
inline constexpr std::size_t kRoomMakers = 50'000;
// Rooms whose newest messages are held in memory beside the log on disk. Each has at most
// `kReplyMessageBytes`, so all together have at most 64 MiB.
inline constexpr std::size_t kRecentRooms = 256;
// How long after the start the log is first told which rooms are in use. A server that runs only for a while
// reports them too.
inline constexpr std::chrono::minutes kRoomUseSoon{5};
// How often the log is told which rooms are in use. A server that is killed loses no more than this.
inline constexpr std::chrono::hours kRoomUsePeriod{1};
// Unused rooms that are dropped from memory in one step. The log's thread saves each in a tenth of a
// millisecond, and messages wait for that.
inline constexpr std::size_t kRoomsDroppedAtOnce = 50;
// How long it is to the next step. The log's thread is free for messages in between.
inline constexpr milliseconds kRoomsDroppedPeriod{100};
// Rooms whose use is written in one transaction. It takes some milliseconds, and messages wait for it.
inline constexpr std::size_t kTouchedAtOnce = 500;
// Messages of a forgotten room that are deleted in one transaction. It takes some milliseconds, and messages
// wait for it.
inline constexpr std::size_t kDeletedAtOnce = 1'000;
// Messages that one step of a search reads. It takes about a millisecond, and messages wait for it.
inline constexpr std::size_t kSearchStepMessages = 2'000;
// Bytes of text that one step of a search reads, for the same reason.
inline constexpr std::size_t kSearchStepBytes = 256 * 1024;
// How often the log looks for messages that are kept no longer (`keep`), unless they are kept for less than
// an hour.
inline constexpr seconds kExpirePeriod{60};
// The same for messages that are kept for a minute or less.
inline constexpr seconds kExpireLeastPeriod{1};
// Rooms in which one step looks for such messages. It takes some milliseconds, and messages wait for it.
inline constexpr std::size_t kExpiredAtOnce = 500;
// Marks of how far people have read, held in memory for all rooms together, some 200 bytes each. Beyond it,
// the oldest goes. Those of accounts are also on disk. People who have read nothing have none.
inline constexpr std::size_t kSeenMarks = 100'000;
// How often a room hears that a member is typing. Clients show it for a little longer than this.
inline constexpr seconds kTypingPeriod{3};
// Bans, former hosts, muted and returning people that one room remembers, each: a year of lessons.
inline constexpr std::size_t kBansPerRoom = 1'000;
// What hosts did in one room: what a host looks through after a lesson.
inline constexpr std::size_t kRecentActions = 100;
// Recent actions of all rooms together, about 100 MiB if each action sets a long topic. A thousand rooms that
// are moderated at the same time have their whole lists.
inline constexpr std::size_t kRecentActionsOfAll = 100'000;
// People whom a room with a waiting room remembers beside those who are in it. Hosts can admit people without
// end. Beyond it, people who have left wait again.
inline constexpr std::size_t kAdmittedPerRoom = 1'000;

// Different emoji among the reactions to one message: what fits beside it. One more is `bad_message`.
inline constexpr std::size_t kReactionEmoji = 20;
// People whom a reaction names, the first ones. More do not fit in a tooltip.
inline constexpr std::size_t kReactionAuthors = 50;
// Members of a room whose reactions and votes are announced at once. In a larger room, they are gathered.
inline constexpr std::size_t kPromptMembers = 50;
// How long reactions and votes of a larger room are gathered. Nobody sees the delay.
inline constexpr milliseconds kChangesHeld{250};
// How long after a deletion the files are cleaned of what was deleted. Deletions in between are cleaned
// together. It is tried again as often until it succeeds.
inline constexpr seconds kScrubAfter{2};
// The same for messages beyond those that a room keeps: in a full room, each new message deletes one.
inline constexpr seconds kTrimScrubAfter{5};
// Such a cleaning waits this much longer for each step of the one before. A step takes some 5 ms, so
// cleanings use at most a tenth of the log's thread.
inline constexpr milliseconds kTrimScrubRest{50};

// --- Pace (requests a second from one peer; a burst of twice that number is allowed) ---

// Default of `--rate`, for chat requests (docs/protocol.md, "Pace"). Ten times as fast as a fast typist.
inline constexpr std::uint32_t kMessageRate = 50;
// `signal` to members: a call of eight people renegotiates in bursts of candidates.
inline constexpr std::uint32_t kSignalRate = 500;
// All other requests: a page that returns joins up to 32 rooms at once.
inline constexpr std::uint32_t kOtherRate = 50;
// `members` reads all members of a room. For each so many of them, it counts as one more request (0.1 ms).
inline constexpr std::size_t kMembersReadAtOnce = 500;

// --- Passwords ---

// Memory of one Argon2id hash, of libsodium's interactive strength. At most one hash a core is under way, so
// logins never hold more than this for each core.
inline constexpr std::size_t kHashBytes = 64 * 1024 * 1024;
// Passes of one Argon2id hash. It takes about a tenth of a second: a person does not notice it, and a thief
// of hashes does.
inline constexpr unsigned kHashPasses = 2;
// Wrong passwords for one name from one address that are answered at once: a person has three passwords in
// mind.
inline constexpr unsigned kFreeTries = 5;
// How long the first answer after the free tries is held back. Each further hold is twice as long.
inline constexpr seconds kFirstHold{1};
// How long an answer is held back at most. A person who forgot the password still waits for it.
inline constexpr seconds kLongestHold{10};
// How long a login waits before it overtakes those in front of it. A person with the right password waits at
// most 10 s for others who guess, and the rest of that is for the hash.
inline constexpr seconds kLongestWait{8};
// How often logins of one name and address may overtake. So many connections guess at most twice as fast as
// one.
inline constexpr unsigned kOvertakings = 5;
// A name and address may overtake once more after each such period.
inline constexpr seconds kOvertakingPeriod{10};
// Wrong passwords after which a connection may not overtake any more: it guesses.
inline constexpr unsigned kTriesOfOvertakers = 2;
// How long a wrong password is remembered. A person can wait that long.
inline constexpr std::chrono::minutes kTriesRemembered{15};
// Names and addresses whose wrong passwords are remembered, some 300 bytes each. To be forgotten
// sooner, guessers need as many wrong passwords, and each of them costs a hash.
inline constexpr std::size_t kTries = 50'000;

// --- Timeouts ---

// A peer that has sent nothing for this long is raw. Clients send their first bytes at once.
inline constexpr milliseconds kFirstBytes{1000};
// A TLS handshake: two round trips, on the slowest connections.
inline constexpr seconds kTlsHandshake{10};
// The head of an HTTP request: one packet or two, on the slowest connections.
inline constexpr seconds kHttpHead{10};
// The next request on an HTTP connection: a person has followed a link by then.
inline constexpr seconds kHttpKeepAlive{30};
// `hello` after the connection: a person can type one by hand.
inline constexpr seconds kHello{30};
// Silence of a WebSocket before the server sends a ping, and again before it closes the connection. Proxies
// often close connections that are silent for a minute.
inline constexpr seconds kWebSocketPing{30};
// How long a peer that is being closed may take to read what it was sent last. Its queue is short by then.
inline constexpr seconds kFinalFlush{30};
// How long a peer that is being closed may take to read the last byte and to close its side.
inline constexpr seconds kLinger{2};
// How long a shutdown may take to flush every queue. A service manager waits longer.
inline constexpr seconds kShutdown{5};
// How often the server asks whether half-closed peers still live. Only then does it find the dead ones.
inline constexpr seconds kHalfClosedSweep{15};
// How long a token from `welcome` is valid: a page that was left open overnight returns without a login.
inline constexpr std::chrono::hours kTokenLife{24};
// How far the clock of a portal that makes tokens may be off.
inline constexpr seconds kClockSkew{60};

// --- The loop ---

// Read from one peer in one turn, into the loop's one buffer. A peer that sends more waits for the next turn.
inline constexpr std::size_t kReadBytes = 64 * 1024;
// Connections accepted at each door in one turn. A storm of connections starves nobody.
inline constexpr int kAcceptsPerTurn = 128;
// TLS handshakes continued in one turn. Each costs as much time as some hundred messages.
inline constexpr int kHandshakesPerTurn = 32;
// Written to one peer in one turn. A fast reader with a long queue starves nobody.
inline constexpr std::size_t kFlushBytes = 1024 * 1024;
// How long the server accepts nothing after the process ran out of descriptors. select() would report the
// listener in every turn.
inline constexpr milliseconds kAcceptPause{100};
// What is kept for a peer whose dialect is undecided: as much as one read. The oldest bytes go first.
inline constexpr std::size_t kUndecidedBytes = 64 * 1024;
// Descriptors that peers cannot have. They are for doors, the log, the waker, standard streams, and the
// refusals of a storm.
inline constexpr std::size_t kReservedDescriptors = 64;
// Peers over `--max-peers` that are accepted at once to be told `server_full`. Others are closed without an
// answer.
inline constexpr std::size_t kRefusalsAtOnce = 32;
// The same over `--max-per-address`, for each address.
inline constexpr std::size_t kRefusalsPerAddress = 4;
// TLS handshakes under way, some 20 KiB each before the peer has said anything. Beyond it, the oldest is
// closed. An honest handshake is done after two round trips, and `--max-per-address` is smaller.
inline constexpr std::size_t kHandshakes = 2048;

// --- Files ---

// A part of a file that is written or read at once. Each transfer holds one in memory at most.
inline constexpr std::size_t kFilePieceBytes = 64 * 1024;
// How long an upload is kept that no message names. A person has written the message by then.
inline constexpr std::chrono::hours kUploadKept{1};
// How long a download's URL works. Anybody who has it can use it, and a lost download can resume.
inline constexpr std::chrono::minutes kDownloadKept{10};
// Uploads that no message names yet, some 600 bytes of memory each: a school that hands in its homework.
inline constexpr std::size_t kUploads = 1'000;
// The same of one person: an album of photos.
inline constexpr std::size_t kUploadsPerPerson = 20;
// The same of one address: a guest can come back as another one, and a class shares one address.
inline constexpr std::size_t kUploadsPerAddress = 100;
// Files and uploads together. The start reads the name of each.
inline constexpr std::size_t kFiles = 100'000;
// The share of `--files-total`, in percent, for one guest while others have files, and for all guests while
// people with an account have files. Guests can be anybody, and files that messages name stay.
inline constexpr std::uint64_t kGuestFilesPercent = 75;
// From this `--files-total` on, guests together never have more than that share: something is left for the
// first person with an account. Less is the choice of an operator who wants all of it used.
inline constexpr std::uint64_t kGuestReserveFrom = 1024 * 1024 * 1024;
// How long an upload may be silent before its connection is closed. It can continue on another one.
inline constexpr seconds kUploadSilence{30};

// --- Quiet peers ---

// Peers that the loop's own select() watches, whatever they do. That costs a few microseconds per turn.
inline constexpr std::size_t kPeersWatched = 128;
// With more peers than that, a peer that was silent for this long is left to the QuietWatch. It returns when
// it sends something.
inline constexpr milliseconds kQuietAfter{250};
// How long the QuietWatch rests after a find, for each descriptor that it watches. A look takes about half a
// microsecond for each, so it uses at most a quarter of a core. The first bytes of one among 10,000 peers
// wait 20 ms.
inline constexpr std::chrono::nanoseconds kQuietRest{1500};

// --- Defaults of options ---

// `--gather-us`: how long a message waits at most under load, to be sent with others. A person does not
// notice it in a text, and it halves what a busy room costs.
inline constexpr std::chrono::microseconds kGather{2000};
// The largest `--gather-us`: people would notice more.
inline constexpr std::chrono::microseconds kMaxGather{100'000};
// `--queue`: what waits for one peer, a minute of a busy room.
inline constexpr std::size_t kQueueBytes = 4 * 1024 * 1024;
// `--queue-total`: half the memory of a small machine. Bytes that many members wait for are held once and
// count once.
inline constexpr std::size_t kTotalQueueBytes = 512 * 1024 * 1024;
// `--max-per-address`: a school behind one address. 300 people have pages with a WebSocket, fetch files, and
// open a second and third tab.
inline constexpr std::size_t kPeersPerAddress = 1'000;
// `--file-size`: a recording of a lesson's half hour, or a long presentation.
inline constexpr std::uint64_t kFileBytes = 64 * 1024 * 1024;
// `--files-total`: what a small machine has to spare.
inline constexpr std::uint64_t kFilesTotalBytes = 4'294'967'296;
// `--recordings-total`: 19 hours of a call of 2 Mbit/s in all. By default, recordings are on the same disk as
// the messages.
inline constexpr std::uint64_t kRecordingsTotalBytes = 17'179'869'184;
// `--history`: messages kept in one room, a year of a class.
inline constexpr std::size_t kHistoryMessages = 100'000;

}  // namespace parley::limits
