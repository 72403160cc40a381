/* svg_lists.c: what of SVG is taken: elements, attributes, properties. In the order of strcmp(), for bsearch(). */
#include "sys/svg_inside.h"

#include <stdlib.h>
#include <string.h>

#define WORD_MAX 32

static const struct element {
	const char *name;
	int is;
	enum svg_removed why; /* is == 0 */
} elements[] = {
	{"a", SVG_KEEP | SVG_AS_GROUP}, {"altGlyph", 0, SVG_FONT}, {"altGlyphDef", 0, SVG_FONT}, {"altGlyphItem", 0, SVG_FONT},
	{"animate", 0, SVG_ANIMATION}, {"animateColor", 0, SVG_ANIMATION}, {"animateMotion", 0, SVG_ANIMATION},
	{"animateTransform", 0, SVG_ANIMATION}, {"animation", 0, SVG_ANIMATION}, {"audio", 0, SVG_FOREIGN},
	{"canvas", 0, SVG_FOREIGN}, {"circle", SVG_KEEP}, {"clipPath", SVG_KEEP}, {"color-profile", 0, SVG_EXTERNAL},
	{"cursor", 0, SVG_EXTERNAL}, {"defs", SVG_KEEP}, {"desc", SVG_KEEP | SVG_TEXTUAL}, {"discard", 0, SVG_ANIMATION},
	{"ellipse", SVG_KEEP}, {"embed", 0, SVG_FOREIGN}, {"feBlend", SVG_KEEP | SVG_EFFECT},
	{"feColorMatrix", SVG_KEEP | SVG_EFFECT}, {"feComponentTransfer", SVG_KEEP | SVG_EFFECT},
	{"feComposite", SVG_KEEP | SVG_EFFECT}, {"feConvolveMatrix", SVG_KEEP | SVG_EFFECT},
	{"feDiffuseLighting", SVG_KEEP | SVG_EFFECT}, {"feDisplacementMap", SVG_KEEP | SVG_EFFECT},
	{"feDistantLight", SVG_KEEP | SVG_EFFECT}, {"feDropShadow", SVG_KEEP | SVG_EFFECT}, {"feFlood", SVG_KEEP | SVG_EFFECT},
	{"feFuncA", SVG_KEEP | SVG_EFFECT}, {"feFuncB", SVG_KEEP | SVG_EFFECT}, {"feFuncG", SVG_KEEP | SVG_EFFECT},
	{"feFuncR", SVG_KEEP | SVG_EFFECT}, {"feGaussianBlur", SVG_KEEP | SVG_EFFECT}, {"feImage", 0, SVG_FILTER},
	{"feMerge", SVG_KEEP | SVG_EFFECT}, {"feMergeNode", SVG_KEEP | SVG_EFFECT}, {"feMorphology", SVG_KEEP | SVG_EFFECT},
	{"feOffset", SVG_KEEP | SVG_EFFECT}, {"fePointLight", SVG_KEEP | SVG_EFFECT}, {"feSpecularLighting", SVG_KEEP | SVG_EFFECT},
	{"feSpotLight", SVG_KEEP | SVG_EFFECT}, {"feTile", SVG_KEEP | SVG_EFFECT}, {"feTurbulence", SVG_KEEP | SVG_EFFECT},
	{"filter", SVG_KEEP | SVG_HAS_LINK}, {"font", 0, SVG_FONT}, {"font-face", 0, SVG_FONT}, {"font-face-format", 0, SVG_FONT},
	{"font-face-name", 0, SVG_FONT}, {"font-face-src", 0, SVG_FONT}, {"font-face-uri", 0, SVG_FONT},
	{"foreignObject", 0, SVG_FOREIGN}, {"g", SVG_KEEP}, {"glyph", 0, SVG_FONT}, {"glyphRef", 0, SVG_FONT},
	{"handler", 0, SVG_SCRIPT}, {"hkern", 0, SVG_FONT}, {"iframe", 0, SVG_FOREIGN}, {"image", SVG_KEEP | SVG_IMAGE},
	{"line", SVG_KEEP}, {"linearGradient", SVG_KEEP | SVG_HAS_LINK}, {"listener", 0, SVG_SCRIPT}, {"marker", SVG_KEEP},
	{"mask", SVG_KEEP}, {"metadata", 0, SVG_PRIVATE}, {"missing-glyph", 0, SVG_FONT}, {"mpath", 0, SVG_ANIMATION},
	{"object", 0, SVG_FOREIGN}, {"path", SVG_KEEP}, {"pattern", SVG_KEEP | SVG_HAS_LINK}, {"polygon", SVG_KEEP},
	{"polyline", SVG_KEEP}, {"prefetch", 0, SVG_FOREIGN}, {"radialGradient", SVG_KEEP | SVG_HAS_LINK}, {"rect", SVG_KEEP},
	{"script", 0, SVG_SCRIPT}, {"set", 0, SVG_ANIMATION}, {"solidcolor", 0, SVG_FOREIGN}, {"stop", SVG_KEEP},
	{"style", SVG_KEEP | SVG_SHEET}, {"svg", SVG_KEEP}, {"switch", SVG_KEEP | SVG_AS_GROUP | SVG_SWITCH}, {"symbol", SVG_KEEP},
	{"text", SVG_KEEP | SVG_TEXTUAL | SVG_SPOKEN}, {"textPath", SVG_KEEP | SVG_TEXTUAL | SVG_SPOKEN | SVG_HAS_LINK},
	{"title", SVG_KEEP | SVG_TEXTUAL}, {"tref", 0, SVG_FONT}, {"tspan", SVG_KEEP | SVG_TEXTUAL | SVG_SPOKEN},
	{"use", SVG_KEEP | SVG_HAS_LINK}, {"video", 0, SVG_FOREIGN}, {"view", SVG_KEEP}, {"vkern", 0, SVG_FONT},
};

