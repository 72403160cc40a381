#include "model/quote.h"

#include <string.h>

#define SIGNATURE_LINES 12
#define ATTRIBUTION_LINES 3
#define ATTRIBUTION_MAX 400

static bool starts_fold(struct str line, const char *prefix)
{
	return str_eq_fold(str_head(line, strlen(prefix)), str_of(prefix));
}

static bool is_quoted(struct str line)
{
	return str_starts(str_trim(line), S(">"));
}

static bool is_rule(struct str line)
{
	line = str_trim(line);
	for (size_t i = 0; i < line.len; i++)
		if (line.at[i] != '_' && line.at[i] != '-')
			return false;
	return line.len >= 20;
}

/* ---- how a history begins ---- */

/* "On Saturday … wrote:", "Le sam. 21 nov. 2026 à 10:00, Jane <…> a écrit :", over up to three lines. Bytes of it; 0: it is none. */
static size_t attribution(struct str rest)
{
	static const char *const openings[] = {"on ", "le ", "am ", "el ", "il ", "em ", "op "};
	static const char *const endings[] = {"wrote:", "a écrit :", "a écrit:", "a écrit\u00A0:", "a écrit\u202F:", "schrieb:", "escribió:", "ha scritto:", "escreveu:", "schreef:"};
	bool opens = false;
	struct str all = rest;
	for (size_t i = 0; i < COUNT(openings); i++)
		opens |= starts_fold(rest, openings[i]);
	for (int n = 0; opens && n < ATTRIBUTION_LINES && rest.len; n++) {
		struct str line = str_trim(str_line(&rest));
		size_t used = all.len - rest.len;
		if (!line.len || used > ATTRIBUTION_MAX)
			return 0;
		for (size_t i = 0; i < COUNT(endings); i++)
			if (str_ends(line, str_of(endings[i])))
				return used;
	}
	return 0;
}

/* "-----Original Message-----", and the lines From, Sent, To, Subject of Outlook. What is forwarded is what the mail is about: it stays. */
static bool is_header_block(struct str rest)
{
	static const char *const marks[] = {"-----original message-----", "-----message d'origine-----", "-----message d’origine-----", "----- original message -----",
					    "----- message original -----", "-----ursprüngliche nachricht-----"};
	static const char *const from[] = {"from:", "de :", "de\u00A0:", "de:", "von:", "*from:*", "*de :*"};
	static const char *const then[] = {"sent:", "date:", "to:", "envoyé :", "envoyé\u00A0:", "envoyé:", "date :", "date\u00A0:", "à :", "à\u00A0:", "à:", "gesendet:", "an:", "*sent:*",
					   "*envoyé :*", "*date:*"};
	struct str line = str_trim(str_line(&rest));
	if (is_rule(line))
		line = str_trim(str_line(&rest));
	for (size_t i = 0; i < COUNT(marks); i++)
		if (starts_fold(line, marks[i]))
			return true;
	bool opens = false;
	for (size_t i = 0; i < COUNT(from); i++)
		opens |= starts_fold(line, from[i]);
	line = str_trim(str_line(&rest));
	for (size_t i = 0; opens && i < COUNT(then); i++)
		if (starts_fold(line, then[i]))
			return true;
	return false;
}

static bool is_dashes(struct str line) /* "-- ", behind which a signature stands (RFC 3676) */
{
	return str_eq(line, S("-- ")) || str_eq(line, S("--")) || str_eq(line, S("-- \r"));
}

static bool is_telephone(struct str line)
{
	static const char *const marks[] = {"sent from my ", "envoyé de mon ", "envoyé depuis mon ", "envoyé à partir de ", "get outlook for ", "télécharger outlook pour ",
					    "obtenir outlook pour ", "envoyé depuis l"};
	for (size_t i = 0; i < COUNT(marks); i++)
		if (starts_fold(line, marks[i]))
			return line.len < 120;
	return false;
}

/* ---- what follows ---- */

/* Nothing but quoted lines, and a signature under them. */
static bool only_quoted(struct str rest)
{
	bool quoted = false;
	while (rest.len) {
		struct str line = str_line(&rest);
		if (is_dashes(line) && quoted)
			return true;
		if (str_trim(line).len && !is_quoted(line))
			return false;
		quoted |= is_quoted(line);
	}
	return quoted;
}

static struct str first_written(struct str rest)
{
	struct str line = {};
	while (rest.len && !line.len)
		line = str_trim(str_line(&rest));
	return line;
}

static bool is_signature(struct str rest)
{
	struct str line = str_line(&rest);
	int lines = 0;
	if (!is_dashes(line) && !is_telephone(str_trim(line)))
		return false;
	while (rest.len && lines <= SIGNATURE_LINES) {
		if (attribution(rest) || is_header_block(rest))
			return true;
		line = str_line(&rest);
		if (is_quoted(line))
			return only_quoted(rest) || !str_trim(rest).len;
		lines++;
	}
	return lines <= SIGNATURE_LINES;
}

static bool begins_here(struct str line, struct str rest)
{
	size_t told = attribution(rest);
	if (told) { /* with its lines marked, they must be all that follows; programs that write HTML mark none */
		struct str after = str_skip(rest, told);
		return !is_quoted(first_written(after)) || only_quoted(after);
	}
	return is_header_block(rest) || is_signature(rest) || (is_quoted(line) && only_quoted(rest));
}

size_t quote_begins(struct str text)
{
	struct str rest = text;
	bool quoted_before = false;
	while (rest.len) { /* a block of marked lines is read from its first one alone, so that all of it stays one walk */
		struct str here = rest, line = str_line(&rest);
		bool quoted = is_quoted(line);
		size_t at = text.len - here.len;
		if (!(quoted && quoted_before) && begins_here(line, here))
			return str_trim(str_head(text, at)).len ? at : text.len;
		quoted_before = quoted;
	}
	return text.len;
}
