#include "server/ops/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <sstream>
#include <string>

namespace parley {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string TextOf(const Counters& counters, const Gauges& gauges = {}) {
  return MetricsText(counters, gauges, {});
}

TEST(TimeHistogram, ATimeGoesIntoTheFirstBucketThatReachesIt) {
  TimeHistogram times;
  for (const TimeHistogram::Time bound : TimeHistogram::kBounds) times.Add(bound);
  times.Add(TimeHistogram::kBounds.back() + TimeHistogram::Time(1));
  for (const std::uint64_t count : times.counts()) EXPECT_EQ(count, 1U);
}

TEST(Metrics, BucketsCountWhatIsBelowThemToo) {
  Counters counters;
  counters.turns.Add(std::chrono::microseconds(10));
  counters.turns.Add(std::chrono::microseconds(30));
  counters.turns.Add(std::chrono::seconds(60));
  const std::string text = TextOf(counters);
  EXPECT_THAT(text, HasSubstr("# TYPE parley_turn_seconds histogram\n"));
  EXPECT_THAT(text, HasSubstr("parley_turn_seconds_bucket{le=\"2e-05\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("parley_turn_seconds_bucket{le=\"5\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("parley_turn_seconds_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("parley_turn_seconds_count 3\n"));
  EXPECT_THAT(text, HasSubstr("parley_turn_seconds_sum 60.00004\n"));
}

TEST(Metrics, EveryErrorCodeIsAReasonOfRefusals) {
  Counters counters;
  for (std::size_t code = 0; code < kErrorCodes; ++code) {
    for (std::size_t times = 0; times <= code; ++times) {
      CountRefusal(counters, static_cast<ErrorCode>(code));
    }
  }
  const std::string text = TextOf(counters);
  for (std::size_t code = 0; code < kErrorCodes; ++code) {
    const std::string name(ToString(static_cast<ErrorCode>(code)));
    EXPECT_TRUE(ErrorCodeFromString(name));
    EXPECT_THAT(text,
                HasSubstr("parley_refusals_total{code=\"" + name + "\"} " + std::to_string(code + 1) + "\n"));
  }
}

TEST(Metrics, RefusalsOfHttpAndWebSocketHaveTheirNumbers) {
  Counters counters;
  CountHttpRefusal(counters, 400);
  CountHttpRefusal(counters, 599);
  CountWebSocketBreak(counters, 1009);
  const std::string text = TextOf(counters);
  EXPECT_THAT(text, HasSubstr("parley_http_refusals_total{status=\"400\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("parley_http_refusals_total{status=\"599\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("parley_websocket_breaks_total{code=\"1009\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("\"404\""))) << "there was none";
}

TEST(Metrics, ConnectionsWithoutRoomAreToldByTheReason) {
  Counters counters;
  CountNoRoom(counters, NoRoom::kUnheard);
  const std::string text = TextOf(counters);
  EXPECT_THAT(text, HasSubstr("parley_connections_refused_total{reason=\"full\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("parley_connections_refused_total{reason=\"unheard\"} 1\n"));
}

TEST(Metrics, HandshakesThatNeitherEndedNorFailedAreUnderWay) {
  Counters counters;
  counters.tls_connections = 20;
  counters.handshakes_done = 8;
  counters.handshakes_given_up = 7;
  counters.handshakes_failed = 4;
  counters.handshakes_late = 2;
  const std::string text = TextOf(counters);
  EXPECT_THAT(text, HasSubstr("parley_tls_handshakes_under_way 5\n"));
  EXPECT_THAT(text, HasSubstr("parley_tls_handshakes_total{result=\"done\"} 8\n"));
  EXPECT_THAT(text, HasSubstr("parley_tls_handshakes_total{result=\"failed\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("parley_tls_handshakes_total{result=\"late\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("parley_tls_handshakes_total{result=\"displaced\"} 1\n"));
}

TEST(Metrics, PeersAreToldByTheirKind) {
  Gauges gauges;
  gauges.peers = {1, 2, 3, 4, 5, 6};
  gauges.max_peers = 1000;
  const std::string text = TextOf({}, gauges);
  EXPECT_THAT(text, HasSubstr("parley_peers{kind=\"undecided\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("parley_peers{kind=\"raw\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("parley_peers{kind=\"lines\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("parley_peers{kind=\"websocket\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("parley_peers{kind=\"http\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("parley_max_peers 1000\n"));
  EXPECT_THAT(text, HasSubstr("parley_peers_most 1000\n")) << "the old name stays";
}

TEST(Metrics, MediaAreToldWhereThereAreAny) {
  EXPECT_THAT(TextOf({}), testing::Not(HasSubstr("parley_media")));
  Gauges gauges;
  gauges.media = MediaFigures{.sessions = 1,
                              .rooms = 2,
                              .packets_in = 3,
                              .packets_out = 4,
                              .bytes_in = 5,
                              .bytes_out = 6,
                              .ignored = 7,
                              .dropped = 8,
                              .lost = 9,
                              .asked_again = 10,
                              .sent_again = 11,
                              .key_frames_asked = 12,
                              .kept_bytes = 13,
                              .busy_seconds = 1.5};
  const std::string text = TextOf({}, gauges);
  EXPECT_THAT(text, HasSubstr("parley_media_sessions 1\n"));
  EXPECT_THAT(text, HasSubstr("parley_media_rooms 2\n"));
  EXPECT_THAT(text, HasSubstr("parley_media_packets_total{direction=\"in\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("parley_media_packets_total{direction=\"out\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("parley_media_bytes_total{direction=\"in\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("parley_media_bytes_total{direction=\"out\"} 6\n"));
  EXPECT_THAT(text, HasSubstr("parley_media_ignored_total 7\n"));
  EXPECT_THAT(text, HasSubstr("parley_media_dropped_total 8\n"));
  EXPECT_THAT(text, HasSubstr("parley_media_lost_total 9\n"));
  EXPECT_THAT(text, HasSubstr("parley_media_asked_again_total 10\n"));
  EXPECT_THAT(text, HasSubstr("parley_media_sent_again_total 11\n"));
  EXPECT_THAT(text, HasSubstr("parley_media_key_frames_asked_total 12\n"));
  EXPECT_THAT(text, HasSubstr("parley_media_kept_bytes 13\n"));
  EXPECT_THAT(text, HasSubstr("parley_media_busy_seconds_total 1.5\n"));
}

TEST(Metrics, LargeNumbersAreToldToTheLastDigit) {
  Counters counters;
  counters.sent_bytes = 9'007'199'254'740'991;
  EXPECT_THAT(TextOf(counters), HasSubstr("parley_sent_bytes_total 9007199254740991\n"));
}

TEST(Metrics, TheProcessIsLookedAt) {
  const ProcessFigures figures = ReadProcessFigures();
  EXPECT_GT(figures.resident_bytes.value_or(1e9), 100'000);
  EXPECT_GT(figures.max_descriptors, 2);
  EXPECT_GE(figures.processor_seconds, 0);
}

TEST(Refusals, AreLoggedByTheirReasonAlone) {
  std::ostringstream text;
  const auto before = spdlog::default_logger();
  const auto logger =
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text));
  logger->set_pattern("%l: %v");
  logger->set_level(spdlog::level::debug);
  spdlog::set_default_logger(logger);
  Counters counters;
  CountRefusal(counters, ErrorCode::kNameTaken);
  CountHttpRefusal(counters, 403);
  CountWebSocketBreak(counters, 1002);
  CountNoRoom(counters, NoRoom::kAddress);
  spdlog::set_default_logger(before);
  EXPECT_EQ(text.str(),
            "debug: refused: name_taken\ndebug: refused: HTTP 403\ndebug: refused: WebSocket 1002\n"
            "debug: refused: a connection (address)\n");
}

}  // namespace
}  // namespace parley
