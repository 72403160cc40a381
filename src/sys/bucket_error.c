#include "sys/bucket.h"

#define LOOKED_AT ((size_t)64 << 10)
#define WORD_MOST 80

/* What stands between <name> and the next tag, when it is a word: letters, digits, '.', '-'. */
static struct str word_in(struct str body, struct str tag)
{
	ptrdiff_t at = str_find(body, tag);
	if (at < 0)
		return (struct str){};
	struct str rest = str_skip(body, (size_t)at + tag.len), word = str_cut(&rest, '<');
	if (!rest.at || !rest.len || rest.at[0] != '/' || !word.len || word.len > WORD_MOST)
		return (struct str){};
	for (size_t i = 0; i < word.len; i++) {
		char c = word.at[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-'))
			return (struct str){};
	}
	return word;
}

struct bucket_error bucket_error_of(struct str body)
{
	body = str_head(body, LOOKED_AT);
	if (str_find(body, S("<Error>")) < 0 && str_find(body, S("<Error ")) < 0)
		return (struct bucket_error){};
	return (struct bucket_error){.code = word_in(body, S("<Code>")), .region = word_in(body, S("<Region>"))};
}
