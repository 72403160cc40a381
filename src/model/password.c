#include "model/password.h"

#include "base/types.h"

#include <string.h>

#define LOOKED_AT 128 /* letters; a longer one is judged by its beginning */
#define LEFT_LEAST 4  /* different letters of one's own that make a password somebody's; a digit or sign is half a letter */
#define OWN_LEAST 4
#define ROW_LEAST 3   /* keys or letters in a row that count as one */

/* What lists of stolen passwords are full of, without the digits that people add. No word that would spoil a sentence: below five letters only
 * what is no word of a language. */
static const char *const words[] = {
	"password", "passwort", "passwd", "motdepasse", "contrasena", "senha", "parola", "admin", "administrator", "administrateur", "root", "login", "welcome", "bienvenue",
	"bonjour", "soleil", "chouchou", "doudou", "loulou", "marseille", "jetaime", "iloveyou", "princess", "princesse", "dragon", "monkey", "football", "baseball",
	"letmein", "master", "sunshine", "shadow", "superman", "batman", "pokemon", "starwars", "trustno", "whatever", "qwerty", "qwertz", "azerty", "asdf", "zxcv", "wxcv",
	"secret", "changeme", "default", "computer", "internet", "google", "facebook", "twitter", "instagram", "parvis", "community", "manager", "summer", "winter", "spring",
	"autumn", "printemps", "hiver", "automne", "janvier", "january", "february", "september", "october", "november", "december", "monday", "lundi", "paris", "france",
	"nicolas", "camille", "michael", "jessica", "charlie", "thomas", "daniel", "abc", "test", "guest", "user", "demo", "temp",
};
/* Keys beside each other, on the keyboards of the two languages, and the alphabet. */
static const char *const rows[] = {"abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "01234567890"};

/* A letter as it is meant: "P4$$w0rd" is "password". 0 for what is none. */
static char meant(char c)
{
	static const char written[] = "0134578@$!", read[] = "oieastbasi";
	if (c >= 'A' && c <= 'Z')
		return (char)(c + 32);
	const char *at = c ? strchr(written, c) : NULL;
	if (at)
		return read[at - written];
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80 ? c : 0;
}

static size_t same(const char *text, size_t len, struct str word)
{
	return word.len && word.len <= len && memcmp(text, word.at, word.len) == 0 ? word.len : 0;
}

static size_t of_word(const char *text, size_t len, const struct str *own, size_t count)
{
	size_t most = 0;
	for (size_t i = 0; i < COUNT(words); i++) {
		size_t n = same(text, len, str_of(words[i]));
		most = n > most ? n : most;
	}
	for (size_t i = 0; i < count; i++) {
		char plain[LOOKED_AT];
		size_t size = 0;
		for (size_t j = 0; j < own[i].len && size < sizeof plain; j++)
			if (meant(own[i].at[j]))
				plain[size++] = meant(own[i].at[j]);
		size_t n = size >= OWN_LEAST ? same(text, len, (struct str){plain, size}) : 0;
		most = n > most ? n : most;
	}
	return most;
}

/* How many letters from here on are one letter, or a row of keys, forwards or backwards. */
static size_t of_row(const char *text, size_t len)
{
	size_t most = 1;
	while (most < len && text[most] == text[0])
		most++;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (int way = -1; way <= 1; way += 2) {
			const char *at = memchr(rows[i], text[0], strlen(rows[i]));
			size_t n = at != NULL;
			while (at && n < len && at + way >= rows[i] && at[way] && at[way] == text[n]) {
				at += way;
				n++;
			}
			most = n > most ? n : most;
		}
	return most >= ROW_LEAST ? most : 0;
}

bool password_is_usual(struct str password, const struct str *own, size_t count)
{
	char letters[LOOKED_AT], raw[LOOKED_AT];
	bool seen[256] = {};
	size_t len = 0, halves = 0;
	for (size_t i = 0; i < password.len && len < LOOKED_AT; i++)
		if (!strchr(" -_.", password.at[i])) {
			raw[len] = password.at[i] >= 'A' && password.at[i] <= 'Z' ? (char)(password.at[i] + 32) : password.at[i];
			letters[len] = meant(password.at[i]);
			len++;
		}
	for (size_t at = 0; at < len;) {
		size_t word = of_word(letters + at, len - at, own, count), row = of_row(raw + at, len - at), taken = word > row ? word : row;
		unsigned char c = (unsigned char)raw[at];
		if (!taken && !seen[c]) {
			seen[c] = true; /* the same one again adds nothing */
			halves += (c >= 'a' && c <= 'z') || c >= 0x80 ? 2 : 1;
		}
		at += taken ? taken : 1;
	}
	return halves < 2 * LEFT_LEAST;
}
