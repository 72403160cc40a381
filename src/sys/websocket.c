#include "sys/websocket.h"

enum opcode { CONTINUED = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

struct frame {
	bool is_last;
	int opcode;
	struct str payload;
	size_t size; /* with its head; 0: the rest is still to come */
	bool is_wrong;
};

static struct frame read_frame(struct str bytes, size_t most)
{
	struct frame f = {};
	const u8 *at = (const u8 *)bytes.at;
	if (bytes.len < 2)
		return f;
	size_t head = 2;
	u64 length = at[1] & 0x7F;
	f.is_last = at[0] & 0x80;
	f.opcode = at[0] & 0x0F;
	if (length >= 126) {
		size_t more = length == 126 ? 2 : 8;
		if (bytes.len < head + more)
			return f;
		length = 0;
		for (size_t i = 0; i < more; i++)
			length = length << 8 | at[head + i];
		head += more;
	}
	bool control = f.opcode >= CLOSE, known = f.opcode <= BINARY || (f.opcode >= CLOSE && f.opcode <= PONG);
	/* Bits that no extension of ours uses, a mask that only clients have, a control frame in pieces. */
	f.is_wrong = (at[0] & 0x70) || (at[1] & 0x80) || !known || length > most || (control && (!f.is_last || length > 125));
	if (f.is_wrong || bytes.len - head < length)
		return f;
	f.payload = str_head(str_skip(bytes, head), (size_t)length);
	f.size = head + (size_t)length;
	return f;
}

static void hand_over(struct websocket_reader *r, struct str message)
{
	if (r->is_text && !r->text(r->subject, message))
		r->stopped = true;
}

static void take(struct websocket_reader *r, const struct frame *f)
{
	if (f->opcode == CLOSE)
		r->closed = true;
	if (f->opcode >= CLOSE)
		return;
	if ((f->opcode == CONTINUED) != r->begun || f->payload.len > r->message_max - r->message.len) {
		r->broken = true;
		return;
	}
	if (!r->begun)
		r->is_text = f->opcode == TEXT;
	if (f->is_last && !r->begun) { /* in one frame, as most are */
		hand_over(r, f->payload);
		return;
	}
	r->begun = !f->is_last;
	buf_add(&r->message, f->payload);
	if (!f->is_last)
		return;
	hand_over(r, buf_str(&r->message));
	buf_clear(&r->message);
}

bool websocket_feed(struct websocket_reader *r, struct str bytes)
{
	bool was_kept = r->kept.len > 0;
	if (was_kept)
		buf_add(&r->kept, bytes);
	struct str rest = was_kept ? buf_str(&r->kept) : bytes;
	while (!r->closed && !r->broken && !r->stopped) {
		struct frame f = read_frame(rest, r->message_max);
		r->broken = f.is_wrong;
		if (f.is_wrong || !f.size)
			break;
		take(r, &f);
		rest = str_skip(rest, f.size);
	}
	bool goes_on = !r->closed && !r->broken && !r->stopped;
	struct buf left = {};
	if (goes_on)
		buf_add(&left, rest);
	buf_free(&r->kept);
	r->kept = left;
	return goes_on;
}

bool websocket_is_whole(const struct websocket_reader *r)
{
	return !r->broken && (r->closed || r->stopped || (!r->begun && !r->kept.len));
}

void websocket_end(struct websocket_reader *r)
{
	buf_free(&r->kept);
	buf_free(&r->message);
}
