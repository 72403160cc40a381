#include "flow/post_table_read.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/post_table.h"
#include "model/csv.h"

#include <ctype.h>
#include <string.h>

/* The first name of each is the documented one; the others are what spreadsheets of people and of other planners are found to say. */
static const char *const names[POST_COLUMN_COUNT][8] = {
	[POST_DATE] = {"date", "day", "jour", "publish_date", "date_de_publication", "scheduled_date"},
	[POST_TIME] = {"time", "hour", "heure", "publish_time", "horaire"},
	[POST_ZONE] = {"zone", "timezone", "time_zone", "fuseau", "fuseau_horaire"},
	[POST_CHANNELS] = {"channels", "channel", "canaux", "canal", "networks", "network", "reseaux", "reseau"},
	[POST_TEXT] = {"text", "body", "message", "post", "caption", "texte", "contenu", "legende"},
	[POST_TITLE] = {"title", "titre"},
	[POST_LINK] = {"link", "url", "lien"},
	[POST_MEDIA] = {"media", "image", "picture", "photo", "medias", "visuel"},
	[POST_ALT] = {"alt", "alt_text", "description", "texte_alternatif"},
	[POST_CAMPAIGN] = {"campaign", "campagne"},
	[POST_PILLAR] = {"pillar", "theme", "pilier", "rubrique"},
	[POST_LABELS] = {"labels", "label", "tags", "etiquettes", "etiquette"},
	[POST_LANG] = {"lang", "language", "langue"},
};

const char *post_table_column(int column)
{
	return names[column][0];
}

enum post_column post_table_column_of_field(struct str field)
{
	static const struct {
		const char *field;
		enum post_column column;
	} fields[] = {{"body", POST_TEXT}, {"title", POST_TITLE}, {"channels", POST_CHANNELS}, {"media", POST_MEDIA}, {"wall_time", POST_DATE}, {"zone", POST_ZONE}};
	for (size_t i = 0; i < COUNT(fields); i++)
		if (str_eq(field, str_of(fields[i].field)))
			return fields[i].column;
	return POST_COLUMN_COUNT;
}

static enum post_column column_of(struct str title)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_folded(&b, str_trim(title));
	for (size_t i = 0; i < b.len; i++)
		if (b.at[i] == ' ' || b.at[i] == '-')
			b.at[i] = '_';
	for (int column = 0; column < POST_COLUMN_COUNT; column++)
		for (size_t i = 0; i < COUNT(names[column]) && names[column][i]; i++)
			if (str_eq(buf_str(&b), str_of(names[column][i])))
				return (enum post_column)column;
	return POST_COLUMN_COUNT;
}

/* ---- days and hours ---- */

static bool number(struct str text, size_t least, size_t most, int *ret_number)
{
	i64 value = 0;
	for (size_t i = 0; i < text.len; i++)
		if (!isdigit((u8)text.at[i]))
			return false;
	if (text.len < least || text.len > most || !str_to_i64(text, &value))
		return false;
	*ret_number = (int)value;
	return true;
}

