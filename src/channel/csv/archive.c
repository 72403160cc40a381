#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "channel/archive_file.h"
#include "channel/thread_root.h"
#include "model/csv.h"

#include <string.h>

/* The documented CSV: see docs/import-formats.md. RFC 4180 read as a stream of characters, so that a file may have any size. */

extern const struct archive_format archive_csv;

#define SHOWN_OF_LINE 1000
#define KNOWN_PARENTS_MAX 2000000

enum column {
	ID, PARENT_ID, THREAD_ID, KIND, VISIBILITY, OURS, SUBJECT, SUBJECT_URL, NETWORK, AUTHOR_ID, AUTHOR_HANDLE, AUTHOR_NAME,
	AUTHOR_URL, AUTHOR_AVATAR, AUTHOR_FOLLOWERS, AUTHOR_PLACE, BODY, LANG, RATING, URL, AT, EDITED_AT, REMOVED, COLUMN_COUNT, UNKNOWN = -1
};

/* The first name of each is the documented one; the others are what spreadsheets of people and tools are found to say. */
static const char *const names[COLUMN_COUNT][10] = {
	[ID] = {"id", "remote_id", "message_id", "comment_id", "identifiant"},
	[PARENT_ID] = {"parent_id", "in_reply_to", "reply_to", "parent"},
	[THREAD_ID] = {"thread_id", "conversation_id", "thread", "conversation"},
	[KIND] = {"kind", "type"},
	[VISIBILITY] = {"visibility", "visibilite"},
	[OURS] = {"ours", "is_ours", "from_us"},
	[SUBJECT] = {"subject", "title", "sujet", "titre", "objet"},
	[SUBJECT_URL] = {"subject_url", "post_url"},
	[NETWORK] = {"network", "platform", "reseau", "plateforme"},
	[AUTHOR_ID] = {"author_id", "user_id", "from_id"},
	[AUTHOR_HANDLE] = {"author_handle", "handle", "username", "pseudo"},
	[AUTHOR_NAME] = {"author_name", "author", "name", "from", "user", "auteur", "nom"},
	[AUTHOR_URL] = {"author_url", "profile_url"},
	[AUTHOR_AVATAR] = {"author_avatar", "avatar"},
	[AUTHOR_FOLLOWERS] = {"author_followers", "followers", "abonnes"},
	[AUTHOR_PLACE] = {"author_place", "author_location", "user_location", "location", "ville"},
	[BODY] = {"body", "text", "message", "comment", "content", "texte", "commentaire", "contenu"},
	[LANG] = {"lang", "language", "langue"},
	[RATING] = {"rating", "stars", "note", "etoiles"},
	[URL] = {"url", "link", "permalink", "lien"},
	[AT] = {"at", "date", "created_at", "time", "timestamp", "published_at", "datetime", "cree_le", "horodatage"},
	[EDITED_AT] = {"edited_at", "updated_at", "modifie_le"},
	[REMOVED] = {"removed", "deleted", "supprime"},
};

struct csv {
	struct reading r;
	struct csv_reader csv;
	bool given_up;                 /* this file of a packed export is no table */
	int columns[CSV_FIELDS_MAX];   /* column of the file -> enum column */
	size_t column_count;
	bool has[COLUMN_COUNT];
	struct threads *threads;
	i64 known;
};

/* The line as it stood, more or less: people look for it in their spreadsheet. */
static enum err refuse(struct csv *c, const char *reason)
{
	CLEANUP(buf_free) struct buf line = {};
	const struct csv_reader *csv = &c->csv;
	bool whole = csv->fields && csv->ends[csv->fields - 1] <= csv->record.len;
	for (size_t i = 0; whole && i < csv->fields && line.len < SHOWN_OF_LINE; i++) {
		if (i)
			buf_addc(&line, csv->separator ? csv->separator : ',');
		buf_add(&line, csv_field(csv, i));
	}
	c->r.index = csv->record_line;
	return reading_refuse(&c->r, str_of(tr(c->r.cx->lang, reason)), whole ? buf_str(&line) : buf_str(&csv->record));
}

/* What a title means, and how good a name it is for that: 0 is the documented one. */
static enum column column_of(struct arena *arena, struct str title, int *ret_rank)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_folded(&b, str_trim(western_text(arena, title)));
	for (size_t i = 0; i < b.len; i++)
		if (b.at[i] == ' ' || b.at[i] == '-')
			b.at[i] = '_';
	for (int column = 0; column < COLUMN_COUNT; column++)
		for (size_t i = 0; i < COUNT(names[column]) && names[column][i]; i++)
			if (str_eq(buf_str(&b), str_of(names[column][i]))) {
				*ret_rank = (int)i;
				return (enum column)column;
			}
	return UNKNOWN;
}

