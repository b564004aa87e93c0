// Defines the fixed limits of calls through the server, each with its reason. It belongs to limits.h, and is
// a file of its own because few files need it. scripts/limits-table writes both to docs/limits.md.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace parley::limits {

using std::chrono::milliseconds;
using std::chrono::seconds;

// --- Media: sizes on the wire ---

// A datagram of media, and a framed packet on TCP. Browsers stay below 1,500 bytes, whatever the network
// allows.
inline constexpr std::size_t kDatagramBytes = 2048;
// The largest datagram that the server makes itself. It fits through tunnels and mobile networks.
inline constexpr std::size_t kSentDatagramBytes = 1200;
// Datagrams that one system call moves. More save nothing, and each takes 2 KiB of memory.
inline constexpr std::size_t kDatagramBatch = 64;
// A session description: kMessageBytes, which carries it, leaves no more.
inline constexpr std::size_t kSdpBytes = 64 * 1024;
// Media sections of a session description: four that send, and slots for everybody whom a screen can show.
inline constexpr std::size_t kSdpSections = 64;
// The name of a media section that is used. Each packet carries it, and browsers count from 0.
inline constexpr std::size_t kMidBytes = 16;
// Codecs, extensions, feedback kinds and sources of one media section, each. Browsers list 35 codecs, and
// four or five kinds of feedback for each.
inline constexpr std::size_t kSdpListed = 256;
// Layers of one picture. Browsers send three, and each is compared with all others.
inline constexpr std::size_t kSdpLayers = 16;
// Packets that one NACK names. A receiver that misses more asks for a key frame.
inline constexpr std::size_t kNackedPackets = 1024;
// Packets that one transport-wide feedback reports: a browser's uplink of a second.
inline constexpr std::size_t kFeedbackPackets = 2048;
// Sources that one REMB, FIR or NACK speaks of. A page has some ten.
inline constexpr std::size_t kFeedbackSources = 64;

// --- Media: calls ---

// People in a call whose pages are connected to each other directly. With a fourth, each page would send
// three copies of its picture, which is more than many uplinks take.
inline constexpr std::size_t kMeshPeople = 3;
// Members whom a room puts into the spotlight. More do not fit beside each other at a useful size.
inline constexpr std::size_t kSpotlight = 16;

// --- Media: ICE and DTLS ---

// Pairs of addresses that one page may check. It has a few networks, each with UDP and TCP in two families.
// Beyond it, the pair that was checked longest ago is dropped.
inline constexpr std::size_t kIcePairs = 32;
// Checks of the server's own that one page causes in a second: one for each of its pairs. A page can forge
// the address of its checks, and the server's go there.
inline constexpr std::size_t kIceAsks = 32;
// How long a nominated pair counts after its last check. Browsers check again after 2.5 to 6 s.
inline constexpr seconds kIcePairLive{15};
// How long a page may send no valid check before its media ends (RFC 7675 asks for 30 s).
inline constexpr seconds kIceConsent{30};
// How long the media of a page go on whose connection to the server is lost. The page needs some seconds to
// notice it and to come back.
inline constexpr seconds kMediaWithoutSignaling{30};
// DTLS handshakes that begin in a second, some 1 ms of the media thread each. A page whose first packet is
// dropped sends it again, so a class that comes back at once waits for some seconds.
inline constexpr std::size_t kMediaHandshakes = 100;
// Of these, from one address: a class behind one router. A person with two addresses (IPv4 and IPv6) leaves
// some to others.
inline constexpr std::size_t kMediaHandshakesPerAddress = 40;
// Of these, of one connection to the server: it needs one, and another one if that is lost.
inline constexpr std::size_t kMediaHandshakesPerPeer = 2;
// How long a DTLS handshake may take: several losses on a slow connection.
inline constexpr seconds kDtlsHandshake{20};
// How often the session looks whether OpenSSL has something to send again. Its first timeout is a second.
inline constexpr milliseconds kDtlsTick{50};

// Connections of media on TCP, in all. Each takes up to 256 KiB.
inline constexpr std::size_t kMediaStreams = 512;
// They have one of so many descriptors at most. The others are for peers: most pages reach the server by UDP.
inline constexpr std::size_t kMediaStreamPart = 8;
// Of these, from one address: a class behind one router.
inline constexpr std::size_t kMediaStreamsPerAddress = 64;
// How long a connection on TCP may take until its page has proved itself by a check.
inline constexpr seconds kMediaStreamProof{10};
// Bytes that wait for a connection on TCP. What is beyond is dropped: late media is of no use.
inline constexpr std::size_t kMediaStreamBytes = 256 * 1024;

// --- Media: who is heard ---

