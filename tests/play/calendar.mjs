/* Calendars and an independent reader, npm's ical.js (MPL-2.0, only asked here): it reads what Parvis writes (the feed of tests/model/test_ical.c, key dates of a year),
   and some hundred calendars made with it, recurring over clock changes, are read by Parvis as it reads them. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';
import { check, end } from './_desk.mjs';

const program = process.env.PARVIS_PROGRAM ?? 'build/parvis';
const run = (words, input = '') => {
  const done = spawnSync(program, words, { input, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, LANGUAGE: 'en' } });
  if (done.status) throw new Error(`parvis ${words.join(' ')}: ${done.stderr}`);
  return done.stdout;
};
const iso = (time) => time.toJSDate().toISOString().replace('.000', '');
const zones = (calendar) => calendar.getAllSubcomponents('vtimezone').forEach((zone) => ICAL.TimezoneService.register(new ICAL.Timezone(zone).tzid, new ICAL.Timezone(zone)));

// A feed of posts.
const feed = new ICAL.Component(ICAL.parse(readFileSync(new URL('../model/feed.ics', import.meta.url), 'utf8')));
zones(feed);
const [post, easter, weekly] = feed.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));
check('a feed is a calendar with its name and how often to ask', feed.getFirstPropertyValue('version') === '2.0' && feed.getFirstPropertyValue('name') === 'Le Levain\\, calendrier' && // RFC 7986: a name ical.js leaves as it stands
 
  feed.getFirstPropertyValue('refresh-interval').toString() === 'PT15M');
check('a post comes through whole', post.uid === 'post-7@desk.example' && iso(post.startDate) === '2026-12-01T08:30:00Z' && iso(post.endDate) === '2026-12-01T08:45:00Z' && post.sequence === 3 &&
  post.summary === 'Le pain du matin ; nouveau, chaud \\o/ 🥖🥖🥖 et une ligne assez longue pour être pliée, deux fois même, parce qu’elle dure' &&
  post.description === 'Première ligne\nDeuxième, avec « guillemets » et\ttabulation\nTroisième' && post.component.getFirstPropertyValue('status') === 'TENTATIVE' &&
  post.component.getFirstPropertyValue('url') === 'https://desk.example/calendar?post=7;x=1,2' &&
  JSON.stringify(post.component.getFirstProperty('categories').getValues()) === '["Mastodon","Été, automne"]', JSON.stringify(post.component.toJSON()));
check('a day is a day', easter.startDate.isDate && easter.startDate.toString() === '2027-03-28' && easter.endDate.toString() === '2027-03-30');
const starts = [];
for (let walk = weekly.iterator(), next; (next = walk.next()) && starts.length < 9;) starts.push(iso(next));
check('what recurs on a wall clock stays at its hour, but for the day left out', starts.join() === '2027-03-25T08:00:00Z,2027-04-01T07:00:00Z,2027-04-15T07:00:00Z', starts.join());

// Key dates of a year.
const dates = JSON.parse(run(['dates', '--country', 'FR', '--region', 'RE', '--year', '2027', '--json'])).dates;
const kept = new ICAL.Component(ICAL.parse(run(['dates', '--country', 'FR', '--region', 'RE', '--year', '2027', '--ical']))).getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));
check('key dates are a calendar too', kept.length === dates.length && dates.every((date, i) => kept[i].startDate.toString() === date.first && kept[i].summary === date.names.en &&
  kept[i].component.getFirstPropertyValue('categories') === date.kind) && new Set(kept.map((event) => event.uid)).size === kept.length, `${kept.length} of ${dates.length}`);

// Calendars of others, with the zone written out in them.
const paris = (id) => `BEGIN:VTIMEZONE\r\nTZID:${id}\r\nBEGIN:DAYLIGHT\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nDTSTART:19700329T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\n` +
  'BEGIN:STANDARD\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nDTSTART:19701025T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n';
let seed = 20261122, compared = 0;
const draw = (below) => (seed = (seed * 1103515245 + 12345) % 2147483648, Math.floor(seed / 65536) % below), pad = (number) => String(number).padStart(2, '0');
const wrong = [];
for (let i = 0; i < 120; i++) {
  const zone = ['Europe/Paris', 'Romance Standard Time', 'Our own zone', '/example.org/Europe/Paris'][i % 4], day = `2026${pad(1 + draw(12))}${pad(1 + draw(28))}`, time = `${pad(4 + draw(18))}${pad(draw(4) * 15)}00`;
  const rule = ['FREQ=DAILY;INTERVAL=9', 'FREQ=WEEKLY', 'FREQ=WEEKLY;INTERVAL=3;COUNT=7', 'FREQ=MONTHLY;COUNT=8', 'FREQ=YEARLY;UNTIL=20300101T000000Z', ''][draw(6)];
  const text = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n${paris(zone)}BEGIN:VEVENT\r\nUID:event-${i}\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Réunion\\, n° ${i}\r\nDTSTART;TZID=${zone}:${day}T${time}\r\n` +
    `DURATION:PT${1 + draw(5)}H\r\n${rule ? `RRULE:${rule}\r\n` : ''}END:VEVENT\r\nEND:VCALENDAR\r\n`;
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  zones(calendar);
  const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent')), theirs = [];
  if (event.isRecurring()) for (let walk = event.iterator(), next; theirs.length < 10 && (next = walk.next());) theirs.push(`${iso(next)} ${iso(event.getOccurrenceDetails(next).endDate)}`);
  else theirs.push(`${iso(event.startDate)} ${iso(event.endDate)}`);
  const ours = run(['parse', 'calendar'], text).trim().split('\n').slice(1).map((line) => JSON.parse(line));
  compared += theirs.length;
  if (ours.map((one) => `${one.starts} ${one.ends}`).join() !== theirs.join() || ours[0].summary !== `Réunion, n° ${i}`) wrong.push(`${zone} ${day}T${time} ${rule}: ${ours.map((one) => one.starts).slice(0, 3)} but ${theirs.slice(0, 3)}`);
}
check('calendars of others are read as ical.js reads them', !wrong.length && compared > 500, `${wrong.length} of 120: ${wrong.slice(0, 5).join('\n  ')}`);
console.log(`# 120 calendars, ${compared} occurrences compared`);
end();
