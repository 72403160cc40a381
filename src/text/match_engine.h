/* match_engine.h: what the files of the matcher share. Only match*.c and query_needs.c see it. Everything is in the pool of its struct match.
 *
 * A leaf is something that is true of a post or not, kept once however many queries ask for it. A query is its code: the tree in pre-order,
 * a number of 32 bits a node: bit 0 turns the answer round, bits 1 and 2 are the kind, the rest is the leaf, or how many numbers
 * follow that belong to the node. */
#pragma once
#include "base/pool.h"
#include "text/match.h"
#include "text/place.h"
#include "text/query_words.h"

enum match_kind {
	LEAF_WORD = 1,
	LEAF_SIGNED,
	LEAF_PREFIX,
	LEAF_PHRASE, /* key: the leaf of all words but the last, the leaf of the last */
	LEAF_NEAR,   /* key: two leaves, the smaller first; the distance */
	LEAF_FIELD,  /* "lang:fr" */
	LEAF_OVER,   /* more followers than the key says */
	LEAF_UNDER,
	LEAF_PLACE,  /* names one after the other: "lyon", "united kingdom" */
};

struct ids {
	u32 *at;
	u32 count, capacity;
};

struct leaf {
	struct ids waiting;  /* queries: number · 2, + 1 when the leaf alone makes it certain */
	struct ids nears;    /* NEARs that are looked at when this one is there: by twos, its other leaf and its own */
	const char *key;
	u32 key_len;
	u32 refs;            /* 0: free */
	u32 phrases;         /* that begin with this one */
	u32 places_wanted;   /* by NEARs */
	float seen;          /* in posts, older ones counting less */
	u8 kind;
	u8 side;             /* of a NEAR: which of its two leaves it waits at */
	u8 names;            /* of a PLACE: how many */
};
static_assert(sizeof(struct leaf) <= 64, "a leaf is one line of the cache");

struct stored {
	u32 *code;
	u32 count;        /* of the code; the leaves that it waits at stand behind it */
	u32 waits;        /* + 1 in bit 0 of those it is certain by */
};

/* Where a leaf stands in the post, for NEAR: words from..to. */
struct place {
	u32 from, to;
	u32 before; /* the one before it, of the same leaf; 0 = none */
	u32 count;  /* of the leaf, up to this */
};

struct match {
	struct arena *arena;
	struct pool *pool;
	u64 seed;
	struct leaf *leaves;      /* [0] is none */
	u32 leaf_count, leaf_capacity;
	struct ids free_leaves;
	u64 *slots;               /* of the table of leaves by key: high half the hash, low half the leaf; 0 is free */
	u32 slot_mask, slots_used;
	u32 prefix_lengths[QUERY_WORD_MAX + 2]; /* how many beginnings have so many bytes */
	u8 prefix_active[QUERY_WORD_MAX + 2];   /* these lengths, ascending */
	u32 prefix_active_count;
	u64 *prefix_sieve;        /* bits by hash: a beginning may be there */
	u32 prefixes_gone;        /* since the sieve was made */
	u32 fields;               /* how many FIELD leaves */
	struct ids ranges;        /* the OVER and UNDER leaves */
	u32 places_asked[PLACE_ASKED_MAX + 1]; /* how many PLACE leaves have so many names */
	struct stored *queries;
	u32 query_count, query_capacity, queries_live;
	struct ids free_queries;
	/* of the post at hand */
	struct query_words words;
	u64 *there;               /* a bit for each leaf */
	u32 *met;                 /* for each query: the round in which it was looked at */
	u32 *places_of;           /* for each leaf: its last place; 0 = none */
	struct ids found;         /* leaves that are there */
	struct ids plain;         /* the leaf of each word of the post; 0 = none */
	struct ids matched;
	struct place *places;
	u32 place_count, place_capacity;
	u32 round;
	/* learning */
	float posts;
	u32 settle_at, settle_posts; /* where choosing again goes on, and in how many posts it comes round */
	u64 looked_at;
	struct ids chosen, best; /* scratch of choosing */
};

#define SIEVE_BITS (1u << 16)

#define CODE_LEAF 0u
#define CODE_AND 1u
#define CODE_OR 2u
static inline u32 code_kind(u32 code) { return code >> 1 & 3; }
static inline bool code_not(u32 code) { return code & 1; }
static inline u32 code_value(u32 code) { return code >> 3; }
static inline u32 code_of(u32 kind, u32 value) { return value << 3 | kind << 1; }

void ids_add(struct match *match, struct ids *ids, u32 id);
void ids_remove(struct ids *ids, u32 id); /* one that is there; the last takes its place */
void ids_free(struct match *match, struct ids *ids);
/* Room for so many items of `size` bytes, the first `count` kept. */
void *match_grow(struct match *match, void *items, size_t size, u32 count, u32 *capacity, u32 wanted);

/* ---- leaves (match_leaf.c) ---- */

u64 leaf_hash(const struct match *match, enum match_kind kind, struct str key);
u64 leaf_hash_pair(const struct match *match, u32 left, u32 right);
u32 leaf_find(const struct match *match, enum match_kind kind, struct str key, u64 hash); /* 0: there is none */
u32 leaf_find_phrase(const struct match *match, u32 left, u32 right);
/* The leaf for a node of a tree, with one more reference. */
u32 leaf_for(struct match *match, const struct query *query);
void leaf_drop(struct match *match, u32 leaf);

/* A NEAR waits at the rarer of its leaves, as far as is known. */
void near_wait(struct match *match, u32 near);
void near_unwait(struct match *match, u32 near);

/* ---- where queries wait (match_settle.c) ---- */

float leaf_thought(enum match_kind kind, struct str key); /* in how many posts it is, of one, before any was seen */
float leaf_cost(const struct match *match, u32 leaf);     /* the same, with what was seen */

void stored_wait(struct match *match, u32 number);   /* at the best leaves, as far as is known */
void stored_unwait(struct match *match, u32 number);
void match_settle(struct match *match);              /* a share of the queries chooses again; once a post */
