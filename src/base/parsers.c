/* parsers.c: what base reads, as rows of parser.h. */
#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/parser.h"
#include "base/utf8.h"
#include "base/zone.h"

static void add_instant(struct buf *out, i64 instant)
{
	buf_adds(out, "{\"at\":\"");
	buf_add_time(out, instant);
	buf_addf(out, "\",\"microseconds\":\"%lld\"}\n", (long long)instant);
}

static enum err read_time(struct cx *cx, struct str input, struct buf *out)
{
	i64 instant;
	if (!time_parse(str_trim(input), &instant))
		return fail(cx, ERR_BAD_INPUT, N_("This is no time. Write one like 2026-03-24T09:42:00Z."));
	add_instant(out, instant);
	return OK;
}

const struct parser parser_time = {"time", N_("A time, as interfaces write it (RFC 3339)"), read_time};

static enum err read_date(struct cx *cx, struct str input, struct buf *out)
{
	i64 instant;
	if (!time_parse_loose(input, &instant))
		return fail(cx, ERR_BAD_INPUT, N_("This is no date of a form that is known here."));
	add_instant(out, instant);
	return OK;
}

const struct parser parser_date = {"date", N_("A date, as exports and mails write it"), read_date};

/* "Europe/Paris 2026-03-29T02:30:00Z": the place's calendar and clock at that instant, and back. */
static enum err read_zone(struct cx *cx, struct str input, struct buf *out)
{
	i64 instant = cx->now;
	struct str rest = str_trim(input), name = str_cut(&rest, ' ');
	if (!zone_known(name))
		return fail(cx, ERR_BAD_INPUT, N_("This is no time zone of the tz database. Write one like Europe/Paris."));
	if (rest.at && !time_parse(str_trim(rest), &instant))
		return fail(cx, ERR_BAD_INPUT, N_("This is no time. Write one like 2026-03-24T09:42:00Z."));
	struct civil c = zone_civil(name, instant);
	buf_adds(out, "{\"zone\":");
	buf_add_json(out, name);
	buf_addf(out, ",\"year\":%d,\"month\":%d,\"day\":%d,\"hour\":%d,\"minute\":%d,\"second\":%d,\"weekday\":%d,\"offset_minutes\":%lld,\"at\":\"", c.year,
		 c.month, c.day, c.hour, c.minute, c.second, c.weekday, (long long)(c.offset / MINUTE));
	buf_add_time(out, zone_instant(name, c));
	buf_adds(out, "\"}\n");
	return OK;
}

const struct parser parser_zone = {"zone", N_("A time zone, and an instant there"), read_zone};

static enum err read_id(struct cx *cx, struct str input, struct buf *out)
{
	i64 id;
	if (!str_to_i64(str_trim(input), &id) || id <= 0)
		return fail(cx, ERR_BAD_INPUT, N_("This is no number of ours: they are whole and greater than 0."));
	buf_addf(out, "{\"id\":\"%lld\",\"at\":\"", (long long)id);
	buf_add_time(out, id_time(id));
	buf_adds(out, "\"}\n");
	return OK;
}

const struct parser parser_id = {"id", N_("A number of ours, and the instant that is in it"), read_id};

static enum err read_bytes(struct cx *cx, struct str input, struct buf *out)
{
	CLEANUP(buf_free) struct buf clean = {}, folded = {};
	buf_add_clean(&clean, input);
	buf_add_folded(&folded, input);
	buf_addf(out, "{\"valid\":%s,\"characters\":%zu,\"text\":", utf8_valid(input) ? "true" : "false", utf8_count(input));
	buf_add_json(out, buf_str(&clean));
	buf_adds(out, ",\"folded\":");
	buf_add_json(out, buf_str(&folded));
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_bytes = {"bytes", N_("Text of any bytes: made clean, and as search compares it"), read_bytes};
