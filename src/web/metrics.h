/* metrics.h: the kernel's own numbers, counted without locks and written in Prometheus' text format. */
#pragma once
#include "base/buf.h"

#include <stdatomic.h>

#define LATENCY_BUCKETS 12

struct endpoint_counts {
	atomic_ullong by_class[5]; /* answers 1xx … 5xx */
	atomic_ullong microseconds;
};

struct metrics {
	atomic_ullong latency[LATENCY_BUCKETS + 1]; /* requests that took at most the bound; the last has none */
	atomic_ullong microseconds, requests, bytes_out, bytes_in, refused_rate;
	atomic_llong connections;
	struct endpoint_counts elsewhere; /* no route, or the kernel's own */
};

struct endpoint;
/* One answered request; endpoint is NULL where no route was found. */
void metrics_count(struct metrics *metrics, struct endpoint *endpoint, int status, i64 microseconds, size_t bytes_in,
		   size_t bytes_out);
