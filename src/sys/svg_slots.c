/* svg_slots.c: a walk over the tags of a drawing that svg_clean() wrote. */
#include "sys/svg_slots.h"

#include "base/utf8.h"

#include <math.h>
#include <string.h>

#define DEFAULT_COLOUR 0x1f2a37u

/* ---- tags ---- */

struct tag {
	struct str whole;  /* "<rect x="1"/>" */
	struct str name;
	bool closes, empty;
};

/* The next tag from `at` on; false: there is none. */
static bool next_tag(struct str drawing, size_t at, struct tag *ret_tag, size_t *ret_end)
{
	struct str rest = str_skip(drawing, at);
	ptrdiff_t begin = str_find_byte(rest, '<');
	if (begin < 0)
		return false;
	rest = str_skip(rest, (size_t)begin);
	ptrdiff_t end = str_find_byte(rest, '>');
	if (end < 1)
		return false;
	struct tag tag = {.whole = str_head(rest, (size_t)end + 1), .closes = rest.at[1] == '/', .empty = rest.at[end - 1] == '/'};
	struct str name = str_skip(tag.whole, tag.closes ? 2 : 1);
	size_t length = 0;
	while (length < name.len && !strchr(" />", name.at[length]))
		length++;
	tag.name = str_head(name, length);
	*ret_tag = tag;
	*ret_end = (size_t)(tag.whole.at - drawing.at) + tag.whole.len;
	return true;
}

/* As it stands, with what is escaped in it. */
static struct str attribute(const struct tag *tag, const char *name)
{
	size_t length = strlen(name);
	for (size_t i = 1; i + length + 3 < tag->whole.len; i++)
		if (tag->whole.at[i] == ' ' && memcmp(tag->whole.at + i + 1, name, length) == 0 && memcmp(tag->whole.at + i + 1 + length, "=\"", 2) == 0) {
			struct str value = str_skip(tag->whole, i + length + 3);
			ptrdiff_t end = str_find_byte(value, '"');
			return str_head(value, end < 0 ? 0 : (size_t)end);
		}
	return (struct str){};
}

/* Where the element that `tag` begins ends: behind its own closing tag. */
static size_t end_of(struct str drawing, const struct tag *tag, size_t behind)
{
	struct tag inner;
	size_t depth = 1;
	if (tag->empty)
		return behind;
	while (depth && next_tag(drawing, behind, &inner, &behind))
		depth = inner.closes ? depth - 1 : inner.empty ? depth : depth + 1;
	return depth ? drawing.len : behind;
}

/* ---- names ---- */

static const struct {
	const char *word;
	enum svg_slot_kind kind;
} kinds[] = {{"texte", SVG_SLOT_TEXT}, {"text", SVG_SLOT_TEXT}, {"picture", SVG_SLOT_PICTURE}, {"image", SVG_SLOT_PICTURE}, {"photo", SVG_SLOT_PICTURE}, {"logo", SVG_SLOT_LOGO}};

const char *svg_slot_word(enum svg_slot_kind kind)
{
	return kind == SVG_SLOT_TEXT ? "text" : kind == SVG_SLOT_PICTURE ? "picture" : "logo";
}

/* Illustrator writes what an id cannot hold as _x20_, and a number behind names that are there twice: "text_title_1_". */
static struct str plain_name(struct arena *arena, struct str id)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < id.len && b.len < SVG_SLOT_NAME_MAX + 20; i++) {
		char c = id.at[i];
		if (c == '_' && i + 4 < id.len && id.at[i + 1] == 'x' && id.at[i + 4] == '_') {
			c = '-';
			i += 4;
		}
		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 'a' - 'A');
		bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (kept)
			buf_addc(&b, c);
		else if (b.len && b.at[b.len - 1] != '-' && (u8)c < 0x80)
			buf_addc(&b, '-');
	}
	size_t length = b.len;
	if (id.len && id.at[id.len - 1] == '_' && length && b.at[length - 1] == '-') { /* the number of a copy */
		size_t digits = length - 1;
		while (digits && b.at[digits - 1] >= '0' && b.at[digits - 1] <= '9')
			digits--;
		if (digits < length - 1 && digits && b.at[digits - 1] == '-')
			length = digits;
	}
	while (length && b.at[length - 1] == '-')
		length--;
	return arena_str(arena, str_head(buf_str(&b), length));
}

