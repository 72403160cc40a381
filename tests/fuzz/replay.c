/* Runs a fuzzer's kept corpus once, file by file: what it found before must stay mended. Built without the fuzzing library. */
#include "base/buf.h"
#include "base/err.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int main(int count, char **words)
{
	must(count == 2);
	DIR *folder = opendir(words[1]);
	must(folder);
	size_t files = 0;
	for (struct dirent *entry; (entry = readdir(folder));) {
		if (entry->d_name[0] == '.')
			continue;
		char path[1024];
		snprintf(path, sizeof path, "%s/%s", words[1], entry->d_name);
		puts(entry->d_name);
		fflush(stdout);
		FILE *file = fopen(path, "rbe");
		must(file);
		struct buf b = {};
		char *room;
		size_t len;
		while ((room = buf_room(&b, 65536)) && (len = fread(room, 1, 65536, file)) > 0)
			buf_grew(&b, len);
		fclose(file);
		LLVMFuzzerTestOneInput((const u8 *)b.at, b.len);
		buf_free(&b);
		files++;
	}
	closedir(folder);
	printf("%zu files\n", files);
	return files ? 0 : 1;
}
