#include "web/kernel.h"

#include "base/utf8.h"
#include "web/header.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define GZIP_LEAST 1024
#define GZIP_LEVEL 3

static void give(struct request *request, int status, struct MHD_Response *response, size_t bytes)
{
	must(response);
	if (request->answer.response)
		MHD_destroy_response(request->answer.response);
	request->answer = (struct answer){status, response, bytes};
}

static bool worth_gzip(const char *type)
{
	return strncmp(type, "text/", 5) == 0 || strstr(type, "json") || strstr(type, "xml") || strstr(type, "javascript");
}

static struct str gzip(struct request *request, struct str text)
{
	struct place *place = request->place;
	if (!place)
		return (struct str){};
	if (!place->gzip)
		place->gzip = libdeflate_alloc_compressor(GZIP_LEVEL);
	must(place->gzip);
	struct buf *packed = buf_in_arena(request->arena);
	char *room = buf_room(packed, text.len);
	size_t len = room ? libdeflate_gzip_compress(place->gzip, text.at, text.len, room, text.len) : 0;
	return (struct str){room, len};
}

/* Pieces into one number; the seed is the process's, so that nobody can prepare two pages with one tag. */
static u64 mix_piece(u64 tag, struct str piece)
{
	return (tag ^ str_hash(piece)) * 0x9e3779b97f4a7c15u + (tag >> 29);
}

/* Of the text without what differs each time (the form's token), and what it depends on besides. A cryptographic hash of a whole page
 * would cost more than drawing it. */
static struct str tag_of(struct request *request, const struct body *body)
{
	static u64 seed;
	if (!seed)
		randombytes_buf(&seed, sizeof seed);
	u64 tag = seed;
	struct str rest = buf_str(body->text);
	while (body->tag_skip.len) {
		const char *found = memmem(rest.at, rest.len, body->tag_skip.at, body->tag_skip.len);
		if (!found)
			break;
		tag = mix_piece(tag, str_span(rest.at, found));
		rest = str_skip(rest, (size_t)(found - rest.at) + body->tag_skip.len);
	}
	tag = mix_piece(mix_piece(tag, rest), body->tag_more);
	return arena_printf(request->arena, "W/\"%016llx\"", (unsigned long long)tag);
}

static bool tag_known(struct request *request, struct str tag)
{
	struct str rest = request_header(request, "If-None-Match");
	while (rest.len) {
		struct str item = str_trim(str_cut(&rest, ','));
		if (str_eq(item, tag) || str_eq(item, S("*")) || str_eq(item, str_skip(tag, 2)))
			return true;
	}
	return false;
}

void send_body(struct request *request, struct reply *reply, int status, struct body body)
{
	struct str text = buf_str(body.text), packed = {}, tag = {};
	if (body.tagged && status == MHD_HTTP_OK && request->method == METHOD_GET) {
		tag = tag_of(request, &body);
		if (tag_known(request, tag)) {
			status = MHD_HTTP_NOT_MODIFIED;
			text = (struct str){};
		}
	}
	double quality;
	bool packable = worth_gzip(body.type);
	if (packable && text.len > GZIP_LEAST && header_has(request_header(request, "Accept-Encoding"), S("gzip"), &quality))
		packed = gzip(request, text);
	if (packed.len)
		text = packed;
	/* The text lives in the request's arena, which goes when the answer is out. */
	struct MHD_Response *response = MHD_create_response_from_buffer(text.len, (void *)text.at, MHD_RESPMEM_PERSISTENT);
	must(response);
	if (status != MHD_HTTP_NOT_MODIFIED)
		header_set(reply, response, "Content-Type", body.type);
	if (packed.len)
		header_set(reply, response, "Content-Encoding", "gzip");
	if (tag.len)
		header_set(reply, response, "ETag", tag.at);
	header_set(reply, response, "Cache-Control", body.cache ? body.cache : "no-store");
	header_set(reply, response, "Vary", "Accept, Accept-Encoding, Cookie, HX-Request");
	headers_add(request, reply, response);
	give(request, status, response, text.len);
}

void send_empty(struct request *request, struct reply *reply, int status)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
	must(response);
	header_set(reply, response, "Cache-Control", "no-store");
	headers_add(request, reply, response);
	give(request, status, response, 0);
}

bool header_range(struct str header, i64 size, i64 *ret_from, i64 *ret_to)
{
	if (!str_starts(header, S("bytes=")))
		return false;
	struct str rest = str_skip(header, strlen("bytes=")), first = str_trim(str_cut(&rest, '-')), last = str_trim(rest);
	i64 from = 0, to = size - 1;
	if (!first.len) {
		if (!str_to_i64(last, &from) || from <= 0)
			return false;
		from = from < size ? size - from : 0;
	} else if (!str_to_i64(first, &from) || (last.len && !str_to_i64(last, &to))) {
		return false;
	}
	if (to >= size)
		to = size - 1;
	if (from < 0 || from > to)
		return false;
	*ret_from = from;
	*ret_to = to;
	return true;
}

static struct str disposition(struct request *request, struct str name)
{
	struct buf *text = buf_in_arena(request->arena);
	buf_adds(text, "attachment; filename*=UTF-8''");
	buf_add_url(text, utf8_head(name, 100));
	return (struct str){buf_cstr(text), text->len};
}

enum err send_file(struct request *request, struct reply *reply)
{
	struct cx *cx = &request->cx;
	int file = open(reply->path, O_RDONLY | O_CLOEXEC);
	struct stat about;
	if (file < 0 || fstat(file, &about) < 0 || !S_ISREG(about.st_mode)) {
		int why = errno;
		if (file >= 0)
			close(file);
		return why == ENOENT ? fail(cx, ERR_MISSING, "This file is no longer there.")
				     : fail(cx, ERR_SYSTEM, "The file cannot be read (%s).", strerror(why));
	}
	i64 from = 0, to = about.st_size - 1;
	int status = reply->status ? reply->status : MHD_HTTP_OK;
	struct str range = request_header(request, "Range");
	bool wanted = str_starts(range, S("bytes=")) && str_find_byte(range, ',') < 0 && status == MHD_HTTP_OK;
	if (wanted && !header_range(range, about.st_size, &from, &to)) {
		close(file);
		reply_header(reply, "Content-Range", arena_printf(cx->arena, "bytes */%lld", (long long)about.st_size));
		send_empty(request, reply, MHD_HTTP_RANGE_NOT_SATISFIABLE);
		return OK;
	}
	struct MHD_Response *response = MHD_create_response_from_fd_at_offset64((u64)(to - from + 1), file, (u64)from);
	must(response);
	if (wanted) {
		struct str part =
		    arena_printf(cx->arena, "bytes %lld-%lld/%lld", (long long)from, (long long)to, (long long)about.st_size);
		reply_header(reply, "Content-Range", part);
		status = MHD_HTTP_PARTIAL_CONTENT;
	}
	header_set(reply, response, "Content-Type", reply->type);
	header_set(reply, response, "Accept-Ranges", "bytes");
	header_set(reply, response, "Cache-Control", "private, no-cache");
	/* A file may hold what somebody outside wrote: in a sandbox, shown or saved, with nothing of ours within reach. */
	if (reply->download_name.len)
		header_set(reply, response, "Content-Disposition", disposition(request, reply->download_name).at);
	header_set(reply, response, "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
	headers_add(request, reply, response);
	give(request, status, response, (size_t)(to - from + 1));
	return OK;
}
