#include "server/ops/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/base/platform.h"

namespace parley {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

double Seconds(TimeHistogram::Time time) {
  return std::chrono::duration<double>(time).count();
}

ClientMetric Labelled(const std::string& label, std::string_view value) {
  ClientMetric metric;
  if (!label.empty()) metric.label = {{label, std::string(value)}};
  return metric;
}

// The families of one answer, in the order in which they are added.
class Families {
 public:
  // A family of `type`, with nothing in it yet.
  Families& Add(const std::string& name, const std::string& help, MetricType type) {
    families_.push_back({name, help, type, {}});
    return *this;
  }
  // One value of the family that was added last.
  template <typename Number>
  Families& Value(Number number, const std::string& label = "", std::string_view value = "") {
    ClientMetric metric = Labelled(label, value);
    MetricFamily& family = families_.back();
    if (family.type == MetricType::Counter) {
      metric.counter.value = static_cast<double>(number);
    } else {
      metric.gauge.value = static_cast<double>(number);
    }
    family.metric.push_back(std::move(metric));
    return *this;
  }
  template <typename Number>
  void Counter(const std::string& name, const std::string& help, Number number) {
    Add(name, help, MetricType::Counter).Value(number);
  }
  template <typename Number>
  void Gauge(const std::string& name, const std::string& help, Number number) {
    Add(name, help, MetricType::Gauge).Value(number);
  }
  void Histogram(const std::string& name, const std::string& help, const TimeHistogram& times) {
    ClientMetric metric;
    auto& histogram = metric.histogram;
    for (std::size_t i = 0; i < times.counts().size(); ++i) {
      histogram.sample_count += times.counts()[i];
      const double bound = i < TimeHistogram::kBounds.size() ? Seconds(TimeHistogram::kBounds[i])
                                                             : std::numeric_limits<double>::infinity();
      histogram.bucket.push_back({histogram.sample_count, bound});
    }
    histogram.sample_sum = Seconds(times.sum());
    Add(name, help, MetricType::Histogram);
    families_.back().metric.push_back(std::move(metric));
  }

  [[nodiscard]] std::string Text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  std::vector<MetricFamily> families_;
};

void AddConnections(Families& families, const Counters& counters, const Gauges& gauges) {
  families.Add("parley_peers", "Connections that are open, by what they speak.", MetricType::Gauge);
  for (std::size_t kind = 0; kind < kPeerKinds.size(); ++kind) {
    families.Value(gauges.peers[kind], "kind", kPeerKinds[kind]);
  }
  families.Gauge("parley_max_peers", "Maximum number of connections.", gauges.max_peers);
  families.Gauge("parley_peers_most", "Deprecated name of parley_max_peers.", gauges.max_peers);
  families.Add("parley_connections_total", "Connections that were accepted, by door.", MetricType::Counter)
      .Value(counters.plain_connections, "door", "plain")
      .Value(counters.tls_connections, "door", "tls");
  families.Add("parley_connections_refused_total", "Rejected connections, by reason.", MetricType::Counter);
  for (std::size_t reason = 0; reason < kNoRoomReasons.size(); ++reason) {
    families.Value(counters.no_room[reason], "reason", kNoRoomReasons[reason]);
  }
  const std::uint64_t ended = counters.handshakes_done + counters.handshakes_given_up;
  families.Gauge("parley_tls_handshakes_under_way", "TLS handshakes that have begun and not ended.",
                 counters.tls_connections - ended);
  families.Add("parley_tls_handshakes_total", "TLS handshakes that have ended.", MetricType::Counter)
      .Value(counters.handshakes_done, "result", "done")
      .Value(counters.handshakes_failed, "result", "failed")
      .Value(counters.handshakes_late, "result", "late")
      .Value(counters.handshakes_given_up - counters.handshakes_failed - counters.handshakes_late, "result",
             "displaced");
  families.Gauge("parley_certificate_expiry_seconds",
                 "When the certificate of the TLS door expires, in seconds since 1970; 0 without one.",
                 gauges.certificate_ends);
}

// Of the numbers from `first` on, those that there was something of.
void AddByNumber(Families& families, const std::string& name, const std::string& help,
                 const std::string& label, std::span<const std::uint64_t> counts, int first) {
  families.Add(name, help, MetricType::Counter);
  for (const std::uint64_t& count : counts) {
    if (count > 0) families.Value(count, label, std::to_string(first + (&count - counts.data())));
  }
}

void AddChat(Families& families, const Counters& counters, const Gauges& gauges) {
  families.Gauge("parley_rooms", "Rooms that are held in memory.", gauges.rooms);
  families.Gauge("parley_queue_bytes", "Bytes that wait for peers.", gauges.queue_bytes);
  families.Counter("parley_messages_total", "Messages that were stored.", counters.messages);
  families.Counter("parley_deliveries_total", "Lines, frames and pieces put into peers' queues.",
                   counters.deliveries);
  families.Add("parley_refusals_total", "Errors sent to peers, by code.", MetricType::Counter);
  for (std::size_t code = 0; code < kErrorCodes; ++code) {
    families.Value(counters.refusals[code], "code", ToString(static_cast<ErrorCode>(code)));
  }
  AddByNumber(families, "parley_http_refusals_total",
              "HTTP responses with a status of 400 or above, by status.", "status", counters.http_refusals,
              kFirstHttpRefusal);
  AddByNumber(families, "parley_websocket_breaks_total",
              "WebSockets closed because of invalid input, by close code.", "code", counters.websocket_breaks,
              kFirstWebSocketCode);
  families.Counter("parley_logins_delayed_total", "Wrong passwords whose answer was delayed.",
                   gauges.delayed_logins);
  families.Counter("parley_logins_held_total", "Deprecated name of parley_logins_delayed_total.",
                   gauges.delayed_logins);
  families.Counter("parley_received_bytes_total", "Bytes from peers, without TLS.", counters.received_bytes);
  families.Counter("parley_sent_bytes_total", "Bytes to peers, without TLS.", counters.sent_bytes);
}

void AddMedia(Families& families, const MediaFigures& media) {
  families.Gauge("parley_media_sessions", "Pages that are connected to calls through this server.",
                 media.sessions);
  families.Gauge("parley_media_rooms", "Calls through this server.", media.rooms);
  families.Add("parley_media_packets_total", "Datagrams of calls.", MetricType::Counter)
      .Value(media.packets_in, "direction", "in")
      .Value(media.packets_out, "direction", "out");
  families.Add("parley_media_bytes_total", "Bytes in these datagrams.", MetricType::Counter)
      .Value(media.bytes_in, "direction", "in")
      .Value(media.bytes_out, "direction", "out");
  families.Counter("parley_media_ignored_total",
                   "Datagrams that belong to no session, are malformed, or came before.", media.ignored);
  families.Counter("parley_media_dropped_total",
                   "Datagrams that the operating system did not accept for sending.", media.dropped);
  families.Counter("parley_media_lost_total", "Packets from pages that never arrived.", media.lost);
  families.Counter("parley_media_asked_again_total", "Packets that pages were asked to send again (NACK).",
                   media.asked_again);
  families.Counter("parley_media_sent_again_total", "Packets sent to pages again.", media.sent_again);
  families.Counter("parley_media_key_frames_asked_total", "Key frames that pages were asked for (PLI).",
                   media.key_frames_asked);
  families.Gauge("parley_media_kept_bytes", "Memory for packets that may be sent to pages again.",
                 media.kept_bytes);
  families.Counter("parley_media_busy_seconds_total", "Time in which the media thread was busy.",
                   media.busy_seconds);
}

}  // namespace

