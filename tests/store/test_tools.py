#!/usr/bin/env python3
"""What tools/statements finds and refuses, what tools/migrations refuses, and that SQL stays in the store."""
import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")


def run(tool, *arguments):
    return subprocess.run([sys.executable, os.path.join(ROOT, "tools", tool), *arguments], capture_output=True, text=True)


class Statements(unittest.TestCase):
    def find(self, body):
        with tempfile.TemporaryDirectory() as folder:
            path, out = os.path.join(folder, "a.c"), os.path.join(folder, "out.c")
            with open(path, "w", encoding="utf-8") as file:
                file.write('#include "sys/db.h"\n' + body)
            done = run("statements", out, "cc", "-std=gnu2x", "-I" + os.path.join(ROOT, "src"), "--", path)
            if done.returncode:
                return done.stderr
            with open(out, encoding="utf-8") as file:
                return file.read()

    def test_shapes(self):
        found = self.find('''
#define COLUMNS "id, name"
static const char ALL[] = "SELECT " COLUMNS " FROM setting";
enum err f(struct cx *cx, struct db *db, struct row **row, i64 x, struct db_value *values) {
	TRY(db_run(cx, db, NULL, "UPDATE setting SET value = ?1 " // a comment, "with a text"
		   "WHERE name = ?2", db_text(S("a, (b\\")")), x ? db_i64(x) : db_null()));
	TRY(db_query(cx, db, row, x ? "SELECT 1" : "SELECT 2"));
	TRY(db_number(cx, db, 0, &x, "SELECT " COLUMNS " FROM setting WHERE a = ?1 AND b = ?2 AND c = ?3 AND d = '\\xc3\\xa9'", db_id(x),
		      db_text_or_null(S("")), db_double(1)));
	return db_query_values(cx, db, row, ALL, values, 3);
}
''')
        self.assertIn('"UPDATE setting SET value = \\0771 WHERE name = \\0772"', found)
        self.assertIn("{.type = DB_TEXT}, {.type = DB_I64}};", found)
        self.assertIn('"SELECT 1"', found)
        self.assertIn('"SELECT 2"', found)
        self.assertIn('"SELECT id, name FROM setting"', found)
        self.assertIn("d = '\\303\\251'", found)
        self.assertIn("{.type = DB_I64}, {.type = DB_TEXT}, {.type = DB_DOUBLE}};", found)

    def test_refused(self):
        told = self.find('enum err f(struct cx *cx, struct db *db, const char *sql) { return db_run(cx, db, NULL, sql); }')
        self.assertIn("a.c:2: this SQL is no literal: sql", told)

    def test_workspace(self):
        call = 'enum err f(struct cx *cx, struct db *db) { return db_run(cx, db, NULL, "%s"); }'
        self.assertIn("touches message without workspace_id", self.find(call % "DELETE FROM message"))
        self.assertIn(", NULL},", self.find(call % "DELETE FROM message WHERE workspace_id = 1"))
        self.assertIn(", NULL},", self.find(call % "/* all workspaces */ DELETE FROM message"))
        self.assertIn(", NULL},", self.find(call % "DELETE FROM setting"))


class Migrations(unittest.TestCase):
    def test_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            def paths(*names):
                for name in names:
                    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                        file.write("SELECT 1;\n")
                return [os.path.join(folder, name) for name in names]
            out = os.path.join(folder, "out.c")
            self.assertEqual(run("migrations", out, *paths("001-a.sql", "002-b.sql")).returncode, 0)
            self.assertIn("without a gap", run("migrations", out, *paths("001-a.sql", "003-b.sql")).stderr)
            self.assertIn("taken", run("migrations", out, *paths("001-a.sql", "001-b.sql")).stderr)
            self.assertIn("NNN-name.sql", run("migrations", out, *paths("one.sql")).stderr)


class Floors(unittest.TestCase):
    def test_sql_stays_in_the_store(self):  # (the simulated network has a database of its own)
        found = []
        for folder, _, names in os.walk(os.path.join(ROOT, "src")):
            floor = os.path.relpath(folder, os.path.join(ROOT, "src")).split(os.sep)[0]
            for name in names:
                if floor in ("store", "sys", "simulator") or not name.endswith((".c", ".h")):
                    continue
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    for number, line in enumerate(file, 1):
                        if re.search(r"\bdb_(run|query|one|number|script)(_values)?\s*\(", line):
                            found.append(f"{floor}/{name}:{number}: SQL is at home in store/")
        self.assertEqual(found, [])


unittest.main()