static const struct value {
	const char *name;
	enum svg_value value;
} properties[] = {
	{"alignment-baseline", SVG_PLAIN}, {"baseline-shift", SVG_PLAIN}, {"clip", SVG_PLAIN}, {"clip-path", SVG_PLAIN},
	{"clip-rule", SVG_PLAIN}, {"color", SVG_PAINT}, {"color-interpolation", SVG_PLAIN},
	{"color-interpolation-filters", SVG_PLAIN}, {"color-rendering", SVG_PLAIN}, {"cursor", SVG_PLAIN}, {"direction", SVG_PLAIN},
	{"display", SVG_PLAIN}, {"dominant-baseline", SVG_PLAIN}, {"enable-background", SVG_PLAIN}, {"fill", SVG_PAINT},
	{"fill-opacity", SVG_PLAIN}, {"fill-rule", SVG_PLAIN}, {"filter", SVG_PLAIN}, {"flood-color", SVG_PAINT},
	{"flood-opacity", SVG_PLAIN}, {"font-family", SVG_FAMILY}, {"font-feature-settings", SVG_PLAIN}, {"font-kerning", SVG_PLAIN},
	{"font-size", SVG_PLAIN}, {"font-size-adjust", SVG_PLAIN}, {"font-stretch", SVG_PLAIN}, {"font-style", SVG_PLAIN},
	{"font-variant", SVG_PLAIN}, {"font-weight", SVG_PLAIN}, {"glyph-orientation-horizontal", SVG_PLAIN},
	{"glyph-orientation-vertical", SVG_PLAIN}, {"image-rendering", SVG_PLAIN}, {"isolation", SVG_PLAIN}, {"kerning", SVG_PLAIN},
	{"letter-spacing", SVG_PLAIN}, {"lighting-color", SVG_PAINT}, {"line-height", SVG_PLAIN}, {"marker", SVG_PLAIN},
	{"marker-end", SVG_PLAIN}, {"marker-mid", SVG_PLAIN}, {"marker-start", SVG_PLAIN}, {"mask", SVG_PLAIN},
	{"mask-type", SVG_PLAIN}, {"mix-blend-mode", SVG_PLAIN}, {"opacity", SVG_PLAIN}, {"overflow", SVG_PLAIN},
	{"paint-order", SVG_PLAIN}, {"pointer-events", SVG_PLAIN}, {"shape-rendering", SVG_PLAIN}, {"stop-color", SVG_PAINT},
	{"stop-opacity", SVG_PLAIN}, {"stroke", SVG_PAINT}, {"stroke-dasharray", SVG_PLAIN}, {"stroke-dashoffset", SVG_PLAIN},
	{"stroke-linecap", SVG_PLAIN}, {"stroke-linejoin", SVG_PLAIN}, {"stroke-miterlimit", SVG_PLAIN},
	{"stroke-opacity", SVG_PLAIN}, {"stroke-width", SVG_PLAIN}, {"text-align", SVG_PLAIN}, {"text-anchor", SVG_PLAIN},
	{"text-decoration", SVG_PLAIN}, {"text-orientation", SVG_PLAIN}, {"text-rendering", SVG_PLAIN}, {"text-transform", SVG_PLAIN},
	{"transform", SVG_PLAIN}, {"transform-origin", SVG_PLAIN}, {"unicode-bidi", SVG_PLAIN}, {"vector-effect", SVG_PLAIN},
	{"visibility", SVG_PLAIN}, {"white-space", SVG_PLAIN}, {"word-spacing", SVG_PLAIN}, {"writing-mode", SVG_PLAIN},
};

