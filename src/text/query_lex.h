/* query_lex.h: the pieces that a listening query is written in: blanks, parentheses, quotes and what stands between. Only query*.c see it.
 * A piece is borrowed from the text; nothing allocates. */
#pragma once
#include "text/query.h"

enum query_piece {
	PIECE_END, PIECE_OPEN, PIECE_CLOSE, PIECE_AND, PIECE_OR, PIECE_NOT, PIECE_NEAR, PIECE_QUOTED, PIECE_FIELD, PIECE_WORDS,
};

struct query_lexer {
	struct str rest;
	enum query_piece piece;
	struct str at;         /* the piece as written */
	struct str value;      /* between the quotes; behind the colon */
	struct str name;       /* of a field */
	i64 distance;          /* of NEAR */
};

/* The next piece. False: *ret_fault says what is wrong with it. */
bool query_lex(struct query_lexer *lexer, struct query_fault *ret_fault);
bool query_fault_at(struct query_fault *fault, struct str at, const char *story); /* fills it, and is false */
