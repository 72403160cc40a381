/* folder.h: a temporary folder for a test, gone with it. Include once in a test, after test.h. */
#pragma once
#include "sys/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char test_folder[64];

static void test_folder_make(void)
{
	strncpy(test_folder, "/tmp/parvis-test-XXXXXX", sizeof test_folder - 1);
	assert_non_null(mkdtemp(test_folder));
}

static void test_folder_remove(struct cx *cx)
{
	assert_int_equal(folder_remove(cx, test_folder), OK);
}

static UNUSED const char *in_folder(struct arena *arena, const char *name)
{
	return path_join(arena, test_folder, name);
}

/* Run `child` in a process of its own; its result, or 99 when it did not end by itself. 77 = it could not try. */
static UNUSED int in_child(int (*child)(void))
{
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0)
		_exit(child());
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}