static bool is_slot(struct arena *arena, struct str id, enum svg_slot_kind *ret_kind, struct str *ret_name)
{
	if (!id.len || id.len > 100)
		return false;
	struct str name = plain_name(arena, id);
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct str word = str_of(kinds[i].word);
		if (!str_starts(name, word) || (name.len > word.len && name.at[word.len] != '-'))
			continue;
		struct str rest = str_head(str_skip(name, name.len > word.len ? word.len + 1 : word.len), SVG_SLOT_NAME_MAX);
		*ret_kind = kinds[i].kind;
		*ret_name = rest.len ? rest : str_of(svg_slot_word(kinds[i].kind));
		return true;
	}
	return false;
}

/* ---- styles ---- */

static struct str declared(struct str declarations, const char *property)
{
	struct str found = {};
	while (declarations.at) {
		struct str value = str_cut(&declarations, ';'), name = str_cut(&value, ':');
		if (str_eq(str_trim(name), str_of(property)) && value.at)
			found = str_trim(value);
	}
	return found;
}

static bool has_word(struct str list, struct str word)
{
	while (list.at)
		if (str_eq(str_cut(&list, ' '), word))
			return true;
	return false;
}

/* By the classes of a tag, in the sheets of the drawing: ".a, .b{…}"; the last rule wins. */
static struct str by_class(struct str drawing, struct str classes, const char *property)
{
	struct str found = {};
	struct tag tag;
	for (size_t at = 0; classes.len && next_tag(drawing, at, &tag, &at);) {
		if (tag.closes || tag.empty || !str_eq(tag.name, S("style")))
			continue;
		struct str sheet = str_skip(drawing, at);
		ptrdiff_t end = str_find_byte(sheet, '<');
		sheet = str_head(sheet, end < 0 ? 0 : (size_t)end);
		while (sheet.at && sheet.len) {
			struct str rule = str_cut(&sheet, '}'), selectors = str_cut(&rule, '{');
			while (selectors.at) {
				struct str selector = str_trim(str_cut(&selectors, ',')), value;
				if (str_starts(selector, S(".")) && has_word(classes, str_skip(selector, 1)) && (value = declared(rule, property)).len)
					found = value;
			}
		}
	}
	return found;
}

static struct str property_of(struct str drawing, const struct tag *tag, const char *property)
{
	struct str value = declared(attribute(tag, "style"), property);
	if (!value.len)
		value = by_class(drawing, attribute(tag, "class"), property);
	return value.len ? value : str_trim(attribute(tag, property));
}

/* Of the innermost that says it. */
static struct str property_among(struct str drawing, const struct tag *tags, size_t count, const char *property)
{
	for (size_t i = count; i-- > 0;) {
		struct str value = property_of(drawing, &tags[i], property);
		if (value.len)
			return value;
	}
	return (struct str){};
}

static double number_of(struct str text)
{
	double value;
	text = str_trim(text);
	if (str_ends(text, S("px")))
		text.len -= 2;
	return text.len && str_to_double(text, &value) && isfinite(value) && fabs(value) < 1e6 ? value : 0;
}

static int digit_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool svg_colour_of(struct str text, u32 *ret_colour)
{
	u32 value = 0;
	if (str_eq_fold(text, S("white")) || str_eq_fold(text, S("black"))) {
		*ret_colour = str_eq_fold(text, S("white")) ? 0xffffff : 0;
		return true;
	}
	if (!str_starts(text, S("#")) || (text.len != 7 && text.len != 4))
		return false;
	for (size_t i = 1; i < text.len; i++) {
		int digit = digit_of(text.at[i]);
		if (digit < 0)
			return false;
		value = value << 4 | (u32)digit;
		if (text.len == 4)
			value = value << 4 | (u32)digit;
	}
	*ret_colour = value;
	return true;
}

