/* blob.h: files kept under the name of their content: FOLDER/ab/abcdef…, the BLAKE2b-256 of the bytes in hexadecimal. The same bytes
 * are kept once, whoever brings them; a blob is never changed, so that whoever reads one needs no lock. A blob that no row
 * names is only lost room. */
#pragma once
#include "sys/crypto.h"

#define BLOB_NAME_LEN 64 /* hexadecimal digits */

/* Keeps the bytes and gives their name (cx->arena). One that is there already is not written again. Durable when it returns. */
enum err blob_store(struct cx *cx, const char *folder, struct str bytes, struct str *ret_name);
/* Where it lies (arena). ERR_BAD_INPUT when that is no blob's name: names come from outside too. */
enum err blob_path(struct cx *cx, const char *folder, struct str name, const char **ret_path);
bool blob_named(struct str name); /* could this be one: 64 hexadecimal digits in lower case */
