#include "web/kernel.h"

static const i64 bounds[LATENCY_BUCKETS] = {100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 500000, 2000000};

#define add(counter, value) atomic_fetch_add_explicit((counter), (value), memory_order_relaxed)
#define get(counter) atomic_load_explicit((counter), memory_order_relaxed)

void metrics_count(struct metrics *metrics, struct endpoint *endpoint, int status, i64 microseconds, size_t bytes_in,
		   size_t bytes_out)
{
	size_t bucket = 0;
	while (bucket < LATENCY_BUCKETS && microseconds > bounds[bucket])
		bucket++;
	add(&metrics->latency[bucket], 1);
	add(&metrics->requests, 1);
	add(&metrics->microseconds, (u64)microseconds);
	add(&metrics->bytes_in, bytes_in);
	add(&metrics->bytes_out, bytes_out);
	size_t class = status >= 100 && status < 600 ? (size_t)status / 100 - 1 : 4;
	struct endpoint_counts *counts = endpoint ? &endpoint->counts : &metrics->elsewhere;
	add(&counts->by_class[class], 1);
	add(&counts->microseconds, (u64)microseconds);
}

static void write_head(struct buf *out, const char *name, const char *type, const char *about)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, about, name, type);
}

static void write_number(struct buf *out, const char *name, const char *type, const char *about, u64 value)
{
	write_head(out, name, type, about);
	buf_addf(out, "%s %llu\n", name, (unsigned long long)value);
}

static void write_counts(struct buf *out, const struct endpoint_counts *counts, const char *method, const char *path)
{
	for (int class = 0; class < 5; class++) {
		u64 count = get(&counts->by_class[class]);
		if (count)
			buf_addf(out, "parvis_http_requests_total{method=\"%s\",route=\"%s\",class=\"%dxx\"} %llu\n", method,
				 path, class + 1, (unsigned long long)count);
	}
}

static void write_latency(const struct metrics *metrics, struct buf *out)
{
	write_head(out, "parvis_http_request_seconds", "histogram", "Time from the request line to the answer being ready.");
	u64 sum = 0;
	for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
		sum += get(&metrics->latency[i]);
		buf_addf(out, "parvis_http_request_seconds_bucket{le=\"%g\"} %llu\n", (double)bounds[i] / (double)SECOND,
			 (unsigned long long)sum);
	}
	sum += get(&metrics->latency[LATENCY_BUCKETS]);
	buf_addf(out, "parvis_http_request_seconds_bucket{le=\"+Inf\"} %llu\n", (unsigned long long)sum);
	buf_addf(out, "parvis_http_request_seconds_sum %.6f\n", (double)get(&metrics->microseconds) / (double)SECOND);
	buf_addf(out, "parvis_http_request_seconds_count %llu\n", (unsigned long long)sum);
}

void server_metrics(const struct server *server, struct buf *out)
{
	const struct metrics *metrics = &server->metrics;
	write_head(out, "parvis_http_requests_total", "counter", "Answered requests by route and status class.");
	for (size_t i = 0; i < route_count(server->routes); i++) {
		const struct endpoint *endpoint = route_at(server->routes, i);
		write_counts(out, &endpoint->counts, endpoint->row->method, endpoint->row->path);
	}
	write_counts(out, &metrics->elsewhere, "", "");
	write_head(out, "parvis_http_route_seconds_total", "counter", "Time spent by route.");
	for (size_t i = 0; i < route_count(server->routes); i++) {
		const struct endpoint *endpoint = route_at(server->routes, i);
		u64 spent = get(&endpoint->counts.microseconds);
		if (spent)
			buf_addf(out, "parvis_http_route_seconds_total{method=\"%s\",route=\"%s\"} %.6f\n", endpoint->row->method,
				 endpoint->row->path, (double)spent / (double)SECOND);
	}
	write_latency(metrics, out);
	write_number(out, "parvis_http_received_bytes_total", "counter", "Bytes of request bodies.", get(&metrics->bytes_in));
	write_number(out, "parvis_http_sent_bytes_total", "counter", "Bytes of answers, without headers and streams.",
		     get(&metrics->bytes_out));
	write_number(out, "parvis_http_refused_rate_total", "counter", "Requests refused for coming too often.",
		     get(&metrics->refused_rate));
	write_number(out, "parvis_http_connections", "gauge", "Open connections.", (u64)get(&metrics->connections));
	write_number(out, "parvis_http_dawdlers_cut_total", "counter", "Connections cut because no request came whole.",
		     guard_cut(server->guard));
	write_number(out, "parvis_streams", "gauge", "Open streams of live updates.", hub_streams(server->hub));
	write_number(out, "parvis_stream_events_total", "counter", "Events handed to streams.", hub_sent(server->hub));
	write_number(out, "parvis_streams_dropped_total", "counter", "Streams cut off because they did not read.",
		     hub_dropped(server->hub));
}
