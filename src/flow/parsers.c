/* parsers.c: what flow reads of what people outside send by our own public pages, as rows of base/parser.h. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/parser.h"
#include "flow/form.h"
#include "flow/incoming.h"
#include "flow/lot.h"
#include "flow/outside.h"
#include "flow/post_table.h"
#include "flow/post_table_read.h"
#include "flow/reach.h"

/* Under a key of zeros: an address or a stamp of no installation, which reads like any other. */
static const struct key nobodys = {};
static const struct outside nowhere = {&nobodys, {"https://desk.example.org", 24}};

static enum err read_pass(struct cx *cx, struct str input, struct buf *out)
{
	i64 id;
	TRY(outside_open(cx, &nowhere, OUTSIDE_CONTEST, str_trim(input), &id));
	buf_addf(out, "{\"decision\":\"%lld\"}\n", (long long)id);
	return OK;
}

const struct parser parser_pass = {"pass", N_("The last part of an address that the author of a hidden message holds, made with a key of zeros"), read_pass};

static enum err read_stamp(struct cx *cx, struct str input, struct buf *out)
{
	i64 at;
	struct str nonce;
	if (!outside_stamp_read(cx, &nowhere, "form", str_trim(input), &at, &nonce))
		return fail(cx, ERR_BAD_INPUT, N_("This is no stamp of a form, or not one made with this key."));
	buf_addf(out, "{\"at\":\"%.*s\",\"nonce\":", STR_ARG(time_text(cx->arena, at)));
	buf_add_json(out, nonce);
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_stamp = {"stamp", N_("The stamp of a public form, made with a key of zeros"), read_stamp};

static enum err read_letter_file(struct cx *cx, struct str input, struct buf *out)
{
	struct str type, kind;
	if (!form_file_type(input, &type, &kind))
		return fail_field(cx, "file", N_("Pictures (PNG, JPEG, GIF, WebP), PDF and plain text are taken; this is something else, or empty."));
	buf_addf(out, "{\"type\":\"%.*s\",\"kind\":\"%.*s\"}\n", STR_ARG(type), STR_ARG(kind));
	return OK;
}

const struct parser parser_letter_file = {"letter_file", N_("A file that comes with a public form: what it is, by its bytes"), read_letter_file};

static enum err read_reach(struct cx *cx, struct str input, struct buf *out)
{
	struct post_reach *posts;
	size_t count;
	TRY(reach_read(cx, S("UTC"), input, &posts, &count));
	for (size_t i = 0; i < count; i++) {
		const struct post_reach *p = &posts[i];
		buf_addf(out, "{\"at\":\"%.*s\",\"reach\":%lld,\"format\":", STR_ARG(time_text(cx->arena, p->at)), (long long)p->reach);
		buf_add_json(out, p->format);
		buf_adds(out, ",\"id\":");
		buf_add_json(out, p->remote_id);
		buf_addf(out, ",\"length\":%lld,\"has_link\":%s}\n", (long long)p->length, p->has_link ? "true" : "false");
	}
	return OK;
}

const struct parser parser_reach = {"reach", N_("What posts reached, as a network's statistics give it: headings, then a post a line"), read_reach};

static enum err read_posts(struct cx *cx, struct str input, struct buf *out)
{
	struct post_table_row *rows;
	size_t count;
	TRY(post_table_read(cx, input, POST_TABLE_LINES_MAX, &rows, &count));
	for (size_t i = 0; i < count; i++) {
		struct civil c = {};
		bool has_day = post_table_date(rows[i].values[POST_DATE], rows[i].separator, &c), has_hour = post_table_time(rows[i].values[POST_TIME], &c);
		buf_addf(out, "{\"line\":%lld,\"trouble\":", (long long)rows[i].line);
		buf_add_json(out, str_of(rows[i].trouble));
		if (has_day && has_hour)
			buf_addf(out, ",\"at\":\"%04d-%02d-%02dT%02d:%02d\"", c.year, c.month, c.day, c.hour, c.minute);
		for (int n = 0; n < POST_COLUMN_COUNT; n++) {
			buf_addf(out, ",\"%s\":", post_table_column(n));
			buf_add_json(out, rows[i].values[n]);
		}
		buf_adds(out, "}\n");
	}
	return OK;
}

const struct parser parser_posts = {"posts", N_("Posts brought as a table (CSV): what its lines say"), read_posts};

static enum err read_incoming(struct cx *cx, struct str input, struct buf *out)
{
	struct str name;
	TRY(incoming_name(cx, str_trim(input), &name));
	buf_adds(out, "{\"name\":");
	buf_add_json(out, name);
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_upload = {"upload", N_("What is said of a file that comes in pieces (tus 1.0, Upload-Metadata)"), read_incoming};

/* The file of entries as it is published; written again it is the same, byte by byte. What of it a seed of zeros puts first. */
static enum err read_lots(struct cx *cx, struct str input, struct buf *out)
{
	struct lot_line *lines;
	size_t count, taken, *order;
	struct str seed;
	TRY(lot_read(cx, input, &lines, &count));
	TRY(lot_seed(cx, "seed", S("00000000000000000000000000000000"), &seed));
	must(str_eq(lot_write(cx->arena, lines, count), input));
	lot_draw(cx->arena, lines, count, seed, 3, &order, &taken);
	buf_addf(out, "{\"entries\":%zu,\"hash\":\"%.*s\"}\n", count, STR_ARG(lot_hash(cx->arena, input)));
	for (size_t i = 0; i < taken; i++)
		buf_addf(out, "{\"place\":%zu,\"entry\":\"%.*s\"}\n", i + 1, STR_ARG(lines[order[i]].entry));
	return OK;
}

const struct parser parser_lots = {"lots", N_("The published list of a contest's entries; its first three by a seed of zeros"), read_lots};

/* "ROUND" in the first line, what a relay answered in the others. */
static enum err read_beacon(struct cx *cx, struct str input, struct buf *out)
{
	struct str first = str_line(&input), seed;
	i64 round;
	if (!str_to_i64(str_trim(first), &round))
		return fail(cx, ERR_BAD_INPUT, N_("The first line says the number of the round."));
	TRY(beacon_read(cx, input, round, &seed));
	buf_addf(out, "{\"round\":%lld,\"seed\":\"%.*s\"}\n", (long long)round, STR_ARG(seed));
	return OK;
}

const struct parser parser_beacon = {"beacon", N_("A round of drand's public beacon as its relays tell it; the first line says which"), read_beacon};
