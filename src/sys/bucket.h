/* bucket.h: the wall to storage that speaks S3 (Amazon's, MinIO, Garage, Ceph, Scaleway, OVH …): kept files under the names of their content, asked by net.h, signed by libcurl
 * (docs/decisions/0023-buckets.md). Addresses are of the path's style, ENDPOINT/BUCKET/PREFIX/ab/abcdef…, which all of them take, so that a copy of the bucket's folder is the folder
 * of kept files.
 *
 * What must stay true: nothing is ever removed from a bucket; OK is said only of what the bucket confirmed by an answer that is understood; the secret is in no story. Failures:
 * ERR_MISSING without a story, the bucket does not have it; ERR_LATER, it does not answer, or wants a pause; ERR_DENIED, its settings are wrong, the story says which and what to do;
 * ERR_REMOTE, its answer is none of S3. Nothing else is allocated than in arenas; not for two threads at once, as net.h is not. */
#pragma once
#include "base/cx.h"

struct net;
struct bucket;

struct bucket_settings {
	struct str store;    /* "s3://bucket" or "s3://bucket/prefix" */
	struct str endpoint; /* "https://s3.example.org"; empty: Amazon's of the region */
	struct str region;   /* empty: us-east-1 */
	struct str id, secret;
};

/* Can these be settings of one? ERR_BAD_INPUT on "media_store", "media_region". */
enum err bucket_settings_check(struct cx *cx, const struct bucket_settings *settings);
/* In the arena; the net is borrowed, texts are copied. */
enum err bucket_open(struct cx *cx, const struct bucket_settings *settings, struct net *net, struct bucket **ret_bucket);
struct str bucket_place(const struct bucket *bucket); /* "https://s3.example.org/bucket/prefix": what is kept where is noted by it */

/* By a blob's name (64 hexadecimal digits). */
enum err bucket_has(struct cx *cx, struct bucket *bucket, struct str name, i64 *ret_size);
enum err bucket_put(struct cx *cx, struct bucket *bucket, struct str name, struct str bytes);
/* Its bytes by pieces; false stops (ERR_LATER). What came is not looked at here: whoever takes it knows its hash. */
enum err bucket_get(struct cx *cx, struct bucket *bucket, struct str name, i64 size_most, bool (*take)(void *subject, struct str piece), void *subject);
/* A small file, PREFIX/parvis-check, is written and read again: do the settings do? */
enum err bucket_try(struct cx *cx, struct bucket *bucket);

/* ---- what it answers when it does not do it ---- */

/* The XML of an error: its Code ("NoSuchKey") and the region it names; empty when there is none. Any bytes; linear; the first 64 KiB are looked at. Borrowed from the body. */
struct bucket_error {
	struct str code, region;
};
struct bucket_error bucket_error_of(struct str body);