/* Besides the properties, which are attributes too. */
static const struct value attributes[] = {
	{"amplitude", SVG_PLAIN}, {"aria-describedby", SVG_PLAIN}, {"aria-hidden", SVG_PLAIN}, {"aria-label", SVG_PLAIN},
	{"aria-labelledby", SVG_PLAIN}, {"azimuth", SVG_PLAIN}, {"baseFrequency", SVG_PLAIN}, {"baseProfile", SVG_PLAIN},
	{"bias", SVG_PLAIN}, {"class", SVG_PLAIN}, {"clipPathUnits", SVG_PLAIN}, {"cx", SVG_PLAIN}, {"cy", SVG_PLAIN},
	{"d", SVG_PLAIN}, {"diffuseConstant", SVG_PLAIN}, {"divisor", SVG_PLAIN}, {"dx", SVG_PLAIN}, {"dy", SVG_PLAIN},
	{"edgeMode", SVG_PLAIN}, {"elevation", SVG_PLAIN}, {"exponent", SVG_PLAIN}, {"filterUnits", SVG_PLAIN}, {"fr", SVG_PLAIN},
	{"fx", SVG_PLAIN}, {"fy", SVG_PLAIN}, {"gradientTransform", SVG_PLAIN}, {"gradientUnits", SVG_PLAIN}, {"height", SVG_PLAIN},
	{"id", SVG_PLAIN}, {"in", SVG_PLAIN}, {"in2", SVG_PLAIN}, {"intercept", SVG_PLAIN}, {"k1", SVG_PLAIN}, {"k2", SVG_PLAIN},
	{"k3", SVG_PLAIN}, {"k4", SVG_PLAIN}, {"kernelMatrix", SVG_PLAIN}, {"kernelUnitLength", SVG_PLAIN}, {"lang", SVG_PLAIN},
	{"lengthAdjust", SVG_PLAIN}, {"limitingConeAngle", SVG_PLAIN}, {"markerHeight", SVG_PLAIN}, {"markerUnits", SVG_PLAIN},
	{"markerWidth", SVG_PLAIN}, {"maskContentUnits", SVG_PLAIN}, {"maskUnits", SVG_PLAIN}, {"media", SVG_PLAIN},
	{"method", SVG_PLAIN}, {"mode", SVG_PLAIN}, {"numOctaves", SVG_NUMBER_BOUND}, {"offset", SVG_PLAIN}, {"operator", SVG_PLAIN},
	{"order", SVG_NUMBER_BOUND}, {"orient", SVG_PLAIN}, {"pathLength", SVG_PLAIN}, {"patternContentUnits", SVG_PLAIN},
	{"patternTransform", SVG_PLAIN}, {"patternUnits", SVG_PLAIN}, {"points", SVG_PLAIN}, {"pointsAtX", SVG_PLAIN},
	{"pointsAtY", SVG_PLAIN}, {"pointsAtZ", SVG_PLAIN}, {"preserveAlpha", SVG_PLAIN}, {"preserveAspectRatio", SVG_PLAIN},
	{"primitiveUnits", SVG_PLAIN}, {"r", SVG_PLAIN}, {"radius", SVG_NUMBER_BOUND}, {"refX", SVG_PLAIN}, {"refY", SVG_PLAIN},
	{"result", SVG_PLAIN}, {"role", SVG_PLAIN}, {"rotate", SVG_PLAIN}, {"rx", SVG_PLAIN}, {"ry", SVG_PLAIN}, {"scale", SVG_PLAIN},
	{"seed", SVG_PLAIN}, {"side", SVG_PLAIN}, {"slope", SVG_PLAIN}, {"spacing", SVG_PLAIN}, {"specularConstant", SVG_PLAIN},
	{"specularExponent", SVG_PLAIN}, {"spreadMethod", SVG_PLAIN}, {"startOffset", SVG_PLAIN}, {"stdDeviation", SVG_NUMBER_BOUND},
	{"stitchTiles", SVG_PLAIN}, {"style", SVG_STYLES}, {"surfaceScale", SVG_PLAIN}, {"tabindex", SVG_PLAIN},
	{"tableValues", SVG_PLAIN}, {"targetX", SVG_PLAIN}, {"targetY", SVG_PLAIN}, {"textLength", SVG_PLAIN}, {"type", SVG_PLAIN},
	{"values", SVG_PLAIN}, {"version", SVG_PLAIN}, {"viewBox", SVG_PLAIN}, {"width", SVG_PLAIN}, {"x", SVG_PLAIN},
	{"x1", SVG_PLAIN}, {"x2", SVG_PLAIN}, {"xChannelSelector", SVG_PLAIN}, {"y", SVG_PLAIN}, {"y1", SVG_PLAIN}, {"y2", SVG_PLAIN},
	{"yChannelSelector", SVG_PLAIN}, {"z", SVG_PLAIN},
};

