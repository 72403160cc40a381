/* conform_proof.h: how each act of each connector is proven, said by data in its exchanges and held to what is there. Four members of
 * exchanges/ACT.json: "source", where its texts come from ("real server", "contract", "recorded", "documentation") with "as_of"; "real", a
 * play that does the act on a real server; "contract", a play that does it against a server made of the network's published description;
 * "recorded", payloads of the network beside the checkout (../shared/specs), [{"file", "call", "messages"}], each read by that reader of
 * the row, which must hand over that many messages; "with" are members that the payload leaves to another document.
 *
 * A play says in a line of its own what it proves:  "// Proves KIND (real server): verify fetch reply"  or  "(contract)". A claim without
 * that line fails, and so does a line that no exchanges claim. Payloads that are not there are said, not failed. Include once, after
 * conform_in.h. */
#pragma once
#include "conform_in.h"

#include <dirent.h>

static struct proof {
	struct buf table;
	struct buf claims; /* lines "\nKIND (real server) ACT play" */
	int files_absent;
} proof;

static const char *source_root(void)
{
	const char *source = getenv("PARVIS_SOURCE");
	return source ? source : ".";
}

/* Of the words after the colon of "Proves KIND (how):" in a play, is this one? */
static bool play_proves(const char *play, const char *how, const char *kind, const char *name)
{
	char path[800], opening[120];
	snprintf(path, sizeof path, "%s/%s", source_root(), play);
	snprintf(opening, sizeof opening, "// Proves %s (%s):", kind, how);
	FILE *file = fopen(path, "r");
	if (!file)
		return false;
	char line[600];
	bool is = false;
	while (!is && fgets(line, sizeof line, file)) {
		if (strncmp(line, opening, strlen(opening)) != 0)
			continue;
		struct str words = str_of(line + strlen(opening)), word;
		while (words.len && !is) {
			word = str_trim(str_cut(&words, ' '));
			is = word.len && str_eq(word, str_of(name));
		}
	}
	fclose(file);
	return is;
}

static void claim(const char *member, const char *how, const char *name, char *ret_column, size_t size)
{
	const char *play = json_string_value(json_object_get(b.file, member));
	if (!play)
		return;
	if (!play_proves(play, how, b.kind->word, name))
		WRONG("“%s” claims %s, which has no line “// Proves %s (%s): … %s”", member, play, b.kind->word, how, name);
	buf_addf(&proof.claims, "\n%s (%s) %s %s\n", b.kind->word, how, name, play);
	const char *leaf = strrchr(play, '/');
	snprintf(ret_column, size, "%s", leaf ? leaf + 1 : play);
}

/* Each payload is read, and gives as many messages as is claimed. */
static int recorded_read(void)
{
	const json_t *list = json_object_get(b.file, "recorded"), *one;
	size_t index;
	int read = 0;
	json_array_foreach((json_t *)list, index, one)
	{
		char path[800];
		const struct channel_reader *r = b.kind->readers;
		struct str call = text_in(one, "call");
		while (r && r->call && !str_eq(str_of(r->call), call))
			r++;
		if (!r || !r->call)
			WRONG("“recorded” names the reader “%.*s”, which the row does not have", STR_ARG(call));
		snprintf(path, sizeof path, "%s/../shared/specs/%s", source_root(), json_string_value(json_object_get(one, "file")));
		if (access(path, F_OK) != 0)
			snprintf(path, sizeof path, "%s/../../shared/specs/%s", source_root(), json_string_value(json_object_get(one, "file")));
		if (access(path, F_OK) != 0) {
			proof.files_absent++;
			continue;
		}
		json_error_t where;
		json_t *document = json_load_file(path, 0, &where);
		if (!document)
			WRONG("the payload %s: %s", path, where.text);
		json_object_update(document, json_object_get(one, "with"));
		struct items items = {json_array()};
		fresh();
		if (r->read(&b.cx, &b.account, document, keep, &items) != OK)
			WRONG("the payload %s: %s", path, b.cx.story);
		if ((json_int_t)json_array_size(items.list) != json_integer_value(json_object_get(one, "messages")))
			WRONG("the payload %s gives %zu messages", path, json_array_size(items.list));
		json_decref(items.list);
		json_decref(document);
		read++;
	}
	return read;
}

/* After an act was played: its line of the table. */
static void proof_of_act(const char *name)
{
	static const char *const known[] = {"real server", "contract", "recorded", "documentation"};
	struct str source = text_in(b.file, "source"), of = text_in(b.file, "as_of");
	char runs[24], real[60] = "-", contract[60] = "-", recorded[60] = "-";
	b.fault = "none";
	if (!str_in(source, known, COUNT(known)) || !of.len)
		WRONG("“source” is one of: real server, contract, recorded, documentation; and “as_of” a date");
	snprintf(runs, sizeof runs, "%d", b.played);
	claim("real", "real server", name, real, sizeof real);
	claim("contract", "contract", name, contract, sizeof contract);
	int read = recorded_read();
	if (json_array_size(json_object_get(b.file, "recorded")))
		snprintf(recorded, sizeof recorded, "%d of %zu payloads", read, json_array_size(json_object_get(b.file, "recorded")));
	buf_addf(&proof.table, "# %-12s %-8s | %-18s | %-18s | %-16s | %-13s %s | %6s\n", b.kind->word, name, real, contract, recorded, source.at, of.at, runs);
}

/* What plays say that they prove (of one kind, or of all: NULL), and no exchanges claim. */
static void proof_plays(const char *only)
{
	char folder[700], path[1000], line[600];
	snprintf(folder, sizeof folder, "%s/tests/play", source_root());
	DIR *all = opendir(folder);
	assert_non_null(all);
	for (struct dirent *entry; (entry = readdir(all));) {
		if (!strstr(entry->d_name, ".mjs"))
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		FILE *file = fopen(path, "r");
		assert_non_null(file);
		while (fgets(line, sizeof line, file)) {
			char kind[40], how[40], wanted[1000];
			int at = 0;
			if (sscanf(line, "// Proves %39[^ (] (%39[^)]):%n", kind, how, &at) != 2 || !at)
				continue;
			struct str words = str_of(line + at);
			if (only && strcmp(only, kind) != 0)
				continue;
			while (words.len) {
				struct str word = str_trim(str_cut(&words, ' '));
				snprintf(wanted, sizeof wanted, "\n%s (%s) %.*s tests/play/%.250s\n", kind, how, STR_ARG(word), entry->d_name);
				if (word.len && str_find(buf_str(&proof.claims), str_of(wanted)) < 0)
					fail_msg("tests/play/%s says that it proves “%.*s” of %s (%s); its exchanges do not claim it", entry->d_name, STR_ARG(word), kind, how);
			}
		}
		fclose(file);
	}
	closedir(all);
}

static void proof_print(void)
{
	printf("# %-12s %-8s | %-18s | %-18s | %-16s | %-24s | %6s\n", "connector", "act", "real server", "contract", "recorded", "exchanges from, as of", "runs");
	printf("%s", buf_cstr(&proof.table));
	if (proof.files_absent)
		printf("# %d payloads are not beside the checkout: they were not read\n", proof.files_absent);
}

static void proof_end(void)
{
	buf_free(&proof.table);
	buf_free(&proof.claims);
}
