/* parsers.c: what insight reads, as rows of base/parser.h. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/parser.h"
#include "insight/anomaly.h"
#include "insight/series.h"

/* Each row with its score: so what is fed here goes through the detector too. */
static enum err read_series(struct cx *cx, struct str input, struct buf *out)
{
	struct series_reader reader = {};
	struct anomaly anomaly;
	anomaly_start(&anomaly, ANOMALY_MONTH_DEFAULT);
	while (input.at) {
		struct series_row row;
		struct anomaly_finding finding = {};
		bool is_row;
		struct str line = str_line(&input);
		TRY(series_read(cx, &reader, str_head(line, SERIES_LINE_MAX), &row, &is_row));
		if (!is_row)
			continue;
		if (!row.is_missing)
			anomaly_next(&anomaly, row.at, row.value, &finding);
		must(finding.score >= 0 && finding.score <= 1 && finding.low <= finding.high);
		buf_adds(out, "{\"at\":\"");
		buf_add_time(out, row.at);
		if (row.is_missing)
			buf_adds(out, "\"}\n");
		else
			buf_addf(out, "\",\"value\":%.17g,\"score\":%.3f}\n", row.value, finding.score);
	}
	return OK;
}

const struct parser parser_series = {"series", N_("A series, a time and a value a line, with the score of each value"), read_series};
