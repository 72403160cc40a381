#include "channel/signature.h"

#include "base/clock.h"
#include "base/lang.h"
#include "sys/crypto.h"
#include "sys/net.h"

#define PREFIX S("whsec_")

struct str delivery_header(const struct delivery *delivery, const char *name)
{
	for (size_t i = 0; i < delivery->header_count; i++)
		if (str_eq_fold(delivery->headers[i].name, str_of(name)))
			return str_trim(delivery->headers[i].value);
	return (struct str){};
}

struct str signature_make(struct cx *cx, struct str secret, struct str id, struct str stamp, struct str body)
{
	CLEANUP(buf_free) struct buf key = {}, message = {}, out = {};
	if (!str_starts(secret, PREFIX) || !base64_read(str_skip(secret, PREFIX.len), BASE64, &key)) {
		buf_clear(&key);
		buf_add(&key, secret);
	}
	buf_add(&message, id);
	buf_addc(&message, '.');
	buf_add(&message, stamp);
	buf_addc(&message, '.');
	buf_add(&message, body);
	struct hash mac = hmac_sha256(buf_str(&key), buf_str(&message));
	wipe(key.at, key.len);
	buf_adds(&out, "v1,");
	buf_add_base64(&out, hash_str(&mac), BASE64);
	return buf_keep(&out, cx->arena);
}

bool signature_of_now(const struct cx *cx, struct str seconds)
{
	i64 stamp;
	if (!str_to_i64(seconds, &stamp) || stamp < 0 || stamp > INT64_MAX / SECOND)
		return false;
	i64 age = cx->now - stamp * SECOND;
	return age <= SIGNATURE_AGE && age >= -SIGNATURE_AGE;
}

bool signature_check(struct cx *cx, struct str secret, const struct delivery *delivery, struct str *ret_story)
{
	struct str id = delivery_header(delivery, "webhook-id"), stamp = delivery_header(delivery, "webhook-timestamp"),
		   list = delivery_header(delivery, "webhook-signature");
	bool right = false;
	if (!secret.len) {
		*ret_story = str_of(_(N_("This channel has no signing secret, so nothing that is delivered to it can be believed. Give it one.")));
		return false;
	}
	struct str wanted = signature_make(cx, secret, id, stamp, delivery->body);
	while (list.len) { /* several, while a secret is being changed */
		struct str one = str_cut(&list, ' ');
		right |= str_eq_secret(one, wanted);
	}
	if (!right || !id.len)
		*ret_story = str_of(_(N_("The delivery is not signed with this channel's secret. It was not taken.")));
	else if (!signature_of_now(cx, stamp))
		*ret_story = str_of(_(N_("The delivery was signed more than five minutes ago, or the clocks differ. It was not taken.")));
	else
		return true;
	return false;
}