static bool is_day(int year, int month, int day)
{
	int y, m, d;
	if (year < 1970 || year > 2199 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	date_of_days(days_of_date(year, month, day), &y, &m, &d);
	return y == year && m == month && d == day;
}

bool post_table_date(struct str text, char separator, struct civil *civil)
{
	char sign = str_find_byte(text, '-') > 0 ? '-' : str_find_byte(text, '/') > 0 ? '/' : '.';
	struct str first = str_trim(str_cut(&text, sign)), second = str_trim(str_cut(&text, sign)), third = str_trim(text);
	int year, month, day;
	bool is_iso = number(first, 4, 4, &year) && number(second, 1, 2, &month) && number(third, 1, 2, &day);
	bool is_european = !is_iso && (sign == '.' || separator != ',') && number(first, 1, 2, &day) && number(second, 1, 2, &month) && number(third, 4, 4, &year);
	if ((!is_iso && !is_european) || !is_day(year, month, day))
		return false;
	civil->year = year;
	civil->month = month;
	civil->day = day;
	return true;
}

bool post_table_time(struct str text, struct civil *civil)
{
	CLEANUP(buf_free) struct buf folded = {};
	int hour, minute = 0, second;
	buf_add_folded(&folded, text);
	struct str rest = str_trim(buf_str(&folded));
	bool pm = str_ends(rest, S("pm")), am = str_ends(rest, S("am"));
	if (pm || am)
		rest = str_trim(str_head(rest, rest.len - 2));
	char sign = str_find_byte(rest, 'h') > 0 ? 'h' : ':';
	struct str first = str_trim(str_cut(&rest, sign));
	struct str last = str_trim(rest.at ? str_cut(&rest, ':') : (struct str){});
	if (rest.at && (!number(str_trim(rest), 2, 2, &second) || second > 59))
		return false;
	if (!number(first, 1, 2, &hour) || (last.len && !number(last, 2, 2, &minute)) || (!last.len && sign != 'h' && !pm && !am))
		return false;
	if ((pm || am) && (hour < 1 || hour > 12))
		return false;
	hour = pm || am ? hour % 12 + (pm ? 12 : 0) : hour;
	if (hour > 23 || minute > 59)
		return false;
	civil->hour = hour;
	civil->minute = minute;
	return true;
}

/* ---- lines ---- */

struct table {
	struct cx *cx;
	struct csv_reader csv;
	enum post_column columns[CSV_FIELDS_MAX];
	struct str titles[POST_COLUMN_COUNT];
	size_t column_count, most;
	struct post_table_row *rows;
	size_t count, capacity;
};

static enum err read_header(struct table *t)
{
	struct cx *cx = t->cx;
	bool any = false;
	t->column_count = t->csv.fields;
	for (size_t i = 0; i < t->csv.fields; i++) {
		struct str title = arena_str(cx->arena, str_trim(csv_field(&t->csv, i)));
		enum post_column column = column_of(title);
		t->columns[i] = column;
		if (column == POST_COLUMN_COUNT && title.len)
			return fail_field(cx, "file", N_("The column “%.*s” is not known here. Take it out, or call it by one of the names below."), STR_ARG(str_head(title, 60)));
		if (column == POST_COLUMN_COUNT)
			continue;
		if (t->titles[column].len)
			return fail_field(cx, "file", N_("Two columns mean the same: “%.*s” and “%.*s”. Keep one."), STR_ARG(str_head(t->titles[column], 60)),
					  STR_ARG(str_head(title, 60)));
		t->titles[column] = title;
		any = true;
	}
	if (!any || !t->titles[POST_TEXT].len || !t->titles[POST_CHANNELS].len)
		return fail_field(cx, "file", N_("The first line names the columns; “text” and “channels” must be among them."));
	return OK;
}

static enum err read_row(struct table *t)
{
	struct cx *cx = t->cx;
	if (t->count == t->most)
		return fail_field(cx, "file", N_("A table brings %zu posts at the most. Bring it in parts."), t->most);
	struct post_table_row *row = arena_push(cx->arena, t->rows, t->count, t->capacity);
	*row = (struct post_table_row){.line = t->csv.record_line, .separator = t->csv.separator};
	memcpy(row->titles, t->titles, sizeof row->titles);
	if (csv_is_broken(&t->csv))
		row->trouble = N_("This line is longer than 1 MiB, or has more than 200 fields. Is a quotation mark left open?");
	else if (t->csv.fields > t->column_count)
		row->trouble = N_("This line has more fields than the first one names.");
	for (size_t i = 0; i < t->csv.fields && !row->trouble; i++)
		if (t->columns[i] < POST_COLUMN_COUNT)
			row->values[t->columns[i]] = arena_str(cx->arena, str_trim(csv_field(&t->csv, i)));
	return OK;
}

static enum err end_record(struct table *t)
{
	bool is_empty = true;
	for (size_t i = 0; i < t->csv.fields; i++)
		is_empty &= !str_trim(csv_field(&t->csv, i)).len;
	enum err e = is_empty && !csv_is_broken(&t->csv) ? OK : t->column_count ? read_row(t) : read_header(t);
	csv_next_record(&t->csv);
	return e;
}

static void end_table(struct table *t)
{
	csv_end(&t->csv);
}

enum err post_table_read(struct cx *cx, struct str text, size_t most, struct post_table_row **ret_rows, size_t *ret_count)
{
	CLEANUP(end_table) struct table t = {.cx = cx, .csv = csv_start(), .most = most};
	if (text.len > POST_TABLE_BYTES_MAX)
		return fail_field(cx, "file", N_("This table is larger than 2 MiB. Bring it in parts."));
	if (!utf8_valid(text))
		return fail_field(cx, "file", N_("This file is not written in UTF-8. Save it from the spreadsheet as “CSV UTF-8”."));
	csv_begin_text(&t.csv, &text);
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != '\r' && csv_add(&t.csv, text.at[i])) /* so that a file and the box it is shown in say the same */
			TRY(end_record(&t));
	if (t.csv.state == CSV_QUOTED)
		return fail_field(cx, "file", N_("The quotation mark opened in line %lld is never closed."), (long long)t.csv.record_line);
	if (csv_last(&t.csv))
		TRY(end_record(&t));
	if (!t.column_count)
		return fail_field(cx, "file", N_("This file is empty."));
	if (!t.count)
		return fail_field(cx, "file", N_("This table has a first line, and no posts below it."));
	*ret_rows = t.rows;
	*ret_count = t.count;
	return OK;
}
