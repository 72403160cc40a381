#include "channel/signature.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/lang.h"
#include "sys/net.h"
#include "sys/signing.h"

struct str delivery_header(const struct delivery *delivery, const char *name)
{
	for (size_t i = 0; i < delivery->header_count; i++)
		if (str_eq_fold(delivery->headers[i].name, str_of(name)))
			return str_trim(delivery->headers[i].value);
	return (struct str){};
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static struct str decoded(struct cx *cx, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < text.len; i++) {
		bool escape = text.at[i] == '%' && i + 2 < text.len && hex_digit(text.at[i + 1]) >= 0 && hex_digit(text.at[i + 2]) >= 0;
		buf_addc(&b, escape ? (char)(hex_digit(text.at[i + 1]) * 16 + hex_digit(text.at[i + 2])) : text.at[i] == '+' ? ' ' : text.at[i]);
		i += escape ? 2 : 0;
	}
	return buf_keep(&b, cx->arena);
}

struct str delivery_query(struct cx *cx, struct str path, const char *name)
{
	str_cut(&path, '?');
	while (path.len) {
		struct str value = str_cut(&path, '&'), its = str_cut(&value, '=');
		if (str_eq(decoded(cx, its), str_of(name)))
			return decoded(cx, value);
	}
	return (struct str){};
}

bool signature_of_now(const struct cx *cx, struct str seconds)
{
	i64 stamp;
	if (!str_to_i64(seconds, &stamp) || stamp < 0 || stamp > INT64_MAX / SECOND)
		return false;
	i64 age = cx->now - stamp * SECOND;
	return age <= SIGNATURE_AGE && age >= -SIGNATURE_AGE;
}

bool signature_check(struct cx *cx, struct str secrets, const struct delivery *delivery, struct str *ret_story)
{
	struct str id = delivery_header(delivery, "webhook-id"), stamp = delivery_header(delivery, "webhook-timestamp"),
		   list = delivery_header(delivery, "webhook-signature");
	if (!str_trim(secrets).len) {
		*ret_story = str_of(_(N_("This channel has no signing secret, so nothing that is delivered to it can be believed. Give it one.")));
		return false;
	}
	if (!id.len || !signing_holds(cx->arena, secrets, id, stamp, delivery->body, list))
		*ret_story = str_of(_(N_("The delivery is not signed with this channel's secret. It was not taken.")));
	else if (!signature_of_now(cx, stamp))
		*ret_story = str_of(_(N_("The delivery was signed more than five minutes ago, or the clocks differ. It was not taken.")));
	else
		return true;
	return false;
}
