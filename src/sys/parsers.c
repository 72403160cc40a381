/* parsers.c: what the walls of sys read, as rows of base/parser.h. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/parser.h"
#include "sys/address.h"
#include "sys/bucket.h"
#include "sys/crypto.h"
#include "sys/font.h"
#include "sys/image_print.h"
#include "sys/net.h"
#include "sys/svg.h"
#include "sys/svg_slots.h"
#include "sys/totp.h"
#include "sys/unpack.h"

#include <sys/mman.h>
#include <unistd.h>

static enum err read_url(struct cx *cx, struct str input, struct buf *out)
{
	struct net_url url;
	if (!net_url_parse(cx->arena, str_trim(input), &url))
		return fail(cx, ERR_BAD_INPUT, N_("This is no address of the web that Parvis would ask: http or https, with a host and without a password."));
	buf_addf(out, "{\"secure\":%s,\"host\":", url.secure ? "true" : "false");
	buf_add_json(out, url.host);
	buf_addf(out, ",\"port\":%d,\"path\":", url.port);
	buf_add_json(out, url.path);
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_url = {"url", N_("An address of the web"), read_url};

/* One address, or else a list as the settings take it. */
static enum err read_address(struct cx *cx, struct str input, struct buf *out)
{
	struct address address;
	const struct address_list *list;
	if (address_parse(str_trim(input), &address)) {
		buf_adds(out, "{\"address\":");
		buf_add_json(out, address_text(cx->arena, &address));
		buf_addf(out, ",\"public\":%s}\n", address_public(&address) ? "true" : "false");
		return OK;
	}
	TRY(address_list_parse(cx, "input", input, &list));
	buf_adds(out, "{\"list\":");
	buf_add_json(out, str_trim(input));
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_address = {"address", N_("An address of a machine, or a list of addresses, networks and names"), read_address};

static enum err read_retry(struct cx *cx, struct str input, struct buf *out)
{
	i64 instant;
	if (!net_retry_after(input, cx->now, &instant))
		return fail(cx, ERR_BAD_INPUT, N_("This is neither a number of seconds nor a date of HTTP."));
	buf_adds(out, "{\"at\":\"");
	buf_add_time(out, instant);
	buf_adds(out, "\"}\n");
	return OK;
}

const struct parser parser_retry = {"retry", N_("When a network wants to be asked again (Retry-After)"), read_retry};

static enum err read_bucket(struct cx *cx, struct str input, struct buf *out)
{
	struct bucket_error error = bucket_error_of(input);
	buf_adds(out, "{\"code\":");
	buf_add_json(out, error.code);
	buf_adds(out, ",\"region\":");
	buf_add_json(out, error.region);
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_bucket = {"bucket", N_("The error of a bucket (S3): its code, and the region that it names"), read_bucket};

static enum err read_base32(struct cx *cx, struct str input, struct buf *out)
{
	CLEANUP(buf_free) struct buf bytes = {}, again = {};
	if (!base32_read(input, &bytes))
		return fail(cx, ERR_BAD_INPUT, N_("This holds letters that base32 does not have."));
	buf_add_base32(&again, buf_str(&bytes));
	buf_addf(out, "{\"bytes\":%zu,\"text\":", bytes.len);
	buf_add_json(out, buf_str(&again));
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_base32 = {"base32", N_("The secret of a second factor, as it is typed"), read_base32};

/* SECRET, TIMESTAMP, SIGNATURE, a line each, and behind them the body: what a receiver of answers checks. */
static enum err read_signature(struct cx *cx, struct str input, struct buf *out)
{
	struct str rest = input, secret = str_line(&rest), stamp = str_line(&rest), signature = str_line(&rest);
	CLEANUP(buf_free) struct buf signed_text = {};
	buf_add(&signed_text, stamp);
	buf_addc(&signed_text, '.');
	buf_add(&signed_text, rest);
	if (!hmac_sha256_is(secret, buf_str(&signed_text), str_trim(signature)))
		return fail(cx, ERR_DENIED, N_("The signature is not that of this text with this secret."));
	buf_adds(out, "{\"signed\":true,\"timestamp\":");
	buf_add_json(out, stamp);
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_signature = {"signature", N_("A signed answer: secret, timestamp, signature, a line each, then the body"), read_signature};

/* ---- archives ---- */

static enum err list_entries(struct cx *cx, const char *path, struct buf *out)
{
	static const struct unpack_limits limits = {.entries = 10000, .entry_bytes = (i64)256 << 20, .total_bytes = (i64)1 << 30};
	CLEANUP(unpack_closep) struct unpack *unpack = NULL;
	struct unpack_entry entry;
	struct str piece;
	bool more;
	TRY(unpack_open(cx, path, &limits, &unpack));
	for (;;) {
		TRY(unpack_next(cx, unpack, &entry, &more));
		if (!more)
			return OK;
		i64 size = 0;
		buf_adds(out, "{\"name\":");
		buf_add_json(out, entry.name);
		if (entry.changed_at) {
			buf_adds(out, ",\"changed_at\":\"");
			buf_add_time(out, entry.changed_at);
			buf_addc(out, '"');
		}
		buf_addf(out, ",\"folder\":%s", entry.folder ? "true" : "false");
		while (!entry.folder) {
			TRY(unpack_piece(cx, unpack, &piece));
			if (!piece.len)
				break;
			size += (i64)piece.len;
		}
		buf_addf(out, ",\"size\":%lld}\n", (long long)size);
	}
}

static enum err read_archive(struct cx *cx, struct str input, struct buf *out)
{
	int file = memfd_create("archive", MFD_CLOEXEC);
	if (file < 0)
		return fail(cx, ERR_SYSTEM, N_("There is no memory for this file."));
	enum err e = OK;
	for (struct str rest = input; rest.len && e == OK;) {
		ssize_t took = write(file, rest.at, rest.len);
		if (took <= 0)
			e = fail(cx, ERR_FULL, N_("There is no memory for this file."));
		else
			rest = str_skip(rest, (size_t)took);
	}
	if (e == OK)
		e = list_entries(cx, arena_printf(cx->arena, "/proc/self/fd/%d", file).at, out);
	close(file);
	return e;
}

const struct parser parser_archive = {"archive", N_("A zip, tar or 7z file: what is in it"), read_archive};

/* ---- pictures ---- */

static enum err read_image(struct cx *cx, struct str input, struct buf *out)
{
	return image_print(cx, input, false, out);
}

const struct parser parser_image = {"image", N_("A picture: what it is, and why it would be refused"), read_image, .tells = true};

static enum err read_svg(struct cx *cx, struct str input, struct buf *out)
{
	return image_print(cx, input, true, out);
}

const struct parser parser_svg = {"svg", N_("A drawing (SVG): what is in it, what is refused, and the cleaned copy"), read_svg, .tells = true};

static enum err read_font(struct cx *cx, struct str input, struct buf *out)
{
	struct font font;
	TRY(font_look(cx, input, &font));
	buf_addf(out, "{\"format\":\"%s\",\"tables\":%d,\"unpacked\":%lld}\n", font_format_title(font.format), font.tables, (long long)font.unpacked);
	return OK;
}

const struct parser parser_font = {"font", N_("What kind of font a file is"), read_font};

static enum err read_places(struct cx *cx, struct str input, struct buf *out)
{
	struct svg *svg;
	struct svg_slot slots[SVG_SLOTS_MAX];
	TRY(svg_clean(cx, input, &svg));
	size_t count = svg_slots(cx->arena, svg->bytes, slots);
	buf_adds(out, "{\"places\":[");
	for (size_t i = 0; i < count; i++) {
		const struct svg_slot *s = &slots[i];
		buf_addf(out, "%s{\"kind\":\"%s\",\"name\":", i ? "," : "", svg_slot_word(s->kind));
		buf_add_json(out, s->name);
		buf_addf(out, ",\"framed\":%s,\"frame\":[%.2f,%.2f,%.2f,%.2f],\"size\":%.2f,\"weight\":%d,\"colour\":\"#%06x\",\"sample\":", s->framed ? "true" : "false", s->x, s->y, s->width, s->height,
			 s->size, s->weight, s->colour);
		buf_add_json(out, s->sample);
		buf_addc(out, '}');
	}
	buf_adds(out, "]}\n");
	return OK;
}

const struct parser parser_places = {"places", N_("The places of a drawing for words and pictures"), read_places};
