#include "page/once.h"

#include "base/clock.h"
#include "sys/crypto.h"

#include <stdio.h>

#define LIFE (15 * MINUTE)

static struct str context_of(struct cx *cx, const char *name)
{
	return arena_printf(cx->arena, "once:%s:%lld", name, (long long)(cx->actor ? cx->actor->user : 0));
}

static const char *cookie_of(struct cx *cx, const char *name)
{
	return arena_printf(cx->arena, "parvis_once_%s", name).at;
}

void once_put(struct cx *cx, struct reply *reply, const char *name, struct str text)
{
	CLEANUP(buf_free) struct buf value = {}, dated = {};
	buf_addf(&dated, "%lld ", (long long)cx->now);
	buf_add(&dated, text); /* any bytes: a secret may hold a zero */
	buf_add_base64(&value, seal(cx->arena, page_setup.totp, context_of(cx, name), buf_str(&dated)), BASE64_URL);
	reply_cookie(reply, cookie_of(cx, name), buf_keep(&value, cx->arena), LIFE / SECOND);
}

bool once_look(struct cx *cx, const struct request *request, const char *name, struct str *ret_text)
{
	CLEANUP(buf_free) struct buf sealed = {};
	struct str dated, cookie = request_cookie(request, cookie_of(cx, name));
	i64 at;
	if (!cookie.len || !base64_read(cookie, BASE64_URL, &sealed))
		return false;
	if (seal_open(cx, page_setup.totp, context_of(cx, name), buf_str(&sealed), &dated) != OK) {
		cx_forget(cx);
		return false;
	}
	if (!str_to_i64(str_cut(&dated, ' '), &at) || at > cx->now || cx->now - at > LIFE)
		return false;
	*ret_text = dated;
	return true;
}

void once_forget(struct reply *reply, const char *name)
{
	char cookie[64];
	snprintf(cookie, sizeof cookie, "parvis_once_%s", name);
	reply_cookie(reply, cookie, S("-"), -1);
}

bool once_take(struct cx *cx, const struct request *request, struct reply *reply, const char *name, struct str *ret_text)
{
	if (!once_look(cx, request, name, ret_text))
		return false;
	once_forget(reply, name);
	return true;
}
