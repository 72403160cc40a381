#!/usr/bin/env node
/* The play of the alarm once more, on a PostgreSQL of its own. */
import { spawnSync } from 'node:child_process';

const server = process.env.PARVIS_TEST_POSTGRES;
const words = server ? [process.execPath, 'tests/play/alarm.mjs'] : ['tests/postgres', process.argv[1]]; /* which starts one and comes back here with its address */
const done = spawnSync(words[0], words.slice(1), { stdio: 'inherit', env: server ? { ...process.env, PARVIS_PLAY_POSTGRES: server } : process.env });
if (done.status === 77) console.log('# skipped: PostgreSQL is not installed (Debian: postgresql-15)\n1..0');
process.exit(done.status === 77 ? 0 : done.status ?? 1);