static void read_style(struct str drawing, const struct tag *tags, size_t count, struct svg_slot *slot)
{
	struct str weight = property_among(drawing, tags, count, "font-weight"), family = property_among(drawing, tags, count, "font-family");
	struct str anchor = property_among(drawing, tags, count, "text-anchor"), base = property_among(drawing, tags, count, "dominant-baseline");
	i64 number;
	slot->size = number_of(property_among(drawing, tags, count, "font-size"));
	slot->leading = number_of(property_among(drawing, tags, count, "line-height"));
	slot->family = str_trim(str_cut(&family, ','));
	if (slot->family.len > 1 && strchr("'\"", slot->family.at[0]))
		slot->family = str_head(str_skip(slot->family, 1), slot->family.len - 2);
	slot->weight = str_eq(weight, S("bold")) ? 700 : str_to_i64(weight, &number) && number >= 100 && number <= 900 ? (int)number : 400;
	slot->italic = str_eq(property_among(drawing, tags, count, "font-style"), S("italic"));
	slot->across = str_eq(anchor, S("middle")) ? 1 : str_eq(anchor, S("end")) ? 2 : 0;
	slot->down = str_eq(base, S("middle")) || str_eq(base, S("central")) ? 1 : str_eq(base, S("text-after-edge")) ? 2 : 0;
	slot->colour = DEFAULT_COLOUR;
	svg_colour_of(property_among(drawing, tags, count, "fill"), &slot->colour);
}

/* ---- what is in a place ---- */

static void add_plain(struct buf *b, struct str text)
{
	static const struct {
		const char *name;
		char is;
	} names[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}};
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		for (size_t k = 0; c == '&' && k < COUNT(names); k++)
			if (str_starts(str_skip(text, i), str_of(names[k].name))) {
				c = names[k].is;
				i += strlen(names[k].name) - 1;
			}
		bool space = strchr(" \t\r\n", c) != NULL;
		if (!space || (b->len && b->at[b->len - 1] != ' '))
			buf_addc(b, space ? ' ' : c);
	}
}

static struct str words_of(struct arena *arena, struct str inside)
{
	CLEANUP(buf_free) struct buf b = {};
	struct tag tag;
	size_t at = 0, end;
	while (next_tag(inside, at, &tag, &end)) {
		add_plain(&b, str_span(inside.at + at, tag.whole.at));
		if (b.len && b.at[b.len - 1] != ' ')
			buf_addc(&b, ' '); /* a line of its own, most often */
		at = end;
	}
	add_plain(&b, str_skip(inside, at));
	return utf8_head(buf_keep(&b, arena), 300);
}

static void read_slot(struct arena *arena, struct str drawing, const struct tag *outer, size_t behind, size_t end, bool moved, struct svg_slot *slot)
{
	struct tag tags[3] = {*outer}, tag; /* the place, its text, the first piece of that */
	size_t count = 1, from;
	bool rect = str_eq(outer->name, S("rect")), text = str_eq(outer->name, S("text")), inside = text;
	const struct tag *frame = rect ? outer : NULL;
	struct tag found;
	slot->fenced = !attribute(outer, "transform").len;
	if (text)
		slot->sample = str_trim(words_of(arena, str_span(drawing.at + behind, drawing.at + end)));
	for (size_t at = behind; at < end && next_tag(drawing, at, &tag, &at) && at <= end;) {
		if (tag.closes)
			continue;
		slot->fenced &= !attribute(&tag, "transform").len || str_eq(tag.name, S("text")) || str_eq(tag.name, S("tspan"));
		if (!frame && str_eq(tag.name, S("rect"))) {
			found = tag;
			frame = &found;
		}
		if (!text && str_eq(tag.name, S("text"))) {
			text = inside = true;
			from = at;
			tags[count++] = tag;
			slot->sample = str_trim(words_of(arena, str_span(drawing.at + from, drawing.at + end_of(drawing, &tag, at))));
		} else if (inside && count < COUNT(tags) && str_eq(tag.name, S("tspan"))) {
			tags[count++] = tag;
			inside = false;
		}
	}
	read_style(drawing, tags, count, slot);
	slot->fenced &= frame != NULL;
	if (!frame)
		return;
	slot->x = number_of(attribute(frame, "x"));
	slot->y = number_of(attribute(frame, "y"));
	slot->width = number_of(attribute(frame, "width"));
	slot->height = number_of(attribute(frame, "height"));
	slot->fenced &= slot->width > 0 && slot->height > 0;
	slot->framed = slot->fenced && !moved;
	memcpy(slot->inner, (const double[]){slot->x, slot->y, slot->width, slot->height}, sizeof slot->inner);
}

