#include "flow/ingest_parts.h"

#include "base/utf8.h"
#include "model/quote.h"

#define SHORT 1024 /* bytes; what most texts need */
#define ID_BYTES_MAX 1000
#define ADDRESS_MAX 4000
#define NAME_CHARACTERS_MAX 200

bool ingest_only_complains(const struct inbound *i)
{
	return (i->report_id.len || i->undelivered.len) && !i->body.len && !i->attachment_count && !i->rating;
}

enum err ingest_check(struct cx *cx, const struct inbound *i)
{
	const struct {
		const char *field;
		struct str value;
		bool required;
	} ids[] = {
		{"remote_id", i->remote_id, true},
		{"thread_id", i->thread_id, true},
		{"author_id", i->author_id, !i->ours && !i->removed && !ingest_only_complains(i)},
		{"parent_id", i->parent_id, false},
		{"report_id", i->report_id, i->report.len > 0},
	};
	for (size_t n = 0; n < COUNT(ids); n++) {
		if (ids[n].required && ids[n].value.len == 0)
			return fail_field(cx, ids[n].field, N_("This is missing, and messages cannot be told apart without it."));
		if (ids[n].value.len > ID_BYTES_MAX || !utf8_valid(ids[n].value))
			return fail_field(cx, ids[n].field, N_("This must be UTF-8 text of at most %d bytes."), ID_BYTES_MAX);
	}
	if (i->removed || ingest_only_complains(i))
		return OK;
	if (i->at <= 0 || i->at > cx->now + DAY)
		return fail_field(cx, "at", N_("The time is missing, or lies in the future."));
	if (i->body.len == 0 && i->attachment_count == 0 && i->rating == 0)
		return fail_field(cx, "body", N_("There is no text, no attachment and no rating."));
	if (i->kind == KIND_NOTE || i->kind >= KIND_COUNT)
		return fail_field(cx, "kind", N_("A message from outside cannot be of this kind."));
	if (i->rating < 0 || i->rating > 5)
		return fail_field(cx, "rating", N_("A rating goes from 1 to 5."));
	return OK;
}

struct str ingest_text(struct arena *arena, struct str text, size_t bytes_max)
{
	char room[SHORT];
	CLEANUP(buf_free) struct buf b = BUF_IN(room);
	if (text.len > bytes_max) {
		while (bytes_max && ((unsigned char)text.at[bytes_max] & 0xC0) == 0x80)
			bytes_max--;
		buf_add_clean(&b, str_head(text, bytes_max));
		buf_adds(&b, "…");
	} else {
		buf_add_clean(&b, text);
	}
	return buf_keep(&b, arena);
}

/* U+202A…202E and U+2066…2069: what turns the direction of all that follows, also of what is not part of the name. */
static bool turns_direction(struct str rest)
{
	if (rest.len < 3 || (u8)rest.at[0] != 0xE2)
		return false;
	u8 second = (u8)rest.at[1], third = (u8)rest.at[2];
	return (second == 0x80 && third >= 0xAA && third <= 0xAE) || (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

struct str ingest_line(struct arena *arena, struct str text)
{
	if (!text.len)
		return (struct str){};
	struct str line = ingest_text(arena, str_trim(text), 4000);
	char *at = (char *)line.at; /* ours, just made */
	size_t kept = 0;
	for (size_t i = 0; i < line.len; i++) {
		if (turns_direction(str_skip(line, i)))
			i += 2;
		else
			at[kept++] = at[i] == '\n' || at[i] == '\t' ? ' ' : at[i];
	}
	return utf8_head(str_head(line, kept), NAME_CHARACTERS_MAX);
}

struct str ingest_address(struct arena *arena, struct str text)
{
	if (!text.len)
		return (struct str){};
	struct str line = ingest_text(arena, str_trim(text), ADDRESS_MAX + 1);
	bool web = str_starts(line, S("https://")) || str_starts(line, S("http://"));
	bool whole = line.len <= ADDRESS_MAX && str_find_byte(line, '\n') < 0 && str_find_byte(line, '\t') < 0 && str_find_byte(line, ' ') < 0;
	return web && whole ? line : (struct str){};
}

struct str ingest_said(const struct inbound *i, struct str body)
{
	return i->quotes ? str_head(body, quote_begins(body)) : body;
}

struct str ingest_preview(struct arena *arena, struct str body)
{
	struct str line = ingest_text(arena, str_head(body, PREVIEW_CHARACTERS * 4), PREVIEW_CHARACTERS * 4);
	char *at = (char *)line.at;
	for (size_t i = 0; i < line.len; i++)
		if (at[i] == '\n' || at[i] == '\t')
			at[i] = ' ';
	return utf8_head(line, PREVIEW_CHARACTERS);
}
