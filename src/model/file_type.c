#include "model/file_type.h"

#include "base/utf8.h"

#include <string.h>

static const struct {
	const char *magic;
	size_t at, len;
	const char *type, *kind;
} types[] = {
	{"\x89PNG\r\n\x1a\n", 0, 8, "image/png", "image"}, {"\xff\xd8\xff", 0, 3, "image/jpeg", "image"}, {"GIF87a", 0, 6, "image/gif", "image"},
	{"GIF89a", 0, 6, "image/gif", "image"},            {"WEBP", 8, 4, "image/webp", "image"},         {"%PDF-", 0, 5, "application/pdf", "file"},
	{"ftypM4A", 4, 7, "audio/mp4", "audio"},           {"ftypqt", 4, 6, "video/quicktime", "video"},  {"ftypavif", 4, 8, "image/avif", "image"},
	{"ftyphei", 4, 7, "image/heic", "image"},          {"ftyp", 4, 4, "video/mp4", "video"},          {"\x1a\x45\xdf\xa3", 0, 4, "video/webm", "video"},
	{"OggS", 0, 4, "audio/ogg", "audio"},              {"ID3", 0, 3, "audio/mpeg", "audio"},          {"\xff\xfb", 0, 2, "audio/mpeg", "audio"},
	{"fLaC", 0, 4, "audio/flac", "audio"},             {"WAVE", 8, 4, "audio/wav", "audio"},
};

bool file_type_of(struct str bytes, struct str *ret_type, struct str *ret_kind)
{
	for (size_t i = 0; i < COUNT(types); i++)
		if (bytes.len >= types[i].at + types[i].len && memcmp(bytes.at + types[i].at, types[i].magic, types[i].len) == 0) {
			*ret_type = str_of(types[i].type);
			*ret_kind = str_of(types[i].kind);
			return true;
		}
	for (size_t i = 0; i < bytes.len; i++)
		if ((unsigned char)bytes.at[i] < ' ' && bytes.at[i] != '\n' && bytes.at[i] != '\r' && bytes.at[i] != '\t')
			return false;
	if (!bytes.len || !utf8_valid(bytes))
		return false;
	*ret_type = S("text/plain");
	*ret_kind = S("file");
	return true;
}
