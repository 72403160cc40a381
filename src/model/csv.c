#include "model/csv.h"

#include <string.h>

struct csv_reader csv_start(void)
{
	return (struct csv_reader){.line = 1, .record_line = 1, .record.max = CSV_RECORD_BYTES_MAX};
}

void csv_end(struct csv_reader *r)
{
	buf_free(&r->record);
}

struct str csv_field(const struct csv_reader *r, size_t index)
{
	size_t from = index ? r->ends[index - 1] : 0;
	return index < r->fields && r->record.at && !r->record.broken ? str_span(r->record.at + from, r->record.at + r->ends[index]) : (struct str){};
}

bool csv_is_broken(const struct csv_reader *r)
{
	return r->overflow || !buf_ok(&r->record);
}

void csv_next_record(struct csv_reader *r)
{
	buf_clear(&r->record);
	r->fields = 0;
	r->any = r->overflow = false;
	r->state = CSV_FIELD_START;
	r->record_line = r->line;
}

char csv_separator_of(struct str head)
{
	static const char candidates[] = ",;\t";
	size_t counts[3] = {};
	bool quoted = false;
	for (size_t i = 0; i < head.len && (quoted || head.at[i] != '\n'); i++) {
		const char *found = head.at[i] ? strchr(candidates, head.at[i]) : NULL;
		quoted ^= head.at[i] == '"';
		if (found && !quoted)
			counts[found - candidates]++;
	}
	return counts[2] > counts[0] && counts[2] > counts[1] ? '\t' : counts[1] > counts[0] ? ';' : ',';
}

void csv_begin_text(struct csv_reader *r, struct str *text)
{
	if (str_starts(*text, S("\xEF\xBB\xBF")))
		*text = str_skip(*text, 3);
	if (str_starts(*text, S("sep=")) && text->len > 5) { /* what Excel writes to itself */
		str_line(text);
		r->record_line = ++r->line;
	}
	r->separator = csv_separator_of(*text);
}

static void end_field(struct csv_reader *r)
{
	if (r->fields == CSV_FIELDS_MAX) {
		r->overflow = true;
		return;
	}
	r->ends[r->fields++] = r->record.len;
	r->state = CSV_FIELD_START;
}

static void add_quoted(struct csv_reader *r, char ch)
{
	r->line += ch == '\n';
	buf_addc(&r->record, ch);
	if (!buf_ok(&r->record)) {
		r->overflow = true;
		r->state = CSV_SKIP_LINE;
	}
}

bool csv_add(struct csv_reader *r, char ch)
{
	if (r->state == CSV_QUOTED && ch != '"') {
		add_quoted(r, ch);
		return false;
	}
	if (ch == '\n') {
		if (r->any)
			end_field(r);
		r->line++;
		return true;
	}
	if (r->state == CSV_SKIP_LINE || ch == '\r')
		return false;
	r->any = true;
	if (r->state == CSV_QUOTED) {
		r->state = CSV_QUOTE_IN_QUOTED;
	} else if (ch == '"' && r->state == CSV_QUOTE_IN_QUOTED) {
		buf_addc(&r->record, '"');
		r->state = CSV_QUOTED;
	} else if (ch == '"' && r->state == CSV_FIELD_START) {
		r->state = CSV_QUOTED;
	} else if (ch == r->separator) {
		end_field(r);
	} else {
		buf_addc(&r->record, ch);
		r->state = CSV_PLAIN;
	}
	return false;
}

bool csv_last(struct csv_reader *r)
{
	return r->state != CSV_QUOTED && r->any && csv_add(r, '\n');
}