/* Where two columns mean the same ("link" and "permalink"), the one with the better name counts. */
static enum err take_column(struct csv *c, size_t index, int ranks[COLUMN_COUNT])
{
	int rank = 0;
	enum column column = column_of(c->r.cx->arena, csv_field(&c->csv, index), &rank);
	c->columns[index] = UNKNOWN;
	if (column == UNKNOWN || (c->has[column] && ranks[column] < rank))
		return OK;
	if (c->has[column] && ranks[column] == rank)
		return fail(c->r.cx, ERR_BAD_INPUT, "Two columns of this file have the name “%s”; rename one of them.",
			names[column][rank]);
	for (size_t i = 0; i < index; i++)
		if (c->columns[i] == (int)column)
			c->columns[i] = UNKNOWN;
	c->columns[index] = (int)column;
	c->has[column] = true;
	ranks[column] = rank;
	return OK;
}

static enum err read_header(struct csv *c)
{
	struct cx *cx = c->r.cx;
	int ranks[COLUMN_COUNT] = {};
	if (!utf8_valid(buf_str(&c->csv.record)) && memchr(c->csv.record.at, 0, c->csv.record.len))
		return fail(cx, ERR_UNSUPPORTED, "This file is not CSV text.");
	for (size_t i = 0; i < c->csv.fields; i++)
		TRY(take_column(c, i, ranks));
	c->column_count = c->csv.fields;
	if (!c->has[BODY])
		return fail(cx, ERR_UNSUPPORTED, "The first line of a CSV must name its columns; the column “%s” is missing.",
			"body");
	if (!c->has[AT])
		return fail(cx, ERR_UNSUPPORTED, "The first line of a CSV must name its columns; the column “%s” is missing.",
			"at");
	return OK;
}

/* 24/03/2026[ 09:42[:00]], day first, as European spreadsheets write it: they separate by semicolon or tab. */
static bool european_date(struct str text, i64 *ret_instant)
{
	if (text.len < 10 || (text.at[2] != '/' && text.at[2] != '.') || text.at[5] != text.at[2])
		return false;
	char iso[40];
	if (text.len > sizeof iso - 1)
		return false;
	memcpy(iso, text.at + 6, 4);
	iso[4] = iso[7] = '-';
	memcpy(iso + 5, text.at + 3, 2);
	memcpy(iso + 8, text.at, 2);
	memcpy(iso + 10, text.at + 10, text.len - 10);
	return time_parse_loose((struct str){iso, text.len}, ret_instant);
}

static i64 instant_of(const struct csv *c, struct str text)
{
	i64 instant = 0, number;
	text = str_trim(text);
	if (time_parse_loose(text, &instant) || (c->csv.separator != ',' && european_date(text, &instant)))
		return instant;
	if (!str_to_i64(text, &number) || number <= 0)
		return 0;
	return number < 100000000000 ? number * SECOND : number < 100000000000000 ? number * MILLISECOND : number;
}

static bool truth(struct str text)
{
	static const char *const words[] = {"1", "true", "TRUE", "True", "yes", "Yes", "oui", "Oui", "x", "X", "VRAI", "vrai"};
	return str_in(str_trim(text), words, COUNT(words));
}

static i64 number_of(struct str text, i64 missing)
{
	double number;
	return str_to_double(str_trim(text), &number) && number > -1e9 && number < 1e15 ? (i64)(number + 0.5) : missing;
}

static enum err take(struct csv *c, const struct str *v)
{
	struct inbound in = {
		.remote_id = v[ID], .parent_id = v[PARENT_ID], .thread_id = v[THREAD_ID], .ours = truth(v[OURS]),
			.removed = truth(v[REMOVED]),
		.subject = v[SUBJECT], .subject_url = v[SUBJECT_URL], .network = v[NETWORK], .author_id = v[AUTHOR_ID],
		.author_handle = v[AUTHOR_HANDLE], .author_name = v[AUTHOR_NAME], .author_url = v[AUTHOR_URL],
		.author_avatar = v[AUTHOR_AVATAR], .author_followers = number_of(v[AUTHOR_FOLLOWERS], -1), .author_place = v[AUTHOR_PLACE], .body = v[BODY],
			.lang = v[LANG],
		.rating = (int)number_of(v[RATING], 0), .url = v[URL], .at = instant_of(c, v[AT]),
			.edited_at = instant_of(c, v[EDITED_AT]),
	};
	if (v[AT].len == 0 && !in.removed)
		return refuse(c, N_("The column “at” is empty."));
	if (in.at == 0 && !in.removed)
		return refuse(c, N_("The column “at” holds no date that can be read; write it like 2026-03-24T09:42:00Z."));
	if (v[KIND].len && (!message_kind_of(v[KIND], &in.kind) || in.kind == KIND_NOTE))
		return refuse(c, N_("The column “kind” holds none of comment, mention, direct, review, post, reply."));
	if (v[KIND].len == 0 && in.rating)
		in.kind = KIND_REVIEW;
	if (v[VISIBILITY].len && !visibility_of(v[VISIBILITY], &in.visibility))
		return refuse(c, N_("The column “visibility” holds neither public nor private."));
	if (in.thread_id.len == 0 && in.remote_id.len && c->has[PARENT_ID] && c->known < KNOWN_PARENTS_MAX) {
		c->known++;
		threads_add(c->threads, in.remote_id, in.parent_id);
		in.thread_id = threads_root(c->threads, in.remote_id);
	}
	c->r.index = c->csv.record_line;
	return reading_item(&c->r, &in);
}