size_t svg_slots(struct arena *arena, struct str drawing, struct svg_slot ret_slots[static SVG_SLOTS_MAX])
{
	struct tag tag;
	size_t count = 0, depth = 0, moved_at = 0; /* depth from which on what stands is moved; 0: nothing is */
	for (size_t at = 0; count < SVG_SLOTS_MAX && next_tag(drawing, at, &tag, &at);) {
		struct svg_slot slot = {};
		if (tag.closes) {
			if (depth == moved_at)
				moved_at = 0;
			depth -= depth > 0;
			continue;
		}
		slot.id = attribute(&tag, "id");
		if (depth && is_slot(arena, slot.id, &slot.kind, &slot.name)) {
			size_t end = end_of(drawing, &tag, at);
			read_slot(arena, drawing, &tag, at, end, moved_at > 0, &slot);
			ret_slots[count++] = slot;
			at = end;
			continue;
		}
		if (!tag.empty) {
			depth++;
			bool moves = attribute(&tag, "transform").len || (depth > 1 && str_eq(tag.name, S("svg")));
			moved_at = moved_at ? moved_at : moves ? depth : 0;
		}
	}
	return count;
}

/* ---- filling ---- */

/* A colour that stands alone: "#1a2b3c" in a value, and no address of a part. */
static size_t colour_at(struct str text, size_t i, u32 *ret_colour)
{
	char before = i ? text.at[i - 1] : ' ';
	size_t length = 1;
	while (length < 8 && i + length < text.len && digit_of(text.at[i + length]) >= 0)
		length++;
	if (!strchr("\": ;,", before) || !svg_colour_of(str_head(str_skip(text, i), length), ret_colour))
		return 0;
	bool address = i >= 6 && memcmp(text.at + i - 6, "href=\"", 6) == 0;
	char behind = i + length < text.len ? text.at[i + length] : ' ';
	return address || (behind >= 'g' && behind <= 'z') || behind == '-' || behind == '_' ? 0 : length;
}

static void add_coloured(struct buf *out, struct str text, const struct svg_colour *colours, size_t count)
{
	for (size_t i = 0; i < text.len; i++) {
		u32 colour;
		size_t length = count && text.at[i] == '#' ? colour_at(text, i, &colour) : 0, k = 0;
		while (length && k < count && colours[k].from != colour)
			k++;
		if (!length || k == count) {
			buf_addc(out, text.at[i]);
			continue;
		}
		buf_addf(out, "#%06x", colours[k].to);
		i += length - 1;
	}
}

void svg_fill(struct str drawing, const struct svg_filling *fillings, size_t filling_count, const struct svg_colour *colours, size_t colour_count, struct buf *out)
{
	struct tag tag;
	size_t from = 0;
	for (size_t at = 0; next_tag(drawing, at, &tag, &at);) {
		struct str id = tag.closes ? (struct str){} : attribute(&tag, "id");
		for (size_t i = 0; id.len && i < filling_count; i++) {
			if (!str_eq(id, fillings[i].id) || !fillings[i].markup.at)
				continue;
			add_coloured(out, str_span(drawing.at + from, tag.whole.at), colours, colour_count);
			buf_add(out, fillings[i].markup);
			at = from = end_of(drawing, &tag, at);
			break;
		}
	}
	add_coloured(out, str_skip(drawing, from), colours, colour_count);
}
