/* cards.h: the cards of the models that ship (docs/models), built in: what each was made of, how well it does, where it fails. */
#pragma once

struct model_card {
	const char *name, *text; /* "language", Markdown in English; NULL ends the table */
};
extern const struct model_card model_cards[];