// How often voices are compared. A new speaker waits no longer than this.
inline constexpr milliseconds kVoicePeriod{50};
// The level from which a voice counts as speaking, in -dBov (RFC 6464). A quiet room is at 60 to 127.
inline constexpr std::uint8_t kSpeakingLevel = 50;
// How long a pause may last within speech. Shorter ones separate words.
inline constexpr milliseconds kSpeechPause{400};
// How long a speaker waits before it takes the slot of somebody who only pauses. With kVoicePeriod it is
// heard within 300 ms.
inline constexpr milliseconds kVoiceWait{150};
// The shortest pause in which that happens: three packets, so that a late one makes no pause.
inline constexpr milliseconds kWordPause{60};
// How much louder a voice must be than one that speaks, to take its slot, in dB.
inline constexpr std::uint8_t kLouderBy = 6;
// How long it must be so. A cough is shorter.
inline constexpr milliseconds kLouderFor{500};

// Voices that each member hears at the same time. People cannot follow more.
inline constexpr std::size_t kVoices = 4;
// How often members are told who is loud.
inline constexpr milliseconds kLevelsPeriod{250};

// --- Media: members ---

// Connections of pages to media. Beyond it, the oldest one without a handshake ends.
inline constexpr std::size_t kMediaSessions = 1000;
// Of these, from one address: a school behind one router. A person with two addresses (IPv4 and IPv6) leaves
// some to others.
inline constexpr std::size_t kMediaSessionsPerAddress = 400;
// Bytes that are kept to be sent again, in all. A page that sends all layers needs some 2 MB. Beyond it,
// packets that a page has lost are not sent again.
inline constexpr std::size_t kKeptBytes = 256 * 1024 * 1024;
// Of these, for what one page sends. All layers of a camera and a screen fit.
inline constexpr std::size_t kKeptBytesOfPage = 4 * 1024 * 1024;
// Videos that one page may request. No screen shows more.
inline constexpr std::size_t kMediaWants = 64;
// Commands for the media engine that wait. It takes them in milliseconds.
inline constexpr std::size_t kMediaCommands = 4096;
// Events of the media engine that wait. Beyond it, levels are left out, because newer ones replace them.
inline constexpr std::size_t kMediaEvents = 4096;

// --- Media: streams ---