static const struct bound {
	const char *name;
	double most;
} bounds[] = {{"numOctaves", 8}, {"order", 9}, {"radius", 200}, {"stdDeviation", 400}};

static int compare_name(const void *name, const void *row)
{
	return strcmp(name, *(const char *const *)row); /* each table's rows begin with their name */
}

static const void *row_of(struct str name, const void *rows, size_t count, size_t size)
{
	char word[WORD_MAX];
	if (!name.len || name.len >= sizeof word || memchr(name.at, 0, name.len))
		return NULL;
	memcpy(word, name.at, name.len);
	word[name.len] = 0;
	return bsearch(word, rows, count, size, compare_name);
}
#define ROW_OF(name, rows) row_of(name, rows, COUNT(rows), sizeof *(rows))

int svg_element(struct str name, enum svg_removed *ret_why)
{
	const struct element *row = ROW_OF(name, elements);
	if (!row || !row->is)
		*ret_why = row ? row->why : SVG_UNKNOWN;
	return row ? row->is : 0;
}

enum svg_value svg_property(struct str name)
{
	const struct value *row = ROW_OF(name, properties);
	return row ? row->value : SVG_NO_VALUE;
}

enum svg_value svg_attribute(struct str name)
{
	const struct value *row = ROW_OF(name, attributes);
	return row ? row->value : svg_property(name);
}

double svg_bound(struct str name)
{
	const struct bound *row = ROW_OF(name, bounds);
	return row ? row->most : 0;
}