void CountRefusal(Counters& counters, ErrorCode code) {
  ++counters.refusals[static_cast<std::size_t>(code)];
  spdlog::debug("refused: {}", ToString(code));
}

void CountHttpRefusal(Counters& counters, int status) {
  ++counters.http_refusals.at(static_cast<std::size_t>(status - kFirstHttpRefusal));
  spdlog::debug("refused: HTTP {}", status);
}

void CountWebSocketBreak(Counters& counters, std::uint16_t code) {
  ++counters.websocket_breaks.at(static_cast<std::size_t>(code - kFirstWebSocketCode));
  spdlog::debug("refused: WebSocket {}", code);
}

void CountNoRoom(Counters& counters, NoRoom reason) {
  const auto index = static_cast<std::size_t>(reason);
  ++counters.no_room[index];
  spdlog::debug("refused: a connection ({})", kNoRoomReasons[index]);
}

ProcessFigures ReadProcessFigures() {
  ProcessFigures figures;
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  for (const timeval& time : {used.ru_utime, used.ru_stime}) {
    figures.processor_seconds += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  }
  figures.resident_bytes = ResidentBytes();
  rlimit descriptors{};
  getrlimit(RLIMIT_NOFILE, &descriptors);
  figures.max_descriptors = static_cast<double>(descriptors.rlim_cur);
  return figures;
}

std::string MetricsText(const Counters& counters, const Gauges& gauges, const ProcessFigures& process) {
  Families families;
  families.Add("parley_build_info", "The version of the server.", MetricType::Gauge)
      .Value(1, "version", PARLEY_VERSION);
  AddConnections(families, counters, gauges);
  AddChat(families, counters, gauges);
  if (gauges.media) AddMedia(families, *gauges.media);
  families.Histogram("parley_turn_seconds", "Turns of the loop, without the wait.", counters.turns);
  families.Histogram("parley_log_batch_seconds", "From giving messages to the log until it has them.",
                     counters.log_batches);
  families.Counter("parley_log_failures_total", "Batches of messages that the log could not keep.",
                   counters.log_failures);
  families.Counter("process_cpu_seconds_total", "Processor time, user and system.",
                   process.processor_seconds);
  if (process.resident_bytes) {
    families.Gauge("process_resident_memory_bytes", "Memory in use.", *process.resident_bytes);
  }
  families.Gauge("process_max_fds", "Descriptors that the process may have.", process.max_descriptors);
  return families.Text();
}

}  // namespace parley