// How many restarts of its packet numbers a slot remembers. A late packet comes from one of these
// stretches.
inline constexpr std::size_t kSlotEpochs = 32;
// Packets of one stream that can be sent again: a second of a screen, some 750 KiB.
inline constexpr std::size_t kResendPackets = 512;
// The share of a page's bytes that may be resent packets, in percent. More would only fill its bandwidth.
inline constexpr unsigned kResendShare = 25;
// Packets that one page may ask for in a second. Beyond it, its requests are ignored: nobody loses so many.
inline constexpr std::size_t kNackedPerSecond = 4096;
// Resent packets whose time is remembered for one page: one second of a page that loses half of them.
inline constexpr std::size_t kResendsRemembered = 1024;
// How often a page is asked for a key frame of one stream. A key frame is as large as a second of picture.
inline constexpr milliseconds kKeyFramePeriod{500};
// How long a packet is awaited before it counts as lost. Packets overtake each other by a few milliseconds.
inline constexpr milliseconds kNackDelay{20};
// How often a page is asked for one packet. What has not come then is too late to be shown.
inline constexpr int kNackTries = 8;
// How often a page hears when its packets arrived. With less, it notices too late that its bandwidth is
// full.
inline constexpr milliseconds kFeedbackPeriod{100};
// How long after its last packet a stream counts as sent. Pages send a picture at least once a second.
inline constexpr milliseconds kStreamLive{2000};
// How long a layer is silent before it counts as stopped, and those who see it get another one. Pages stop a
// layer when their bandwidth shrinks.
inline constexpr milliseconds kLayerSilence{400};
// Frames that another layer has begun meanwhile. A camera in the dark pauses all its layers.
inline constexpr std::size_t kFramesOfOtherLayers = 3;
// How often a stream may begin anew, with far other numbers or from another source. Pages do so after an
// interruption of seconds. Each time, all slots that show the stream are chosen anew.
inline constexpr milliseconds kStreamRestartPeriod{500};
// Sources (SSRC) of one page: its four streams with layers and repairs have 16, and a page may change them.
// Each keeps some memory until the connection ends, so that no packet counts twice. A page that has used them
// up gets a new connection.
inline constexpr std::size_t kMediaSources = 64;
// The same of its reports (RTCP): those sources, and one for each section of its offer, since Firefox reports
// from each slot as another source.
inline constexpr std::size_t kMediaReporters = 128;
// The same of what is sent to one page: twice the sections of an offer with their repairs, and our own.
inline constexpr std::size_t kSentSources = 257;
// How often a page hears how its media arrives, and when what it receives was sent (RFC 3550).
inline constexpr milliseconds kReportPeriod{1000};
// How long a reported loss of sound counts, at least. Pages report every 5 s, and what the server does
// against the loss hides most of it from them.
inline constexpr seconds kLossMemory{30};
// The loss, of 256, from which packets of voices are repeated: 2 %. Below it nobody hears the difference.
inline constexpr std::uint8_t kRepeatLoss = 5;
// The loss, of 256, from which two earlier frames are repeated instead of one: 10 %.
inline constexpr std::uint8_t kDoubleRepeatLoss = 26;
// Earlier frames that a packet of a voice repeats. Three would delay sound by 60 ms.
inline constexpr std::size_t kRepeatedFrames = 2;
// The largest frame that is repeated. A voice has 60 to 160 bytes; two of these fit beside another one.
inline constexpr std::size_t kRepeatedFrameBytes = 300;
// Lost packets that are made of the redundancy of one packet. Browsers repeat one or two.
inline constexpr std::size_t kMendedPackets = 4;
// The largest loss of listeners, of 256, that the sender of a voice is told: 25 %. With more, Opus would
// spend most of its bits on repetition for all, because of one bad connection.
inline constexpr std::uint8_t kToldLoss = 64;
// How often the layers of pictures are chosen anew.
inline constexpr milliseconds kLayerPeriod{500};
// How long a page that gets a lower layer is left alone: its reports are about the layer before.
inline constexpr milliseconds kLayerSettle{2000};
// How long a page waits for the next layer up. Each failure doubles it.
inline constexpr seconds kLayerWait{10};
// Where that ends: a connection may have become better.
inline constexpr seconds kLongestLayerWait{60};
// Packets to one page whose arrival it has not reported yet: enough for 12 Mbit/s if a report takes a second.
inline constexpr std::size_t kUnreportedPackets = 1024;
// Packets that one page may report in a second: three times those of kMostDownlink. Beyond it, the server
// ignores its reports: a small report can name 2,048 packets, and each one takes time from all calls.
inline constexpr std::size_t kReportedPerSecond = 16'384;
// How long the server waits for a report of arrivals. After that it uses the page's REMB and its reports of
// loss.
inline constexpr seconds kDownlinkLive{10};
// The estimate of a page's bandwidth before its first reports, in bits per second. Most connections carry
// more. If one carries less, its reports show that within half a second.
inline constexpr std::uint64_t kFirstDownlink = 2'500'000;
// The lowest estimate, in bits per second: a small picture, beside the voices.
inline constexpr std::uint64_t kLeastDownlink = 100'000;
// The highest estimate, in bits per second: more than all pictures on a large screen need.
inline constexpr std::uint64_t kMostDownlink = 50'000'000;
// How long a connection must show no congestion before the server probes for more bandwidth. Each probe that
// fails doubles the wait.
inline constexpr milliseconds kProbeWait{1500};
// The longest wait for a probe, so that a connection that is good again gets better pictures within 15 s.
inline constexpr milliseconds kLongestProbeWait{7000};
// How far the rate of a probe may exceed the estimate, in bits per second.
inline constexpr std::uint64_t kProbeStep = 2'000'000;
// The most padding that is sent at once: about 50 packets. Each takes as much time as a packet of media.
inline constexpr std::size_t kProbeBytes = 16 * 1024;
// The round trip to a page before it is measured.
inline constexpr milliseconds kFirstRoundTrip{100};
// How far a packet may be behind the newest of its stream before it counts as a new start.
inline constexpr std::uint16_t kLatestPacket = 1000;

// --- Media: recordings ---

// How long a recording waits for a missing packet. The page is asked for it kNackTries times in that time.
inline constexpr milliseconds kRecordedWait{1000};
// Packets that wait behind a missing one: as many as can be sent again. Beyond it, the recorder gives up the
// missing packet.
inline constexpr std::size_t kRecordedPackets = 512;
// One frame of a picture. A key frame of a 4K screen has 1 to 2 MiB.
inline constexpr std::size_t kRecordedFrameBytes = 4 * 1024 * 1024;
// How long before a frame's arrival the page may say that it was sent: more than the slowest network's delay.
inline constexpr seconds kRecordedBehind{10};
// How long after a frame's arrival the page may say that it was sent. Clocks are compared by reports, which
// are delayed, too.
inline constexpr seconds kRecordedAhead{1};
// Tracks of one recording: about a hundred people, each of whom rejoins several times. Beyond it, the
// recording stops.
inline constexpr std::size_t kRecordedTracks = 2048;
// Bytes that wait for the disk. A disk that takes none for 5 s from a call of 100 Mbit/s is too slow: the
// recording stops.
inline constexpr std::size_t kRecordingQueueBytes = 64 * 1024 * 1024;
// Bytes of a track that are written at once. Larger writes would need more memory for each track.
inline constexpr std::size_t kRecordingWriteBytes = 64 * 1024;
// How long recorded media stay in memory: what a crash of the machine loses.
inline constexpr milliseconds kRecordingFlush{2000};
// The free space that a recording leaves on the disk, because messages need it.
inline constexpr std::uint64_t kRecordingSpareBytes = 256 * 1024 * 1024;
// How often the server looks for recordings that are too old.
inline constexpr seconds kRecordingExpiry{3600};

}  // namespace parley::limits