static enum err read_record(struct csv *c)
{
	struct str values[COLUMN_COUNT] = {};
	if (c->csv.fields > c->column_count)
		return refuse(c, N_("This line has more fields than the header; a text with the separator in it must stand in quotes."));
	for (size_t i = 0; i < c->csv.fields; i++)
		if (c->columns[i] != UNKNOWN)
			values[c->columns[i]] = western_text(c->r.item, csv_field(&c->csv, i));
	for (int i = 0; i < COLUMN_COUNT; i++)
		if (i != BODY)
			values[i] = str_trim(values[i]);
	return take(c, values);
}

static enum err end_record(struct csv *c)
{
	enum err error = OK;
	if (csv_is_broken(&c->csv)) {
		buf_clear(&c->csv.record);
		error = refuse(c, N_("This line is longer than 1 MiB, or has more than 200 fields. Is a quotation mark left open?"));
	} else if (c->csv.any && c->column_count == 0) {
		error = read_header(c);
	} else if (c->csv.any) {
		error = read_record(c);
	}
	csv_next_record(&c->csv);
	return error;
}

/* The end of a file: what stands behind the last line break is a line, too. */
static enum err end_file(struct csv *c)
{
	if (c->csv.state == CSV_QUOTED)
		return refuse(c, N_("A quotation mark is opened here and never closed."));
	return csv_last(&c->csv) ? end_record(c) : OK;
}

/* The next file of a packed export has columns of its own. */
static enum err start_file(struct csv *c, struct str file)
{
	TRY(end_file(c));
	csv_end(&c->csv);
	c->csv = csv_start();
	c->r.file = arena_str(c->r.cx->arena, file);
	c->column_count = 0;
	c->given_up = false;
	memset(c->has, 0, sizeof c->has);
	return OK;
}

static enum err add_text(struct csv *c, struct str piece)
{
	if (!c->csv.separator)
		csv_begin_text(&c->csv, &piece);
	for (size_t i = 0; i < piece.len; i++)
		if (csv_add(&c->csv, piece.at[i]))
			TRY(end_record(c));
	return OK;
}

static enum err add_piece(struct cx *cx, void *subject, struct str file, struct str piece, i64 done, i64 all)
{
	struct csv *c = subject;
	if (file.len)
		TRY(start_file(c, file));
	enum err error = c->given_up ? OK : add_text(c, piece);
	if (error != OK) {
		TRY(reading_forgive(&c->r, error));
		c->csv.any = false;
		c->given_up = true;
		c->csv.state = CSV_FIELD_START;
	}
	if (c->r.taker->progress)
		c->r.taker->progress(c->r.taker->subject, done, all);
	return OK;
}

static void free_record(struct csv *c)
{
	csv_end(&c->csv);
}

static bool wanted(struct str name)
{
	return str_ends(name, S(".csv")) || str_ends(name, S(".tsv")) || str_ends(name, S(".CSV"));
}

static enum err read_path(struct cx *cx, const char *path, const struct archive_options *options, const struct archive_taker *taker)
{
	CLEANUP(free_record) struct csv c = {.csv = csv_start(), .threads = threads_new(cx->arena)};
	TRY(reading_start(cx, &archive_csv, options, taker, &c.r));
	TRY(archive_each_piece(cx, path, wanted, add_piece, &c));
	TRY(end_file(&c));
	if (c.column_count == 0 && c.r.refused == 0 && c.r.taken == 0)
		return fail(cx, ERR_UNSUPPORTED, "This file is empty.");
	if (c.r.taken == 0 && c.r.refused == 0)
		return OK; /* a header alone is an export without messages */
	return reading_end(&c.r);
}

static int recognise(struct str name, struct str head, struct str files)
{
	struct str rest = str_line(&head);
	char separator = csv_separator_of(rest);
	bool body = false, at = false;
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	if (!str_ends(name, S(".csv")) && !str_ends(name, S(".tsv")) && !str_ends(name, S(".txt")) &&
		str_starts(str_trim(rest), S("{")))
		return 0;
	while (rest.at) {
		struct str title = str_trim(str_cut(&rest, separator));
		if (title.len > 1 && *title.at == '"')
			title = str_span(title.at + 1, title.at + title.len - 1);
		int rank;
		enum column column = column_of(arena, title, &rank);
		body |= column == BODY;
		at |= column == AT;
	}
	return body && at ? 90 : str_ends(name, S(".csv")) ? 20 : 0;
}

const struct archive_format archive_csv = {
	.word = "csv", .also = "tsv table", .title = N_("Table (CSV)"), .network = "import",
	.about = N_("A table with a line of column names and one message a line; “body” and “at” are required. The columns are described in the "
		    "documentation of the import formats."),
	.recognise = recognise, .read = read_path,
};
