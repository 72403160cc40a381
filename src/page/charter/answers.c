/* answers.c: the shapes of what these pages answer, for the description of the API; the plays hold real answers to them. */
#include "page/charter/charter.h"

const struct shape charter_shapes[] = {
	{"MadeArticle", "{id: id, article_id: id?}", "The draft, and the article that was added to it."},
	{"CharterVersion", "{id: id, number: text, based_on?: text?, url?: url, published?: Instant?, retired?: Instant?, state?: Word, "
	 "is_current?: bool, published_by?: text, lang?: text, langs?: [{word: text, title: text, url: url, "
	 "is_current: bool}], preamble?: text?, articles?: [CharterArticle]}",
	 "A version of the house rules."},
	{"CharterArticle", "{number: text, title: text, body: text, notice: text?}", "An article of the house rules."},
	{"CharterPage", "{workspace: {slug: text}, public_url: url, can_write: bool, current: {id: id, number: text, published: Instant, "
	 "published_by: text, lang: text, langs: [{word: text, title: text, url: url, is_current: bool}], "
	 "preamble: text?, articles: [{number: text, title: text, body: text, used: text?}]}?, draft: {id: id, "
	 "number: text, about: text, created: Instant}?, models: [{word: text, title: text, about: text}], "
	 "versions: [{id: id, number: text, url: url, published: Instant, retired: Instant?, state: Word, "
	 "is_current: bool, published_by: text}], has_versions: bool}"},
	{"PublicCharter", "{is_draft: bool, back_url: url?, charter: {number: text?, published: Instant?, lang: text, is_current: bool, "
	 "current_url: url, preamble: text?, articles: [{number: text, title: text, body: text}]}?, "
	 "languages: [{word: text, title: text, url: url}], has_versions: bool, versions: [{number: text, url: url, "
	 "published: Instant, is_shown: bool}], figures: ModerationFigures?, workspace: {name: text, slug: text, "
	 "avatar: Avatar}, appeal_days: text}"},
	{"CharterVersionPage", "{version: CharterVersion, preamble?: {url: url, is_current: bool, missing: text?}?, articles?: [{id: id, "
	 "number: text, title: text, url: url, is_current: bool, missing: text?}], previews?: [{word: text, title: text, "
	 "url: url}], edit?: {is_preamble: bool, id: id?, number: text?, title: text?, is_first: bool, is_last: bool, "
	 "fr: {title: text, body: text, notice: text}, en: {title: text, body: text, notice: text}}, "
	 "changes?: [{icon: text, text: text}], obstacles?: [text], can_publish?: bool}"},
	{},
};
