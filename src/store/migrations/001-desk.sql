-- The desk: people, channels, conversations, moderation, import. Ids are made by the program (base/id.h); instants are
-- microseconds UTC; booleans are 0/1; JSON is text. Every row that a workspace owns carries workspace_id, every index on such
-- a table starts with it, every query names it. 0 stands for "none" in instants and counters; NULL for "no such row" in
-- references.

-- ---------- the installation ----------

CREATE TABLE setting (                       -- of the whole installation
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE process (                       -- running processes; the slot is the node number of their ids
  slot BIGINT NOT NULL PRIMARY KEY,
  token TEXT NOT NULL,
  role TEXT NOT NULL,
  pid BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  beat_at BIGINT NOT NULL                    -- a slot whose beat is older than a minute is free
);

CREATE TABLE workspace (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  slug TEXT NOT NULL UNIQUE,                 -- public addresses: /c/SLUG/charter
  zone TEXT NOT NULL,
  lang TEXT NOT NULL,
  settings TEXT NOT NULL DEFAULT '{}',       -- undo_seconds, signature, round_robin …
  is_sample BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
);

CREATE TABLE business_hours (                -- a row an opening, in the workspace's zone; none at all = always open
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  weekday BIGINT NOT NULL CHECK (weekday BETWEEN 0 AND 6),   -- 0 Monday
  opens BIGINT NOT NULL,                     -- minutes after midnight
  closes BIGINT NOT NULL CHECK (closes > opens AND closes <= 1440),
  PRIMARY KEY (workspace_id, weekday, opens)
);

CREATE TABLE closing_day (                   -- closed all day
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  day BIGINT NOT NULL,                       -- days since 1970-01-01
  name TEXT NOT NULL,
  PRIMARY KEY (workspace_id, day)
);

-- ---------- people ----------

CREATE TABLE person (                        -- a user of the desk ("user" is a reserved word of PostgreSQL)
  id BIGINT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,                -- lower case
  name TEXT NOT NULL,
  password TEXT NOT NULL DEFAULT '',         -- Argon2id string; '' = cannot sign in by password
  lang TEXT NOT NULL,
  zone TEXT NOT NULL,
  theme TEXT NOT NULL DEFAULT 'system',
  settings TEXT NOT NULL DEFAULT '{}',       -- single-letter keys on or off, notifications wanted
  totp_secret BLOB,                          -- sealed by the serving key; NULL = no second factor
  totp_step BIGINT NOT NULL DEFAULT 0,       -- last time step accepted: a code serves once
  disabled_at BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE recovery_code (
  person_id BIGINT NOT NULL REFERENCES person(id),
  hash BLOB NOT NULL,
  used_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (person_id, hash)
);

CREATE TABLE membership (                    -- a person in a workspace
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  person_id BIGINT NOT NULL REFERENCES person(id),
  role TEXT NOT NULL,                        -- a word of model/permission.h
  signature TEXT NOT NULL DEFAULT '',
  away_until BIGINT NOT NULL DEFAULT 0,      -- away state: gets nothing assigned by itself; -1 = until further notice
  capacity BIGINT NOT NULL DEFAULT 0,        -- open conversations at most by automatic assignment; 0 = no limit
  assigned_at BIGINT NOT NULL DEFAULT 0,     -- round robin: who got one longest ago is next
  removed_at BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  UNIQUE (workspace_id, person_id)
);
CREATE INDEX membership_person ON membership (person_id);

CREATE TABLE team (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  name TEXT NOT NULL,
  assignment TEXT NOT NULL DEFAULT 'manual', -- manual, round_robin, load
  archived_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE (workspace_id, name)
);

CREATE TABLE team_member (
  team_id BIGINT NOT NULL REFERENCES team(id),
  person_id BIGINT NOT NULL REFERENCES person(id),
  PRIMARY KEY (team_id, person_id)
);

CREATE TABLE invitation (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  email TEXT NOT NULL,
  role TEXT NOT NULL,
  token_hash BLOB NOT NULL UNIQUE,
  invited_by BIGINT REFERENCES person(id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  accepted_at BIGINT NOT NULL DEFAULT 0,
  revoked_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE session (
  id BIGINT PRIMARY KEY,
  person_id BIGINT NOT NULL REFERENCES person(id),
  token_hash BLOB NOT NULL UNIQUE,           -- BLAKE2b-256 of the cookie's secret
  workspace_id BIGINT REFERENCES workspace(id),  -- the one on screen
  address TEXT NOT NULL,
  agent TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  second_factor BIGINT NOT NULL DEFAULT 0,   -- 1 = waiting for it
  ended_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX session_person ON session (person_id, id);

CREATE TABLE one_time_token (                -- password reset, first sign-in link
  token_hash BLOB NOT NULL PRIMARY KEY,
  person_id BIGINT NOT NULL REFERENCES person(id),
  purpose TEXT NOT NULL,                     -- reset, sign_in
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE api_key (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  person_id BIGINT NOT NULL REFERENCES person(id),
  name TEXT NOT NULL,
  token_hash BLOB NOT NULL UNIQUE,
  hint TEXT NOT NULL,                        -- first characters, to tell keys apart
  scopes TEXT NOT NULL,                      -- permission words separated by spaces
  created_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL DEFAULT 0,
  expires_at BIGINT NOT NULL DEFAULT 0,
  revoked_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX api_key_workspace ON api_key (workspace_id, id);

CREATE TABLE sign_in_try (                   -- throttling: by account and by address
  subject TEXT NOT NULL,                     -- "email:…" or "address:…"
  at BIGINT NOT NULL,
  PRIMARY KEY (subject, at)
);

CREATE TABLE audit_entry (                   -- a chain for each workspace (0: the installation)
  workspace_id BIGINT NOT NULL,
  sequence BIGINT NOT NULL,                  -- 1, 2, 3 … without a gap
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,                       -- "user:ID", "key:ID", "program:ROLE"
  actor_name TEXT NOT NULL,
  address TEXT NOT NULL,
  act TEXT NOT NULL,                         -- "conversation.assign"
  subject TEXT NOT NULL,                     -- "conversation:ID"
  detail TEXT NOT NULL,                      -- JSON: before and after
  previous BLOB NOT NULL,                    -- hash of the entry before; 32 zero bytes for the first
  hash BLOB NOT NULL,                        -- BLAKE2b-256 over all of the above
  PRIMARY KEY (workspace_id, sequence)
);
CREATE INDEX audit_entry_actor ON audit_entry (workspace_id, actor, sequence);
CREATE INDEX audit_entry_subject ON audit_entry (workspace_id, subject, sequence);

CREATE TABLE notification (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  person_id BIGINT NOT NULL REFERENCES person(id),
  kind TEXT NOT NULL,                        -- mention, assigned, breach, approval, decision …
  conversation_id BIGINT,
  message_id BIGINT,
  detail TEXT NOT NULL DEFAULT '{}',
  read_at BIGINT NOT NULL DEFAULT 0,
  mail_state TEXT NOT NULL DEFAULT 'none'    -- none, due, sent
);
CREATE INDEX notification_person ON notification (workspace_id, person_id, read_at, id);
CREATE INDEX notification_mail ON notification (mail_state, id);

-- ---------- channels and the people outside ----------

CREATE TABLE channel (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  kind TEXT NOT NULL,                        -- a word of the channel table: simulator, webform, import …
  network TEXT NOT NULL,                     -- glyph and vocabulary: mastodon, facebook …
  name TEXT NOT NULL,
  settings TEXT NOT NULL DEFAULT '{}',
  secret BLOB,                               -- sealed to the working role's key
  known TEXT NOT NULL DEFAULT '{}',          -- what was last found out of the account and its server: who we are, rights, limits
  verified_at BIGINT NOT NULL DEFAULT 0,     -- when; 0: never, or its settings changed since
  verify_due_at BIGINT NOT NULL DEFAULT 0,   -- when it is looked at again
  expires_at BIGINT NOT NULL DEFAULT 0,      -- of the credential: until then a person must act; 0: never, or nobody says
  token_until BIGINT NOT NULL DEFAULT 0,     -- of the token it is used with, which is renewed by itself; 0: never, or nobody says
  renewed_at BIGINT NOT NULL DEFAULT 0,      -- when the credential was renewed last; 0: it is as it was given
  renew_due_at BIGINT NOT NULL DEFAULT 0,    -- when that is tried again; 0: there is nothing to renew
  is_renewal_refused BIGINT NOT NULL DEFAULT 0, -- the last one was: a person has to act
  renew_started_at BIGINT NOT NULL DEFAULT 0, -- the renewal that is under way, or broke off; 0: none
  cursor TEXT NOT NULL DEFAULT '',           -- how far fetching got
  state TEXT NOT NULL DEFAULT 'ok',          -- ok, paused, failing, broken
  state_story TEXT NOT NULL DEFAULT '',
  team_id BIGINT REFERENCES team(id),        -- what comes in is theirs
  person_id BIGINT REFERENCES person(id),    -- who publishes there by hand; NULL: nobody in particular
  fetched_at BIGINT NOT NULL DEFAULT 0,
  fetch_due_at BIGINT NOT NULL DEFAULT 0,
  lease_at BIGINT NOT NULL DEFAULT 0,        -- since when a worker reads it; 0: none does
  watched_until BIGINT NOT NULL DEFAULT 0,   -- until then a worker holds a line open over which its network tells what comes; 0: none does
  rang_at BIGINT NOT NULL DEFAULT 0,         -- when it told last
  form_key TEXT UNIQUE,                      -- of its public page, /form/KEY; NULL = it never had one
  archived_at BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
);
CREATE INDEX channel_workspace ON channel (workspace_id, id);
CREATE INDEX channel_due ON channel (state, fetch_due_at);
CREATE INDEX channel_verify ON channel (verify_due_at, id);
CREATE INDEX channel_renew ON channel (renew_due_at, id);

CREATE TABLE channel_gate (                  -- how a channel stands with a host of its network (model/gate.h)
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  host TEXT NOT NULL,
  failures BIGINT NOT NULL DEFAULT 0,        -- one after the other
  closed_until BIGINT NOT NULL DEFAULT 0,    -- because of them
  paused_until BIGINT NOT NULL DEFAULT 0,    -- the network's wish
  quota_limit BIGINT NOT NULL DEFAULT 0,     -- as told last; 0 = never told
  quota_left BIGINT NOT NULL DEFAULT 0,
  quota_reset_at BIGINT NOT NULL DEFAULT 0,
  asked_at BIGINT NOT NULL DEFAULT 0,
  answered_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace_id, channel_id, host)
);

CREATE TABLE channel_window (                -- until when a channel is complete, and reading it once more (flow/gap.h)
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  complete_from BIGINT NOT NULL DEFAULT 0,
  complete_until BIGINT NOT NULL DEFAULT 0,
  marked_at BIGINT NOT NULL DEFAULT 0,
  due_at BIGINT NOT NULL DEFAULT 0,
  deep_at BIGINT NOT NULL DEFAULT 0,
  cursor TEXT NOT NULL DEFAULT '',
  hole_from BIGINT NOT NULL DEFAULT 0,       -- lost for good from then until complete_from: a stream no longer had it
  until_at BIGINT NOT NULL DEFAULT 0,        -- while it is being read once more: what was said before then was missed
  checked_at BIGINT NOT NULL DEFAULT 0,
  recovered BIGINT NOT NULL DEFAULT 0,
  recovered_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace_id, channel_id)
);
CREATE INDEX channel_window_due ON channel_window (due_at, channel_id);

CREATE TABLE channel_mark (                  -- where reading a channel stood, each hour of two days
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  at BIGINT NOT NULL,
  cursor TEXT NOT NULL,
  PRIMARY KEY (workspace_id, channel_id, at)
);

CREATE TABLE channel_act (                   -- when each act last worked, and last did not
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  act TEXT NOT NULL,                         -- verify, fetch, receive, or an act of a publication
  done_at BIGINT NOT NULL DEFAULT 0,
  failed_at BIGINT NOT NULL DEFAULT 0,
  story TEXT NOT NULL DEFAULT '',            -- of the failure
  PRIMARY KEY (workspace_id, channel_id, act)
);

CREATE TABLE delivery (                      -- what networks bring by themselves (webhooks), exactly as it came, until it was read
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  state TEXT NOT NULL DEFAULT 'waiting',     -- waiting, taken, twice (it had been taken before), refused (not signed by who it says …), stuck (tried often)
  due_at BIGINT NOT NULL,                    -- when it is read, or read again
  attempts BIGINT NOT NULL DEFAULT 0,
  delivery_key TEXT NOT NULL DEFAULT '',     -- what the network calls it; known once it was read
  target TEXT NOT NULL DEFAULT '',           -- path with its query
  headers TEXT NOT NULL DEFAULT '[]',        -- [[name, value] …]; without cookies and credentials
  body BLOB NOT NULL,                        -- empty once it was taken
  size BIGINT NOT NULL DEFAULT 0,            -- of the body as it came
  messages BIGINT NOT NULL DEFAULT 0,        -- how many were in it
  story TEXT NOT NULL DEFAULT '',            -- why it was refused, or waits
  received_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX delivery_due ON delivery (due_at, id) WHERE state = 'waiting';
CREATE INDEX delivery_waiting ON delivery (workspace_id, channel_id, size) WHERE state = 'waiting';
CREATE INDEX delivery_trouble ON delivery (workspace_id, channel_id, id) WHERE state IN ('refused', 'stuck');
CREATE INDEX delivery_known ON delivery (workspace_id, channel_id, delivery_key) WHERE delivery_key <> '';
CREATE INDEX delivery_last ON delivery (workspace_id, channel_id, id);
CREATE INDEX delivery_done ON delivery (done_at) WHERE done_at > 0;
CREATE TABLE channel_warning (               -- what is coming over a channel, and how near it was when people were told
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  what TEXT NOT NULL,                        -- token, expiry, right, quota, incident, notice, sunset, act
  about TEXT NOT NULL DEFAULT '',            -- which right, host, act
  stage BIGINT NOT NULL,
  headline TEXT NOT NULL,
  story TEXT NOT NULL DEFAULT '',
  act_by BIGINT NOT NULL DEFAULT 0,
  since_at BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, channel_id, what, about)
);

CREATE TABLE login_client (                  -- by what name networks know this installation where people sign in over there (OAuth 2)
  id BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  server TEXT NOT NULL DEFAULT '',           -- '' = the network has one
  redirect TEXT NOT NULL DEFAULT '',         -- the address of ours it was registered with by itself; '' = by the operator
  client TEXT NOT NULL,
  secret BLOB,                               -- sealed to the working role's key; NULL = none
  is_fixed BIGINT NOT NULL DEFAULT 0,        -- the settings file says it
  rights TEXT NOT NULL DEFAULT '',           -- those it was registered with by itself: servers grant no others under that name
  created_at BIGINT NOT NULL,
  UNIQUE (kind, server, redirect)
);

CREATE TABLE login (                         -- a person signs in over there, so that a channel is connected
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  person_id BIGINT NOT NULL REFERENCES person(id),
  session_id BIGINT NOT NULL,                -- whose state it is
  state TEXT NOT NULL,                       -- register, ready, redeem, redeeming, done, failed
  story TEXT NOT NULL DEFAULT '',
  server TEXT NOT NULL DEFAULT '',
  redirect TEXT NOT NULL,
  client TEXT NOT NULL DEFAULT '',
  code BLOB,                                 -- with its verifier, sealed to the working role's key, until it was used
  due_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX login_due ON login (state, due_at, id);
CREATE INDEX login_channel ON login (workspace_id, channel_id, id);

CREATE TABLE contact (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  name TEXT NOT NULL,
  email TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  company TEXT NOT NULL DEFAULT '',
  place TEXT NOT NULL DEFAULT '',
  lang TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  attributes TEXT NOT NULL DEFAULT '{}',
  merged_into BIGINT REFERENCES contact(id),
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  conversation_count BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX contact_workspace ON contact (workspace_id, last_at, id);
CREATE INDEX contact_mail ON contact (workspace_id, email) WHERE email <> '';

CREATE TABLE identity (                      -- one account of a contact on one network
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  contact_id BIGINT NOT NULL REFERENCES contact(id),
  network TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  handle TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL DEFAULT '',
  url TEXT NOT NULL DEFAULT '',
  avatar_url TEXT NOT NULL DEFAULT '',
  followers BIGINT NOT NULL DEFAULT -1,      -- -1: unknown
  place TEXT NOT NULL DEFAULT '',            -- where they say they are; what colleagues wrote on the card goes before it
  name_key TEXT NOT NULL DEFAULT '',         -- name, handle and address as they are held against other accounts' (model/same.h);
  handle_key TEXT NOT NULL DEFAULT '',       -- '' = tells nothing
  mail_key TEXT NOT NULL DEFAULT '',
  UNIQUE (workspace_id, network, remote_id)
);
CREATE INDEX identity_contact ON identity (workspace_id, contact_id);
-- sqlite:
CREATE INDEX identity_name ON identity (workspace_id, name_key, network) WHERE name_key <> '';
CREATE INDEX identity_handle ON identity (workspace_id, handle_key, network) WHERE handle_key <> '';
-- postgres:
CREATE INDEX identity_name ON identity (workspace_id, name_key text_pattern_ops, network) WHERE name_key <> '';
CREATE INDEX identity_handle ON identity (workspace_id, handle_key text_pattern_ops, network) WHERE handle_key <> '';
-- both:
CREATE INDEX identity_mail ON identity (workspace_id, mail_key) WHERE mail_key <> '';

CREATE TABLE identity_link (                 -- addresses that an account names as its person's: what two accounts name is evidence that they are one
  identity_id BIGINT NOT NULL REFERENCES identity(id),
  position BIGINT NOT NULL,
  link_key TEXT NOT NULL,                    -- brought to one spelling (model/same.h)
  workspace_id BIGINT NOT NULL,
  proven BIGINT NOT NULL DEFAULT 0,          -- its network checked that it is theirs (rel=me, a domain as a handle, the profile itself)
  PRIMARY KEY (identity_id, position)
);
CREATE INDEX identity_link_key ON identity_link (workspace_id, link_key, identity_id);

CREATE TABLE identity_apart (                -- two accounts that somebody said are not one person's: not proposed again; both ways round
  workspace_id BIGINT NOT NULL,
  identity_id BIGINT NOT NULL REFERENCES identity(id),
  other_id BIGINT NOT NULL REFERENCES identity(id),
  person_id BIGINT REFERENCES person(id),
  at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, identity_id, other_id)
);

CREATE TABLE contact_merge (                 -- a card that went into another, and what it takes to get it out again
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  from_id BIGINT NOT NULL REFERENCES contact(id),
  into_id BIGINT NOT NULL REFERENCES contact(id),
  person_id BIGINT REFERENCES person(id),
  at BIGINT NOT NULL,
  identity_ids TEXT NOT NULL,                -- the accounts it brought, separated by spaces
  filled TEXT NOT NULL DEFAULT '{}',         -- JSON: what was empty on the other card and came from this one
  undone_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX contact_merge_into ON contact_merge (workspace_id, into_id, id);

-- ---------- conversations ----------

CREATE TABLE conversation (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  contact_id BIGINT REFERENCES contact(id),
  remote_id TEXT NOT NULL,                   -- the thread's id on the network
  kind TEXT NOT NULL,                        -- comment, mention, direct, review, post (of its first message)
  subject TEXT NOT NULL DEFAULT '',          -- what it is about: the post commented, the place reviewed, a mail's subject
  subject_url TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL DEFAULT 'open',       -- open, pending, snoozed, resolved
  priority BIGINT NOT NULL DEFAULT 1,        -- 0 low, 1 medium, 2 high, 3 urgent
  assignee_id BIGINT REFERENCES person(id),
  team_id BIGINT REFERENCES team(id),
  preview TEXT NOT NULL DEFAULT '',          -- start of the last message from outside
  language TEXT NOT NULL DEFAULT '',         -- what that message surely says: see message; '' = not sure
  sentiment TEXT NOT NULL DEFAULT '',
  intent TEXT NOT NULL DEFAULT '',
  signs BIGINT NOT NULL DEFAULT 0,           -- bits, as of message.corrected: what it surely is: urgent, ironic, rude …
  rating BIGINT NOT NULL DEFAULT 0,          -- 1..5 of the last review; 0 none
  message_count BIGINT NOT NULL DEFAULT 0,
  first_at BIGINT NOT NULL,                  -- of its first message
  last_at BIGINT NOT NULL,                   -- of its last message
  inbound_at BIGINT NOT NULL DEFAULT 0,      -- of the last message from outside
  waiting_since BIGINT NOT NULL DEFAULT 0,   -- the oldest message from outside that nobody answered; 0 = nobody waits. With "resolved":
                                             -- an imported past without an answer
  snoozed_until BIGINT NOT NULL DEFAULT 0,   -- -1 = until an answer comes
  sla_policy_id BIGINT,
  sla_started_at BIGINT NOT NULL DEFAULT 0,
  first_due_at BIGINT NOT NULL DEFAULT 0,    -- first answer; 0 = no clock running
  first_met_at BIGINT NOT NULL DEFAULT 0,
  resolve_due_at BIGINT NOT NULL DEFAULT 0,
  resolved_at BIGINT NOT NULL DEFAULT 0,
  due_at BIGINT NOT NULL,                    -- what the inbox sorts by: the nearest running clock, else far away (see model/sla.h)
  breach_at BIGINT NOT NULL DEFAULT 0,       -- when the nearest running clock that is not yet broken runs out; 0 = none
  breached BIGINT NOT NULL DEFAULT 0,        -- bits: 1 first answer, 2 resolution
  label_ids TEXT NOT NULL DEFAULT '',        -- ids separated by spaces: what conversation_label holds, for lists
  merged_into BIGINT REFERENCES conversation(id),
  version BIGINT NOT NULL DEFAULT 1,         -- grows with each change; a form that changes state names the one it saw
  UNIQUE (workspace_id, channel_id, remote_id)
);
CREATE INDEX conversation_due ON conversation (workspace_id, status, due_at, id);
CREATE INDEX conversation_recent ON conversation (workspace_id, status, last_at, id);
CREATE INDEX conversation_assignee ON conversation (workspace_id, assignee_id, status, due_at, id);
CREATE INDEX conversation_channel ON conversation (workspace_id, channel_id, status, due_at, id);
CREATE INDEX conversation_urgent ON conversation (workspace_id, status, due_at, id) WHERE priority = 3;
CREATE INDEX conversation_unanswered ON conversation (workspace_id, status, last_at, id) WHERE status = 'resolved' AND waiting_since > 0;
CREATE INDEX conversation_language ON conversation (workspace_id, language, status) WHERE language <> ''; -- no time: it is not written again with each message
CREATE INDEX conversation_signs ON conversation (workspace_id, status, last_at, id, signs) WHERE signs <> 0;
CREATE INDEX conversation_contact ON conversation (workspace_id, contact_id, last_at, id);
CREATE INDEX conversation_snoozed ON conversation (snoozed_until) WHERE status = 'snoozed';
CREATE INDEX conversation_breach ON conversation (breach_at) WHERE breach_at > 0;

CREATE TABLE message (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  conversation_id BIGINT NOT NULL REFERENCES conversation(id),
  home_id BIGINT NOT NULL,                   -- the conversation of its thread on the network, whatever was merged or split since
  channel_id BIGINT NOT NULL,
  kind TEXT NOT NULL,                        -- comment, mention, direct, review, post, reply, note
  direction TEXT NOT NULL,                   -- in, out, note
  remote_id TEXT,                            -- its id on the network; NULL for ours not yet sent, and notes
  parent_remote_id TEXT,                     -- the message it answers
  identity_id BIGINT REFERENCES identity(id),  -- author, when from outside
  author_id BIGINT REFERENCES person(id),    -- author, when ours
  author_name TEXT NOT NULL,
  body TEXT NOT NULL,                        -- as received; plain text
  lang TEXT NOT NULL DEFAULT '',
  visibility TEXT NOT NULL DEFAULT 'public', -- public, private
  rating BIGINT NOT NULL DEFAULT 0,
  url TEXT NOT NULL DEFAULT '',
  at BIGINT NOT NULL,                        -- when it was said, by the network's clock
  received_at BIGINT NOT NULL,
  edited_at BIGINT NOT NULL DEFAULT 0,
  removed_at BIGINT NOT NULL DEFAULT 0,      -- taken away on the network; kept here
  hidden_at BIGINT NOT NULL DEFAULT 0,       -- by our moderation
  attachment_count BIGINT NOT NULL DEFAULT 0,
  reply_state TEXT NOT NULL DEFAULT '',      -- ours: draft, approval, scheduled, queued, sending, sent, failed, held, unknown, withdrawn
  language TEXT NOT NULL DEFAULT '',         -- what it is understood to say (model/meaning.h), each with how likely that is in whole
  language_p SMALLINT NOT NULL DEFAULT 0,    -- percent; the language as read (lang is what the network says)
  sentiment TEXT NOT NULL DEFAULT '',
  sentiment_p SMALLINT NOT NULL DEFAULT 0,
  emotion TEXT NOT NULL DEFAULT '',
  emotion_p SMALLINT NOT NULL DEFAULT 0,
  intent TEXT NOT NULL DEFAULT '',
  intent_p SMALLINT NOT NULL DEFAULT 0,
  urgency_p SMALLINT NOT NULL DEFAULT 0,     -- from here on: how likely it is that it is so
  irony_p SMALLINT NOT NULL DEFAULT 0,
  offence_p SMALLINT NOT NULL DEFAULT 0,
  hate_p SMALLINT NOT NULL DEFAULT 0,
  toxicity_p SMALLINT NOT NULL DEFAULT 0,
  spam_p SMALLINT NOT NULL DEFAULT 0,
  sure SMALLINT NOT NULL DEFAULT 0,          -- bits, a question each in the order of these columns: likely enough to be told
  corrected SMALLINT NOT NULL DEFAULT 0,     -- the same: a person said so
  understood_by BIGINT NOT NULL DEFAULT 0    -- the version of the models that said so; 0 = nobody looked yet
);
CREATE INDEX message_unread ON message (id) WHERE understood_by = 0 AND direction = 'in';
CREATE INDEX message_ours ON message (workspace_id, channel_id, at) WHERE direction = 'out';
CREATE INDEX message_thread ON message (workspace_id, conversation_id, at, id);
CREATE INDEX message_answers ON message (workspace_id, conversation_id, at) WHERE direction = 'out'; -- behind message_thread: SQLite takes the last that serves
CREATE UNIQUE INDEX message_remote ON message (workspace_id, channel_id, remote_id);
CREATE INDEX message_moved ON message (workspace_id, home_id, at) WHERE home_id <> conversation_id;
CREATE INDEX message_identity ON message (workspace_id, identity_id, at);
CREATE INDEX message_scheduled ON message (workspace_id, conversation_id) WHERE reply_state = 'scheduled';
CREATE INDEX message_rated ON message (workspace_id, at, rating) WHERE rating > 0;
CREATE INDEX message_question ON message (workspace_id, at, id) WHERE intent = 'question';
CREATE INDEX message_article ON message (workspace_id, at, id, channel_id) WHERE kind = 'post' AND direction = 'in';
CREATE INDEX message_waiting ON message (workspace_id, at) WHERE reply_state IN ('draft', 'approval', 'scheduled', 'failed', 'held', 'unknown');

CREATE TABLE removal (                       -- of a message that had not come yet when it was taken away: it will not be taken in
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  remote_id TEXT NOT NULL
);
CREATE UNIQUE INDEX removal_remote ON removal (workspace_id, channel_id, remote_id);

CREATE TABLE correction (                    -- a person says what a message says; the workspace learns from it
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  message_id BIGINT NOT NULL REFERENCES message(id),
  task TEXT NOT NULL,                        -- a question of model/meaning.h
  label TEXT NOT NULL,                       -- what they say
  was TEXT NOT NULL,                         -- what stood there, how likely, and its bits: 1 sure, 2 corrected before
  was_p SMALLINT NOT NULL,
  was_bits SMALLINT NOT NULL,
  person_id BIGINT REFERENCES person(id),
  at BIGINT NOT NULL,
  undone_at BIGINT NOT NULL DEFAULT 0        -- taken back, or said anew since
);
CREATE INDEX correction_workspace ON correction (workspace_id, undone_at, id);
CREATE INDEX correction_message ON correction (workspace_id, message_id, id);

CREATE TABLE own_model (                     -- what a workspace adds to the models, learnt from its corrections
  workspace_id BIGINT NOT NULL PRIMARY KEY REFERENCES workspace(id),
  is_off BIGINT NOT NULL DEFAULT 0,          -- corrections are kept, and change nothing else
  keeps_cases BIGINT NOT NULL DEFAULT 0,     -- 1: what may be harmful is not proposed to those who decide
  is_stale BIGINT NOT NULL DEFAULT 1,        -- how often corrections changed since they were learnt
  learnt_at BIGINT NOT NULL DEFAULT 0,
  lesson_count BIGINT NOT NULL DEFAULT 0,
  bytes BLOB                                 -- text/own.h; NULL: nothing learnt
);
CREATE INDEX own_model_stale ON own_model (workspace_id) WHERE is_stale > 0;

CREATE TABLE backend (                       -- another model that is asked too what messages say; off unless somebody set it up
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  kind TEXT NOT NULL,                        -- onnx, openai
  name TEXT NOT NULL,
  tasks BIGINT NOT NULL,                     -- bits, a question each (model/meaning.h): what it is asked
  settings TEXT NOT NULL DEFAULT '{}',       -- JSON object: the fields of its kind
  secret BLOB,                               -- sealed to the working role's key
  takes_private BIGINT NOT NULL DEFAULT 0,   -- asked about messages that two sides alone read too
  a_day BIGINT NOT NULL,                     -- texts at the most
  state TEXT NOT NULL DEFAULT 'paused',      -- ok, paused, failing, broken; one that was brought in asks nothing until somebody says so
  state_story TEXT NOT NULL DEFAULT '',
  fail_count BIGINT NOT NULL DEFAULT 0,      -- in a row
  due_at BIGINT NOT NULL DEFAULT 0,
  day BIGINT NOT NULL DEFAULT 0,             -- the next two count in it: days since 1970 in the workspace's zone
  asked_today BIGINT NOT NULL DEFAULT 0,
  answered_today BIGINT NOT NULL DEFAULT 0,
  settled_id BIGINT NOT NULL DEFAULT 0,      -- messages up to this one are asked about no more
  answered_at BIGINT NOT NULL DEFAULT 0,
  changed_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX backend_workspace ON backend (workspace_id, id);
CREATE INDEX backend_due ON backend (due_at) WHERE archived_at = 0 AND state <> 'paused';

CREATE TABLE judgement (                     -- what a back-end said of a message, to a question
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  message_id BIGINT NOT NULL REFERENCES message(id),
  backend_id BIGINT NOT NULL REFERENCES backend(id),
  task TEXT NOT NULL,                        -- a question of model/meaning.h
  model TEXT NOT NULL,                       -- who said so, by the name it had then
  label TEXT NOT NULL,                       -- empty: asked, and no answer
  p SMALLINT NOT NULL,                       -- percent; of yes or no that it is so; -1: it says no probability
  edited_at BIGINT NOT NULL,                 -- of the text that was judged
  was TEXT NOT NULL,                         -- what the models that ship said, how likely, and whether that was sure
  was_p SMALLINT NOT NULL,
  was_sure BIGINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE UNIQUE INDEX judgement_message ON judgement (workspace_id, message_id, task);

CREATE TABLE glossary_entry (                -- a word of the community
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  word TEXT NOT NULL,                        -- as it is written: a word, several, an emoji
  variants TEXT NOT NULL DEFAULT '',         -- other spellings, separated by commas
  about TEXT NOT NULL DEFAULT '',            -- what it means
  tone TEXT NOT NULL DEFAULT '',             -- negative, neutral, positive; '' = says nothing
  used_by TEXT NOT NULL DEFAULT '',          -- who may use it
  since TEXT NOT NULL DEFAULT '',            -- since when, as people say it
  risk TEXT NOT NULL DEFAULT '',             -- what can go wrong with it
  person_id BIGINT REFERENCES person(id),
  created_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0,     -- put away
  refused_at BIGINT NOT NULL DEFAULT 0,      -- proposed once, and not wanted: not proposed again
  UNIQUE (workspace_id, word)
);

CREATE TABLE visitor (                       -- who wrote on a public form and wants the answers by mail too
  conversation_id BIGINT NOT NULL PRIMARY KEY REFERENCES conversation(id),
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  email TEXT NOT NULL,
  lang TEXT NOT NULL,                        -- of the form, and so of the letters
  pass BLOB,                                 -- the way to their thread, sealed to the working role's key; NULL: of another installation
  at BIGINT NOT NULL,
  off_at BIGINT NOT NULL DEFAULT 0           -- since when they want no letters any more
);

CREATE TABLE message_version (               -- what an edit replaced
  message_id BIGINT NOT NULL REFERENCES message(id),
  workspace_id BIGINT NOT NULL,
  until BIGINT NOT NULL,                     -- when it was replaced
  body TEXT NOT NULL,
  PRIMARY KEY (message_id, until)
);

CREATE TABLE attachment (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  message_id BIGINT NOT NULL REFERENCES message(id),
  kind TEXT NOT NULL,                        -- image, video, audio, file, link
  name TEXT NOT NULL DEFAULT '',
  alt TEXT NOT NULL DEFAULT '',
  type TEXT NOT NULL DEFAULT '',
  url TEXT NOT NULL DEFAULT '',              -- where the network keeps it
  blob_hash TEXT,                            -- where we keep it: media/ab/abcdef…
  size BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX attachment_message ON attachment (workspace_id, message_id);
CREATE INDEX attachment_blob ON attachment (workspace_id, blob_hash) WHERE blob_hash IS NOT NULL;

-- sqlite:
CREATE VIRTUAL TABLE message_fts USING fts5(scope, body, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE message_word USING fts5vocab(message_fts, instance); -- a window on its words, not a copy
-- postgres:
CREATE TABLE message_fts (
  message_id BIGINT NOT NULL,
  workspace_id BIGINT NOT NULL,
  words TSVECTOR NOT NULL,
  PRIMARY KEY (workspace_id, message_id)
);
CREATE INDEX message_fts_words ON message_fts USING GIN (words);
-- sqlite:
CREATE VIRTUAL TABLE contact_fts USING fts5(scope, words, tokenize='unicode61 remove_diacritics 2');
-- postgres:
CREATE TABLE contact_fts (                   -- by what people and their accounts are found
  subject_id BIGINT NOT NULL,                -- a contact or an identity
  workspace_id BIGINT NOT NULL,
  words TSVECTOR NOT NULL,
  PRIMARY KEY (workspace_id, subject_id)
);
CREATE INDEX contact_fts_words ON contact_fts USING GIN (words);
-- both:

CREATE TABLE conversation_event (            -- the grey lines between messages; the reason of each state
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL REFERENCES conversation(id),
  at BIGINT NOT NULL,
  person_id BIGINT,
  actor_name TEXT NOT NULL,
  kind TEXT NOT NULL,                        -- assigned, status, priority, labelled, snoozed, merged, split, hidden, restored, breach …
  detail TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX conversation_event_thread ON conversation_event (workspace_id, conversation_id, at, id);

CREATE TABLE sla_round (                     -- a promise of an answer that is over because they wrote again and a new one began; the last
  conversation_id BIGINT NOT NULL REFERENCES conversation(id),  -- one stands in the conversation
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  started_at BIGINT NOT NULL,
  sla_policy_id BIGINT,
  first_due_at BIGINT NOT NULL,
  first_met_at BIGINT NOT NULL,              -- 0: nobody answered
  resolved_at BIGINT NOT NULL,
  breached BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, started_at)
);
CREATE INDEX sla_round_ended ON sla_round (workspace_id, ended_at);

CREATE TABLE label (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  name TEXT NOT NULL,
  about TEXT NOT NULL DEFAULT '',
  tone TEXT NOT NULL DEFAULT 'line',         -- line, sun, red, ok, act, plum
  archived_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE (workspace_id, name)
);

CREATE TABLE conversation_label (
  conversation_id BIGINT NOT NULL REFERENCES conversation(id),
  label_id BIGINT NOT NULL REFERENCES label(id),
  workspace_id BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, label_id)
);
CREATE INDEX conversation_label_label ON conversation_label (workspace_id, label_id, conversation_id);

CREATE TABLE view (                          -- a saved filter
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  person_id BIGINT REFERENCES person(id),    -- NULL: shared
  name TEXT NOT NULL,
  icon TEXT NOT NULL DEFAULT 'filter',
  filter TEXT NOT NULL,                      -- the inbox's query string
  position BIGINT NOT NULL DEFAULT 0,
  archived_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX view_workspace ON view (workspace_id, position, id);

CREATE TABLE sla_policy (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  name TEXT NOT NULL,
  position BIGINT NOT NULL,                  -- the first that fits applies
  kinds TEXT NOT NULL DEFAULT '',            -- message kinds separated by spaces; '' = all
  channel_id BIGINT REFERENCES channel(id),  -- NULL = all
  priority_least BIGINT NOT NULL DEFAULT 0,
  first_answer BIGINT NOT NULL,              -- microseconds of business time; 0 = no promise
  resolution BIGINT NOT NULL,
  business_hours BIGINT NOT NULL DEFAULT 1,
  archived_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX sla_policy_workspace ON sla_policy (workspace_id, position);

CREATE TABLE saved_reply (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  person_id BIGINT REFERENCES person(id),    -- NULL: shared
  shortcut TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,                        -- with {{contact.first_name}} …
  lang TEXT NOT NULL DEFAULT '',
  used_count BIGINT NOT NULL DEFAULT 0,
  used_at BIGINT NOT NULL DEFAULT 0,
  updated_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX saved_reply_workspace ON saved_reply (workspace_id, archived_at, shortcut);

CREATE TABLE macro (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  person_id BIGINT REFERENCES person(id),
  name TEXT NOT NULL,
  actions TEXT NOT NULL,                     -- JSON list of {"act": "label", …}
  archived_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX macro_workspace ON macro (workspace_id, archived_at, name);

CREATE TABLE presence (                      -- who has a conversation open; the collision line
  workspace_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  reading_at BIGINT NOT NULL,
  typing_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace_id, conversation_id, person_id)
);

CREATE TABLE undo (                          -- what can be taken back, for some seconds
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  key_id BIGINT NOT NULL DEFAULT 0,          -- of the API key that acted for the person; 0: nobody but them
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL DEFAULT 0,
  steps TEXT NOT NULL                        -- JSON: the acts that restore what was
);
CREATE INDEX undo_expiry ON undo (expires_at);

-- ---------- listening ----------

CREATE TABLE listening_query (               -- what is listened for in everything that comes in (docs/queries.md)
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,                        -- own, competitor, sector, topic
  words TEXT NOT NULL,                       -- the query
  active BIGINT NOT NULL DEFAULT 1,          -- 0: it hears nothing new
  version BIGINT NOT NULL,                   -- of what the workspace listens for, when this changed last
  past_before BIGINT NOT NULL DEFAULT 9223372036854775807, -- the past is matched from the newest message back to this id; 0 = all of it
  created_by BIGINT REFERENCES person(id),
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX listening_query_used ON listening_query (workspace_id, id) WHERE archived_at = 0;
CREATE INDEX listening_query_name ON listening_query (workspace_id, name) WHERE archived_at = 0;
CREATE INDEX listening_query_version ON listening_query (workspace_id, version, id);
CREATE INDEX listening_query_past ON listening_query (past_before, workspace_id) WHERE past_before > 0 AND archived_at = 0 AND active = 1;

CREATE TABLE listening_piece (               -- a part of queries with a name: {name}
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  name TEXT NOT NULL,
  words TEXT NOT NULL,
  created_by BIGINT REFERENCES person(id),
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX listening_piece_used ON listening_piece (workspace_id, id) WHERE archived_at = 0;

CREATE TABLE listening_search (              -- a channel by which its network is asked, again and again, for what a query listens for (flow/seek.h)
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  query_id BIGINT NOT NULL REFERENCES listening_query(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  cursors TEXT NOT NULL DEFAULT '{}',        -- how far each of its questions was answered
  state TEXT NOT NULL DEFAULT 'ok',          -- ok, failing, refused
  story TEXT NOT NULL DEFAULT '',            -- why
  failures BIGINT NOT NULL DEFAULT 0,        -- one after the other
  asked_at BIGINT NOT NULL DEFAULT 0,        -- last, and answered
  due_at BIGINT NOT NULL DEFAULT 0,
  lease_at BIGINT NOT NULL DEFAULT 0,        -- since when a worker does it; 0: none does
  looked BIGINT NOT NULL DEFAULT 0,          -- posts that the network brought, some of them more than once
  found BIGINT NOT NULL DEFAULT 0,           -- of them, new mentions
  found_at BIGINT NOT NULL DEFAULT 0,
  created_by BIGINT REFERENCES person(id),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (query_id, channel_id)
);
CREATE INDEX listening_search_due ON listening_search (due_at, query_id);
CREATE INDEX listening_search_channel ON listening_search (workspace_id, channel_id, query_id);

CREATE TABLE sought (                        -- a message that a search alone found: it waits for nobody, until its channel itself brings it
  message_id BIGINT PRIMARY KEY REFERENCES message(id),
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id)
);

CREATE TABLE mention (                       -- a message that a query matches; made again from both at any time
  message_id BIGINT NOT NULL REFERENCES message(id),
  query_id BIGINT NOT NULL,                  -- of listening_query
  workspace_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  tone BIGINT NOT NULL,                      -- 0 not known, 1 negative, 2 neutral, 3 positive
  harm SMALLINT NOT NULL DEFAULT 0,          -- 1: it surely is rude, hateful, poisonous or unwanted
  at BIGINT NOT NULL,                        -- when it was said
  PRIMARY KEY (message_id, query_id)
);
CREATE INDEX mention_recent ON mention (workspace_id, query_id, at, message_id, tone, harm);

CREATE TABLE mention_hour (                  -- how many there are
  workspace_id BIGINT NOT NULL,
  query_id BIGINT NOT NULL,
  hour BIGINT NOT NULL,                      -- the instant at which it begins, in UTC
  channel_id BIGINT NOT NULL,
  tone BIGINT NOT NULL,
  mentions BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, query_id, hour, channel_id, tone)
);

CREATE TABLE survey (                        -- what many mentions say together: when it was worked out, and when it is again; made again at any time
  workspace_id BIGINT NOT NULL,
  query_id BIGINT NOT NULL,                  -- of listening_query; 0 = the whole workspace
  made_at BIGINT NOT NULL DEFAULT 0,
  due_at BIGINT NOT NULL DEFAULT 0,          -- when to look whether there is more; 0 = at once
  took BIGINT NOT NULL DEFAULT 0,            -- microseconds
  PRIMARY KEY (workspace_id, query_id)
);
CREATE INDEX survey_due ON survey (due_at);

CREATE TABLE survey_part (                   -- what came of it
  workspace_id BIGINT NOT NULL,
  query_id BIGINT NOT NULL,
  kind TEXT NOT NULL,                        -- said (topics and questions), copies, questions, reputation
  days BIGINT NOT NULL,                      -- of its time; 0: of all
  document TEXT NOT NULL,                    -- JSON: insight/survey.h
  PRIMARY KEY (workspace_id, query_id, kind, days)
);

CREATE TABLE pulse (                         -- how much comes in, whoever listens for it; counted again from messages by a duty, kept for weeks
  workspace_id BIGINT NOT NULL,
  since BIGINT NOT NULL,                     -- the instant at which its five minutes begin
  messages BIGINT NOT NULL,                  -- from outside, by when they were said
  negative BIGINT NOT NULL,
  harmful BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, since)
);

CREATE TABLE hush (                          -- alarms that nobody wants to be told of; they are kept all the same
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  query_id BIGINT NOT NULL,                  -- 0 = of all that is said in the workspace
  reason TEXT NOT NULL,
  person_id BIGINT REFERENCES person(id),
  at BIGINT NOT NULL,
  until_at BIGINT NOT NULL DEFAULT 0,        -- 0 = for ever
  undone_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX hush_used ON hush (workspace_id, query_id, id) WHERE undone_at = 0;

CREATE TABLE alarm (                         -- something unusual in the mentions of a query, or in all that is said: a row an event
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  query_id BIGINT NOT NULL,                  -- of listening_query; 0 = all that is said in the workspace
  measure TEXT NOT NULL,                     -- what was unusual first: volume, negative, harmful
  at BIGINT NOT NULL,                        -- when it was told
  since BIGINT NOT NULL,                     -- when it began
  score BIGINT NOT NULL,                     -- the highest so far, in whole percent; see insight/anomaly.h
  evidence TEXT NOT NULL DEFAULT '{}',       -- JSON: figures, words, authors, channels, at the height so far
  hush_id BIGINT REFERENCES hush(id),        -- nobody was told of it
  ended_at BIGINT NOT NULL DEFAULT 0         -- 0 = it goes on
);
CREATE INDEX alarm_recent ON alarm (workspace_id, id);
CREATE INDEX alarm_open ON alarm (workspace_id, query_id) WHERE ended_at = 0;

CREATE TABLE trend_reading (                 -- how far a workspace's messages were counted for trends; made again at any time
  workspace_id BIGINT NOT NULL PRIMARY KEY REFERENCES workspace(id),
  read_to BIGINT NOT NULL                    -- messages up to this id are in trend_day
);

CREATE TABLE trend_day (                     -- what was said on a day of UTC, counted by term: what rises is held against it
  workspace_id BIGINT NOT NULL,
  day BIGINT NOT NULL,                       -- days since 1970-01-01
  counts BLOB NOT NULL,                      -- insight/trend_day.h: of bounded size; hashes of terms, no words
  PRIMARY KEY (workspace_id, day)
);

CREATE TABLE trend (                         -- a term, hashtag or phrase that began to rise: a row a rise
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  term TEXT NOT NULL,                        -- as it is written
  terms TEXT NOT NULL,                       -- the same and what is said with it, lower case, a line each
  since BIGINT NOT NULL,                     -- when it began to rise
  at BIGINT NOT NULL,                        -- when it was seen first
  seen_at BIGINT NOT NULL,                   -- when it was seen last
  ended_at BIGINT NOT NULL DEFAULT 0,        -- 0 = it goes on
  score BIGINT NOT NULL,                     -- how surprising: tenths of a decimal logarithm
  evidence TEXT NOT NULL DEFAULT '{}',       -- JSON: figures, networks, languages, tone, messages
  query_id BIGINT REFERENCES listening_query(id), -- it is followed by this query
  hushed_at BIGINT NOT NULL DEFAULT 0,       -- somebody said that it does not matter
  hushed_by BIGINT REFERENCES person(id)
);
CREATE INDEX trend_seen ON trend (workspace_id, seen_at, id);

CREATE TABLE digest (                        -- who wants a letter that sums up what was heard, and when the next one is due
  person_id BIGINT NOT NULL PRIMARY KEY REFERENCES person(id),
  every TEXT NOT NULL,                       -- day, week
  weekday BIGINT NOT NULL DEFAULT 0,         -- of the weekly one: 0 Monday
  next_at BIGINT NOT NULL,
  pass BLOB                                  -- the way to end it without signing in, sealed to the working role's key
);
CREATE INDEX digest_due ON digest (next_at);

CREATE TABLE hook (                          -- the machine of a workspace that is told of alarms
  workspace_id BIGINT NOT NULL PRIMARY KEY REFERENCES workspace(id),
  url TEXT NOT NULL,
  secret BLOB,                               -- sealed to the working role's key; NULL: of another installation
  is_off BIGINT NOT NULL DEFAULT 0,
  story TEXT NOT NULL DEFAULT '',            -- why it was switched off by itself
  person_id BIGINT REFERENCES person(id),
  changed_at BIGINT NOT NULL
);

CREATE TABLE hook_call (                     -- what it is told: the intention is written before the call
  id BIGINT PRIMARY KEY,                     -- goes along with each attempt, so that the other side takes it once
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  alarm_id BIGINT NOT NULL,                  -- 0 = a test
  event TEXT NOT NULL,                       -- alarm.began, alarm.ended, test
  body TEXT NOT NULL,                        -- JSON, as it is signed and sent
  state TEXT NOT NULL,                       -- due, leased, done, failed
  due_at BIGINT NOT NULL,                    -- of a leased one: when it is tried again, unless something was heard of it
  attempts BIGINT NOT NULL DEFAULT 0,
  story TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX hook_call_due ON hook_call (state, due_at, id);
CREATE INDEX hook_call_recent ON hook_call (workspace_id, id);
CREATE INDEX hook_call_alarm ON hook_call (workspace_id, alarm_id, id);

CREATE TABLE hook_attempt (
  call_id BIGINT NOT NULL REFERENCES hook_call(id),
  number BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL DEFAULT 0,        -- 0: never heard of again
  status BIGINT NOT NULL DEFAULT 0,          -- what was answered; 0: nothing
  story TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (call_id, number)
);

CREATE TABLE metric_point (                  -- a figure of a message of ours, or of an account, as its network told it: a row as long as it stayed the same
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  message_id BIGINT NOT NULL,                -- 0 = of the account
  measure TEXT NOT NULL,                     -- likes, shares, replies, views, reach, followers, posts
  value BIGINT NOT NULL,
  at BIGINT NOT NULL,                        -- when it was told first
  told_at BIGINT NOT NULL                    -- and last
);
CREATE INDEX metric_point_of ON metric_point (workspace_id, channel_id, message_id, measure, at);

CREATE TABLE post_reach (                    -- how many people each post of ours reached, as its network says
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  remote_id TEXT NOT NULL,                   -- its id on the network; at:INSTANT where that is not known
  at BIGINT NOT NULL,                        -- when it was posted
  reach BIGINT NOT NULL,                     -- people, impressions
  format TEXT NOT NULL,                      -- text, image, video, link, carousel, story, live, other
  length BIGINT NOT NULL,                    -- letters of its text; -1 = not known
  has_link BIGINT NOT NULL,
  told_at BIGINT NOT NULL                    -- when this was taken in
);
CREATE UNIQUE INDEX post_reach_remote ON post_reach (workspace_id, channel_id, remote_id);
CREATE INDEX post_reach_recent ON post_reach (workspace_id, channel_id, at, id);

CREATE TABLE post_figure (                   -- how each post of ours did, as its network told last, and which hashtags it left with: a row a post
  message_id BIGINT PRIMARY KEY REFERENCES message(id),
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  at BIGINT NOT NULL,                        -- when it was posted
  acts BIGINT NOT NULL,                      -- likes, shares and answers together
  reach BIGINT NOT NULL,                     -- people, or views where only those are told; -1 = not told
  tags TEXT NOT NULL,                        -- as they are written, without their sign, a space between: of its text, its thread and its first comment
  told_at BIGINT NOT NULL
);
CREATE INDEX post_figure_recent ON post_figure (workspace_id, at, message_id);

CREATE TABLE hashtag_heard (                 -- hashtags in what others said in public, of thirty days: a row a message and hashtag; made again at any time
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  message_id BIGINT NOT NULL,
  key TEXT NOT NULL,                         -- small letters without accents
  tag TEXT NOT NULL,                         -- as it is written there, without its sign
  PRIMARY KEY (workspace_id, message_id, key)
);
CREATE INDEX hashtag_heard_key ON hashtag_heard (workspace_id, key, message_id);

-- ---------- what we say ourselves ----------

CREATE TABLE media (                         -- a picture, video or file of the library; the same bytes once a workspace
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  blob_hash TEXT NOT NULL,                   -- what was given, as it came: media/ab/abcdef…
  kind TEXT NOT NULL,                        -- image, video, audio, file
  type TEXT NOT NULL,                        -- by its content: image/jpeg
  name TEXT NOT NULL,
  size BIGINT NOT NULL,                      -- bytes
  width BIGINT NOT NULL DEFAULT 0,           -- pixels, as it is to be seen; 0 = not known
  height BIGINT NOT NULL DEFAULT 0,
  duration BIGINT NOT NULL DEFAULT 0,        -- microseconds, of what plays
  focus_x BIGINT NOT NULL DEFAULT 500,       -- what must stay in the picture when it is cut: thousandths from the left
  focus_y BIGINT NOT NULL DEFAULT 500,       -- and from the top
  speech TEXT NOT NULL DEFAULT '',           -- of what plays: '' = it may speak; none = nothing is said in it; shown = what is said stands in the picture
  alt TEXT NOT NULL DEFAULT '{}',            -- JSON by language: what it shows
  labels TEXT NOT NULL DEFAULT '[]',         -- JSON: words to find it by
  credit TEXT NOT NULL DEFAULT '',           -- who made it
  rights TEXT NOT NULL DEFAULT '',           -- whose it is, and what they allow
  rights_until BIGINT NOT NULL DEFAULT 0,    -- 0 = for good; what is planned with it is withdrawn by then
  rights_told_at BIGINT NOT NULL DEFAULT 0,  -- when people were warned of that end; 0 = not yet
  source TEXT NOT NULL DEFAULT '',           -- upload, studio, or the address it came from
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE (workspace_id, blob_hash)
);
CREATE INDEX media_recent ON media (workspace_id, archived_at, id);
CREATE INDEX media_rights ON media (rights_until) WHERE rights_until > 0;

CREATE TABLE subtitle (                      -- what is said in a film, in one language; one that was replaced or taken away stays, put away
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  media_id BIGINT NOT NULL REFERENCES media(id),
  lang TEXT NOT NULL,                        -- fr, pt-BR
  vtt TEXT NOT NULL,                         -- WebVTT, as we write it (model/subtitles.h)
  name TEXT NOT NULL DEFAULT '',             -- of the file that was brought
  cues BIGINT NOT NULL,                      -- how many there are
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0      -- when it was replaced or taken away; 0 = it is the one
);
CREATE UNIQUE INDEX subtitle_of_film ON subtitle (workspace_id, media_id, lang) WHERE archived_at = 0;

CREATE TABLE media_rendition (               -- it, cut and packed for one format; made again at any time
  media_id BIGINT NOT NULL REFERENCES media(id),
  format TEXT NOT NULL,                      -- word of model/media_format
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  blob_hash TEXT NOT NULL DEFAULT '',        -- '' = asked for, not made yet
  type TEXT NOT NULL DEFAULT '',
  size BIGINT NOT NULL DEFAULT 0,
  width BIGINT NOT NULL DEFAULT 0,
  height BIGINT NOT NULL DEFAULT 0,
  story TEXT NOT NULL DEFAULT '',            -- why it could not be made
  made_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (media_id, format)
);
CREATE INDEX media_rendition_asked ON media_rendition (made_at, media_id) WHERE made_at = 0;

CREATE TABLE bucket_file (                   -- a kept file that is known to be in a bucket too; none is dropped here before
  place TEXT NOT NULL,                       -- the bucket's address and the folder in it
  name TEXT NOT NULL,                        -- of its content: abcdef…
  size BIGINT NOT NULL,                      -- bytes
  kept_at BIGINT NOT NULL,
  PRIMARY KEY (place, name)
);
CREATE INDEX bucket_file_name ON bucket_file (name);

CREATE TABLE pillar (                        -- of the editorial line: what we speak about
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  name TEXT NOT NULL,
  about TEXT NOT NULL DEFAULT '',
  share BIGINT NOT NULL DEFAULT 0,           -- percent of our posts it is to have; 0 = nothing was said
  archived_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE (workspace_id, name)
);

CREATE TABLE campaign (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  name TEXT NOT NULL,
  brief TEXT NOT NULL DEFAULT '',
  goal TEXT NOT NULL DEFAULT '',
  starts_on TEXT NOT NULL DEFAULT '',        -- 2027-03-01; '' = open
  ends_on TEXT NOT NULL DEFAULT '',
  budget BIGINT NOT NULL DEFAULT 0,          -- hundredths of the currency
  spent BIGINT NOT NULL DEFAULT 0,           -- of it so far, as somebody wrote it down
  currency TEXT NOT NULL DEFAULT 'EUR',
  owner_id BIGINT REFERENCES person(id),
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE (workspace_id, name)
);

CREATE TABLE idea (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  title TEXT NOT NULL,
  body TEXT NOT NULL DEFAULT '',
  url TEXT NOT NULL DEFAULT '',              -- what gave it
  message_id BIGINT REFERENCES message(id),  -- or what was said
  pillar_id BIGINT REFERENCES pillar(id),
  campaign_id BIGINT REFERENCES campaign(id),
  state TEXT NOT NULL DEFAULT 'open',        -- open, used, aside
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX idea_state ON idea (workspace_id, state, updated_at, id);
CREATE UNIQUE INDEX idea_message ON idea (workspace_id, message_id) WHERE message_id IS NOT NULL; -- what was said gives one idea

CREATE TABLE post (                          -- one thing we say, on one or several channels
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  title TEXT NOT NULL DEFAULT '',            -- what we call it; on a blog, its title
  body TEXT NOT NULL DEFAULT '',             -- what all channels say that have no words of their own
  parts TEXT NOT NULL DEFAULT '[]',          -- JSON: the texts that follow it in a thread
  first_comment TEXT NOT NULL DEFAULT '',
  lang TEXT NOT NULL DEFAULT '',
  warning TEXT NOT NULL DEFAULT '',          -- said before it is shown
  options TEXT NOT NULL DEFAULT '{}',        -- JSON: sponsored, countries, tracking
  pillar_id BIGINT REFERENCES pillar(id),
  campaign_id BIGINT REFERENCES campaign(id),
  idea_id BIGINT REFERENCES idea(id),
  state TEXT NOT NULL,                       -- draft, review, approved, scheduled, leaving, published, trouble
  wall_time TEXT NOT NULL DEFAULT '',        -- when it is to leave, as the clock there shows it: 2027-03-28T18:40; '' = not planned
  zone TEXT NOT NULL DEFAULT '',             -- whose clock
  planned_at BIGINT NOT NULL DEFAULT 0,      -- the instant that this is; 0 = none
  revision BIGINT NOT NULL DEFAULT 1,        -- grows with each change
  approved_revision BIGINT NOT NULL DEFAULT 0, -- the one that was approved; 0 = none was
  approved_links TEXT NOT NULL DEFAULT '{}',   -- JSON: how links left when it was approved, so that what was approved leaves; {} = by the rules of the day
  published_at BIGINT NOT NULL DEFAULT 0,    -- when the first of it left
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  updated_by BIGINT,
  updated_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0      -- put away
);
CREATE INDEX post_planned ON post (workspace_id, planned_at, id) WHERE planned_at > 0;
CREATE INDEX post_day ON post (workspace_id, planned_at, id, state, campaign_id, pillar_id, archived_at) WHERE planned_at > 0 AND archived_at = 0;
CREATE INDEX post_unplaced ON post (workspace_id, state, updated_at, id) WHERE planned_at = 0 AND archived_at = 0;
CREATE INDEX post_state ON post (workspace_id, state, updated_at, id);
CREATE INDEX post_campaign ON post (workspace_id, campaign_id, planned_at) WHERE campaign_id IS NOT NULL;
CREATE INDEX post_pillar ON post (workspace_id, pillar_id, planned_at) WHERE pillar_id IS NOT NULL;
CREATE INDEX post_idea ON post (workspace_id, idea_id, id) WHERE idea_id IS NOT NULL;

CREATE TABLE post_variant (                  -- it, as one channel says it
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  post_id BIGINT NOT NULL REFERENCES post(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  adapted BIGINT NOT NULL DEFAULT 0,         -- 1: says it in words of its own
  body TEXT NOT NULL DEFAULT '',
  parts TEXT NOT NULL DEFAULT '[]',
  first_comment TEXT NOT NULL DEFAULT '',
  form TEXT NOT NULL DEFAULT '',             -- '' a post, story
  no_card BIGINT NOT NULL DEFAULT 0,         -- 1: its link is shown without a card, where the network leaves that to us
  removed_at BIGINT NOT NULL DEFAULT 0,      -- not on this channel after all
  UNIQUE (post_id, channel_id)
);
CREATE INDEX post_variant_channel ON post_variant (workspace_id, channel_id, post_id);

CREATE TABLE post_media (                    -- what goes with it, in order
  post_id BIGINT NOT NULL REFERENCES post(id),
  position BIGINT NOT NULL,                  -- 0, 1, 2 …
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  media_id BIGINT NOT NULL REFERENCES media(id),
  alt TEXT NOT NULL DEFAULT '',              -- what it shows, here; '' = as the library says
  PRIMARY KEY (post_id, position)
);
CREATE INDEX post_media_of ON post_media (workspace_id, media_id);

CREATE TABLE brand (                         -- a workspace's brand kit
  workspace_id BIGINT PRIMARY KEY REFERENCES workspace(id),
  colours TEXT NOT NULL DEFAULT '[]',        -- JSON: [{"role", "name", "hex"}]
  title_font TEXT NOT NULL DEFAULT '',       -- family; '' = the one that ships
  text_font TEXT NOT NULL DEFAULT '',
  logo TEXT NOT NULL DEFAULT '',             -- blob of a medium: on light ground
  logo_dark TEXT NOT NULL DEFAULT '',        -- on dark ground
  updated_by BIGINT,
  updated_at BIGINT NOT NULL
);

CREATE TABLE brand_font (                    -- a font that was brought
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  family TEXT NOT NULL,
  style TEXT NOT NULL DEFAULT '',
  blob_hash TEXT NOT NULL,                   -- as TrueType or OpenType: media/ab/abcdef…
  type TEXT NOT NULL,                        -- as it was brought: WOFF2
  size BIGINT NOT NULL,
  licence TEXT NOT NULL,                     -- what allows to use it, as was said
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE (workspace_id, blob_hash)
);

CREATE TABLE studio_template (               -- a drawing with places for words and pictures, that was brought
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  word TEXT NOT NULL,                        -- by which designs name it
  name TEXT NOT NULL,
  blob_hash TEXT NOT NULL,                   -- the cleaned drawing: media/ab/abcdef…
  source TEXT NOT NULL,                      -- svg, psd
  width BIGINT NOT NULL,                     -- pixels of what is made from it
  height BIGINT NOT NULL,
  slots TEXT NOT NULL,                       -- JSON: [{"id", "x", "y", "width", "height"}], in units of the drawing
  colours TEXT NOT NULL DEFAULT '{}',        -- JSON: by colour in it, the role in the kit that it takes
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX studio_template_word ON studio_template (workspace_id, word);

CREATE TABLE design (                        -- a template with words and pictures in it, from which media are made
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  template TEXT NOT NULL,                    -- word of one that ships, or of studio_template
  name TEXT NOT NULL,
  lang TEXT NOT NULL DEFAULT '',
  scheme TEXT NOT NULL DEFAULT '',           -- which colours of the kit lie where: '' = as it is drawn
  said TEXT NOT NULL DEFAULT '{}',           -- JSON by place: words, or the blob of a medium
  post_id BIGINT REFERENCES post(id),        -- for which it was begun
  revision BIGINT NOT NULL DEFAULT 1,
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  updated_by BIGINT,
  updated_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX design_recent ON design (workspace_id, archived_at, id);

CREATE TABLE design_picture (                -- what was last made of it in a format
  design_id BIGINT NOT NULL REFERENCES design(id),
  format TEXT NOT NULL,                      -- word of model/studio
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  media_id BIGINT NOT NULL REFERENCES media(id),
  revision BIGINT NOT NULL,                  -- of the design
  made_at BIGINT NOT NULL,
  PRIMARY KEY (design_id, format)
);

CREATE TABLE post_version (                  -- what a post said before each change
  post_id BIGINT NOT NULL REFERENCES post(id),
  revision BIGINT NOT NULL,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  person_id BIGINT,                          -- who wrote it
  at BIGINT NOT NULL,
  document TEXT NOT NULL,                    -- JSON: all that leaves
  PRIMARY KEY (post_id, revision)
);

CREATE TABLE post_event (                    -- what happened to it, and why
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  post_id BIGINT NOT NULL REFERENCES post(id),
  at BIGINT NOT NULL,
  person_id BIGINT,
  actor_name TEXT NOT NULL,
  kind TEXT NOT NULL,                        -- created, changed, asked, approved, returned, scheduled, moved, taken_back, sent, late, failed, remark …
  detail TEXT NOT NULL DEFAULT '{}'          -- JSON
);
CREATE INDEX post_event_post ON post_event (workspace_id, post_id, id);

CREATE TABLE post_line (                     -- a line of a table that became a post: brought again, it is the same one
  post_id BIGINT PRIMARY KEY REFERENCES post(id),
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  hash TEXT NOT NULL,                        -- of what the line said, hexadecimal
  at BIGINT NOT NULL,
  UNIQUE (workspace_id, hash)
);

CREATE TABLE workflow (                      -- how posts are approved
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  name TEXT NOT NULL,
  is_default BIGINT NOT NULL DEFAULT 0,      -- 1: of every post whose channels name no other
  archived_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE (workspace_id, name)
);

CREATE TABLE workflow_step (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  workflow_id BIGINT NOT NULL REFERENCES workflow(id),
  number BIGINT NOT NULL,                    -- 1, 2, 3 …
  name TEXT NOT NULL,
  person_id BIGINT REFERENCES person(id),    -- who decides;
  deputy_id BIGINT REFERENCES person(id),    -- and who else may;
  team_id BIGINT REFERENCES team(id),        -- or anybody of a team; none of them: whoever may approve posts
  within_time BIGINT NOT NULL DEFAULT 0,     -- microseconds to decide in; 0 = no deadline
  removed_at BIGINT NOT NULL DEFAULT 0,      -- no step of it any more
  UNIQUE (workflow_id, number)
);

CREATE TABLE channel_workflow (              -- what leaves by this channel is approved so
  channel_id BIGINT NOT NULL PRIMARY KEY REFERENCES channel(id),
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  workflow_id BIGINT NOT NULL REFERENCES workflow(id)
);

CREATE TABLE post_approval (                 -- a step that a post waits for, or went through
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  post_id BIGINT NOT NULL REFERENCES post(id),
  revision BIGINT NOT NULL,                  -- what was shown
  workflow_id BIGINT REFERENCES workflow(id),
  step_id BIGINT REFERENCES workflow_step(id), -- NULL: anybody who may approve posts
  asked_by BIGINT,
  asked_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL DEFAULT 0,
  reminded_at BIGINT NOT NULL DEFAULT 0,
  outcome TEXT NOT NULL DEFAULT '',          -- '', approved, returned, void (the post was changed)
  decided_by BIGINT REFERENCES person(id),
  decided_at BIGINT NOT NULL DEFAULT 0,
  remark TEXT NOT NULL DEFAULT ''
);
CREATE INDEX post_approval_post ON post_approval (workspace_id, post_id, id);
CREATE INDEX post_approval_open ON post_approval (workspace_id, asked_at, id) WHERE outcome = '';
CREATE INDEX post_approval_due ON post_approval (due_at) WHERE outcome = '' AND due_at > 0;

CREATE TABLE check_exception (               -- what is right in this house, though a check says no
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  check_word TEXT NOT NULL,                  -- spelling, claim …
  found TEXT NOT NULL,                       -- the key of the finding: what was found, in lower case
  context TEXT NOT NULL DEFAULT '',          -- of the finding, the words around it; '' = wherever it stands
  excerpt TEXT NOT NULL DEFAULT '',          -- as it stood there
  person_id BIGINT,
  created_at BIGINT NOT NULL,
  removed_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE (workspace_id, check_word, found, context)
);

CREATE TABLE post_override (                 -- a post may leave in spite of what a check found
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  post_id BIGINT NOT NULL REFERENCES post(id),
  check_word TEXT NOT NULL,
  found TEXT NOT NULL,                       -- the key of the finding
  excerpt TEXT NOT NULL DEFAULT '',
  finding TEXT NOT NULL,                     -- what the check said
  reason TEXT NOT NULL,                      -- why it may leave all the same
  person_id BIGINT REFERENCES person(id),
  at BIGINT NOT NULL,
  voided_at BIGINT NOT NULL DEFAULT 0        -- the post was changed, or somebody thought again
);
CREATE INDEX post_override_post ON post_override (workspace_id, post_id, id);

CREATE TABLE link_look (                     -- does a link of a post answer?
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  url TEXT NOT NULL,                         -- as it stands in the text
  state TEXT NOT NULL DEFAULT '',            -- '' (not known), alive, dead, moved
  status BIGINT NOT NULL DEFAULT 0,          -- of the answer; 0 = none came
  target TEXT NOT NULL DEFAULT '',           -- where it has moved to
  failures BIGINT NOT NULL DEFAULT 0,        -- looks in a row that got no answer
  asked_at BIGINT NOT NULL DEFAULT 0,        -- it is to be looked at since then; 0 = not now
  looked_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE (workspace_id, url)
);
CREATE INDEX link_look_asked ON link_look (asked_at, id) WHERE asked_at > 0;

CREATE TABLE post_link (                     -- which post has which link
  post_id BIGINT NOT NULL REFERENCES post(id),
  link_id BIGINT NOT NULL REFERENCES link_look(id),
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  PRIMARY KEY (post_id, link_id)
);
CREATE INDEX post_link_link ON post_link (workspace_id, link_id, post_id);

CREATE TABLE link_card (                     -- what networks show of the page behind a link, as it was read last; made again at any time
  link_id BIGINT PRIMARY KEY REFERENCES link_look(id),
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  title TEXT NOT NULL DEFAULT '',            -- '' = the page has no card
  description TEXT NOT NULL DEFAULT '',
  site TEXT NOT NULL DEFAULT '',
  alt TEXT NOT NULL DEFAULT '',              -- what its picture shows
  picture TEXT NOT NULL DEFAULT '',          -- blob, made anew; '' = none
  type TEXT NOT NULL DEFAULT '',
  size BIGINT NOT NULL DEFAULT 0,
  width BIGINT NOT NULL DEFAULT 0,
  height BIGINT NOT NULL DEFAULT 0,
  story TEXT NOT NULL DEFAULT '',            -- why there is no card, or no picture
  read_at BIGINT NOT NULL
);

CREATE TABLE post_tag (                      -- which post has which hashtag
  post_id BIGINT NOT NULL REFERENCES post(id),
  position BIGINT NOT NULL,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  key TEXT NOT NULL,                         -- small letters without accents
  tag TEXT NOT NULL,                         -- as it is written there, without its sign
  PRIMARY KEY (post_id, position)
);
-- sqlite:
CREATE INDEX post_tag_key ON post_tag (workspace_id, key, tag);
-- postgres:
CREATE INDEX post_tag_key ON post_tag (workspace_id, key text_pattern_ops, tag);
-- both:

CREATE TABLE queue (                         -- hours of the week at which posts leave one after the other
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  name TEXT NOT NULL,
  zone TEXT NOT NULL,                        -- whose clock
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE (workspace_id, name)
);

CREATE TABLE queue_slot (                    -- one of its hours
  queue_id BIGINT NOT NULL REFERENCES queue(id),
  week_minute BIGINT NOT NULL,               -- 0 is Monday at 00:00
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  PRIMARY KEY (queue_id, week_minute)
);

CREATE TABLE queue_channel (                 -- what else leaves by these channels takes its hours too
  queue_id BIGINT NOT NULL REFERENCES queue(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  PRIMARY KEY (queue_id, channel_id)
);

CREATE TABLE queue_post (                    -- a post that was put into a queue; it is in it as long as its hour is this one
  post_id BIGINT PRIMARY KEY REFERENCES post(id),
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  queue_id BIGINT NOT NULL REFERENCES queue(id),
  planned_at BIGINT NOT NULL,
  person_id BIGINT,
  at BIGINT NOT NULL
);
CREATE INDEX queue_post_queue ON queue_post (workspace_id, queue_id, planned_at);

CREATE TABLE series (                        -- posts that come again: by a rule, or by the hours of a queue after a rest
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  post_id BIGINT NOT NULL REFERENCES post(id), -- whose words these are
  document TEXT NOT NULL,                    -- JSON: what each of them says, as post_version has it
  rule TEXT NOT NULL,                        -- RRULE of RFC 5545; '' = by its queue
  wall_time TEXT NOT NULL,                   -- of the first one
  zone TEXT NOT NULL,
  queue_id BIGINT REFERENCES queue(id),
  rest BIGINT NOT NULL DEFAULT 0,            -- microseconds from one to the next, at least
  approved_at BIGINT NOT NULL DEFAULT 0,     -- these words were approved; 0 = not yet
  made_until BIGINT NOT NULL,                -- the last instant that one was made for
  due_at BIGINT NOT NULL,                    -- when to look again
  story TEXT NOT NULL DEFAULT '',            -- why the next one could not be made
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX series_due ON series (due_at, id) WHERE ended_at = 0;
CREATE INDEX series_workspace ON series (workspace_id, id);

CREATE TABLE series_post (                   -- one of them: made once
  series_id BIGINT NOT NULL REFERENCES series(id),
  at BIGINT NOT NULL,                        -- as the rule has it
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  post_id BIGINT REFERENCES post(id),        -- NULL: its hour had gone by when it was to be made
  PRIMARY KEY (series_id, at)
);
CREATE INDEX series_post_post ON series_post (workspace_id, post_id);

CREATE TABLE calendar_source (               -- a calendar of others that is brought into ours
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,                        -- of its notes: note, event
  url TEXT NOT NULL DEFAULT '',              -- '' = brought as files; else its host alone is told: many such addresses are secrets
  secret BLOB,                               -- the whole address, sealed to the working role's key; NULL: a file, or of another installation
  tag TEXT NOT NULL DEFAULT '',              -- ETag of what was read last
  story TEXT NOT NULL DEFAULT '',            -- why it could not be read
  failures BIGINT NOT NULL DEFAULT 0,        -- in a row
  held BIGINT NOT NULL DEFAULT 0,            -- entries, when it was read last
  read_at BIGINT NOT NULL DEFAULT 0,
  due_at BIGINT NOT NULL DEFAULT 0,          -- to be read again; 0 = no
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE (workspace_id, name)
);
CREATE INDEX calendar_source_due ON calendar_source (due_at, id) WHERE due_at > 0 AND archived_at = 0;

CREATE TABLE calendar_note (                 -- what the house itself writes into its calendar
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  kind TEXT NOT NULL,                        -- note (for the team), event (of the house), quiet (nothing goes out on that day)
  day TEXT NOT NULL,                         -- 2027-03-24, of the calendar on the wall
  until_day TEXT NOT NULL,                   -- the last day of it; the same for one day
  title TEXT NOT NULL,
  body TEXT NOT NULL DEFAULT '',
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0,     -- put away
  source_id BIGINT REFERENCES calendar_source(id), -- the calendar it was brought from; NULL: somebody wrote it
  source_key TEXT NOT NULL DEFAULT '',       -- what it is called there
  is_gone BIGINT NOT NULL DEFAULT 0          -- 1: put away because it is there no more
);
CREATE UNIQUE INDEX calendar_note_source ON calendar_note (source_id, source_key) WHERE source_id IS NOT NULL;
CREATE INDEX calendar_note_day ON calendar_note (workspace_id, archived_at, until_day, day);

CREATE TABLE calendar_feed (                 -- an address under which other programs read the calendar
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  person_id BIGINT NOT NULL REFERENCES person(id), -- in whose name it is read
  name TEXT NOT NULL,
  channel_id BIGINT NOT NULL DEFAULT 0,      -- what it is narrowed to; 0 = any
  campaign_id BIGINT NOT NULL DEFAULT 0,
  pillar_id BIGINT NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT '',
  code_hash BLOB NOT NULL UNIQUE,            -- of the secret in its address, which is kept nowhere
  created_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX calendar_feed_person ON calendar_feed (workspace_id, person_id, id);

CREATE TABLE writing_aid (                   -- what helps to write posts
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  kind TEXT NOT NULL,                        -- template (a text to begin with), hashtags (a set of them), variable ({{name}} in texts)
  name TEXT NOT NULL,
  about TEXT NOT NULL DEFAULT '',
  body TEXT NOT NULL DEFAULT '',             -- the text; the hashtags; of a variable: what it is where the post says nothing, '' = it has to say
  type TEXT NOT NULL DEFAULT 'text',         -- of a variable: text, number, date, url
  shows BIGINT NOT NULL DEFAULT 0,           -- of hashtags: so many at a time, others the next time; 0 = all
  used_count BIGINT NOT NULL DEFAULT 0,
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL DEFAULT 0      -- put away
);
CREATE INDEX writing_aid_kind ON writing_aid (workspace_id, kind, name);

CREATE TABLE ab_test (                       -- two ways to say something, compared on one channel; its rules are fixed before anything of it leaves
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  name TEXT NOT NULL,
  metric TEXT NOT NULL,                      -- clicks, reactions, comments, reach
  confidence BIGINT NOT NULL,                -- per cent
  measured_after BIGINT NOT NULL,            -- microseconds after each post left, at which it is counted
  least BIGINT NOT NULL DEFAULT 0,           -- of both together; fewer: too little
  unevenness BIGINT NOT NULL DEFAULT 1000,   -- thousandths: how much more posts before it differ than chance lets them
  past_posts BIGINT NOT NULL DEFAULT 0,      -- that it stands on
  state TEXT NOT NULL,                       -- running, decided, stopped
  verdict TEXT NOT NULL DEFAULT '',          -- a, b, none (no difference could be shown), few (too little came in)
  story TEXT NOT NULL DEFAULT '',            -- why it was stopped
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  decided_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX ab_test_workspace ON ab_test (workspace_id, id);
CREATE INDEX ab_test_running ON ab_test (id) WHERE state = 'running';

CREATE TABLE ab_post (                       -- a post that is given as A or as B
  test_id BIGINT NOT NULL REFERENCES ab_test(id),
  post_id BIGINT NOT NULL REFERENCES post(id),
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  is_b BIGINT NOT NULL,
  measured_at BIGINT NOT NULL DEFAULT 0,
  counted BIGINT NOT NULL DEFAULT 0,
  exposed BIGINT NOT NULL DEFAULT 0,         -- who saw it; 0 = not known
  PRIMARY KEY (test_id, post_id)
);
CREATE INDEX ab_post_post ON ab_post (workspace_id, post_id);

CREATE TABLE contest (                       -- a game with rules: drawn by lot, judged by a jury, or a challenge that everybody may take part in
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  campaign_id BIGINT REFERENCES campaign(id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,                        -- draw, jury, challenge
  state TEXT NOT NULL,                       -- draft, open, frozen (nothing comes in any more), decided, stopped
  organiser TEXT NOT NULL DEFAULT '',        -- who is answerable, as the rules name them
  rules TEXT NOT NULL DEFAULT '{}',          -- JSON by language: their text
  prizes TEXT NOT NULL DEFAULT '',           -- a line each: "3 x a basket of breads"
  country TEXT NOT NULL DEFAULT '',          -- whose law the facts beside the form are of: FR
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,                   -- the first instant that is too late
  zone TEXT NOT NULL,                        -- the clock that both were set by
  winners BIGINT NOT NULL DEFAULT 1,
  substitutes BIGINT NOT NULL DEFAULT 0,
  per_person BIGINT NOT NULL DEFAULT 1,      -- entries of one person that count
  ways BIGINT NOT NULL DEFAULT 0,            -- bits: 1 comments under its posts, 2 the hashtag, 4 mentions of us
  hashtag TEXT NOT NULL DEFAULT '',          -- without its sign
  words TEXT NOT NULL DEFAULT '',            -- a line each: what has to stand in an entry
  left_out TEXT NOT NULL DEFAULT '',         -- handles that cannot take part, a line each
  team_out BIGINT NOT NULL DEFAULT 1,        -- 1: nobody of the team can
  winners_out_days BIGINT NOT NULL DEFAULT 0, -- who won a contest within so many days cannot
  answer_days BIGINT NOT NULL DEFAULT 7,     -- a winner has to answer
  keep_days BIGINT NOT NULL DEFAULT 90,      -- after its end entries that won nothing lose their names
  salt TEXT NOT NULL,                        -- of the hashes of its entries; published
  read_to BIGINT NOT NULL DEFAULT 0,         -- messages were looked at up to this id
  story TEXT NOT NULL DEFAULT '',            -- why it was stopped
  owner_id BIGINT REFERENCES person(id),
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  opened_at BIGINT NOT NULL DEFAULT 0,
  decided_at BIGINT NOT NULL DEFAULT 0,
  unnamed_at BIGINT NOT NULL DEFAULT 0,      -- since when its entries have no names any more
  archived_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE (workspace_id, name)
);
CREATE INDEX contest_running ON contest (state, id);
CREATE INDEX contest_campaign ON contest (workspace_id, campaign_id, id);

CREATE TABLE contest_rules (                 -- its rules as they were published, each time; never changed
  contest_id BIGINT NOT NULL REFERENCES contest(id),
  number BIGINT NOT NULL,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  document TEXT NOT NULL,                    -- JSON: the texts by language, and the conditions
  person_id BIGINT,
  at BIGINT NOT NULL,
  PRIMARY KEY (contest_id, number)
);

CREATE TABLE contest_post (                  -- a post of ours under which one takes part by a comment
  contest_id BIGINT NOT NULL REFERENCES contest(id),
  post_id BIGINT NOT NULL REFERENCES post(id),
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  PRIMARY KEY (contest_id, post_id)
);

CREATE TABLE contest_entry (                 -- a message that takes part, or would have
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  contest_id BIGINT NOT NULL REFERENCES contest(id),
  message_id BIGINT REFERENCES message(id),  -- NULL: it lost its name
  state TEXT NOT NULL,                       -- counted, refused, withdrawn
  reason TEXT NOT NULL DEFAULT '',           -- of a refusal: word of model/contest
  said TEXT NOT NULL DEFAULT '',             -- by whoever refused it by hand
  person_id BIGINT REFERENCES person(id),    -- who did; NULL: the rules
  at BIGINT NOT NULL,                        -- when it was said
  judged_at BIGINT NOT NULL,
  hash TEXT NOT NULL DEFAULT '',             -- as it stands in the list; '' = not frozen yet, or not in it
  group_hash TEXT NOT NULL DEFAULT '',       -- of its person, where one may take part several times
  UNIQUE (contest_id, message_id)
);
CREATE INDEX contest_entry_contest ON contest_entry (workspace_id, contest_id, state, id);
CREATE INDEX contest_entry_message ON contest_entry (workspace_id, message_id);
CREATE INDEX contest_entry_hash ON contest_entry (contest_id, hash) WHERE hash <> '';

CREATE TABLE contest_draw (                  -- a list that was frozen and what was drawn of it; a second one has a reason, the first one stays
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  contest_id BIGINT NOT NULL REFERENCES contest(id),
  number BIGINT NOT NULL,                    -- 1, 2 …
  list TEXT NOT NULL,                        -- the file, as it was published (flow/lot.h)
  list_hash TEXT NOT NULL,
  entries BIGINT NOT NULL,
  winners BIGINT NOT NULL,
  substitutes BIGINT NOT NULL,
  source TEXT NOT NULL,                      -- beacon, word; '' = a jury decides
  round BIGINT NOT NULL DEFAULT 0,           -- of the beacon, named before it came
  sealed BLOB,                               -- the secret of a word's draw, sealed to the working role's key until it is drawn; NULL: none, or of another installation
  secret TEXT NOT NULL DEFAULT '',           -- the same once it is drawn, for everybody
  secret_hash TEXT NOT NULL DEFAULT '',      -- published with the list
  word TEXT NOT NULL DEFAULT '',             -- that the public gave; published before the secret is opened
  seed TEXT NOT NULL DEFAULT '',             -- '' = not drawn yet
  relay TEXT NOT NULL DEFAULT '',            -- the host that gave the beacon's value
  typed BIGINT NOT NULL DEFAULT 0,           -- 1: somebody typed the beacon's value alone, 2: with its signature, of which it is the hash
  reason TEXT NOT NULL DEFAULT '',           -- why it was drawn once more
  due_at BIGINT NOT NULL DEFAULT 0,          -- when the working role draws it: the beacon's value comes, or is asked for again; a word was given; 0: it has nothing to do
  story TEXT NOT NULL DEFAULT '',            -- why it could not be drawn
  frozen_by BIGINT,
  frozen_at BIGINT NOT NULL,
  drawn_by BIGINT,
  drawn_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE (contest_id, number)
);
CREATE INDEX contest_draw_due ON contest_draw (due_at, id) WHERE drawn_at = 0 AND due_at > 0;

CREATE TABLE contest_winner (                -- an entry that was drawn, stands by, was chosen by the jury, or to be shown again
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  contest_id BIGINT NOT NULL REFERENCES contest(id),
  draw_id BIGINT REFERENCES contest_draw(id), -- NULL: of a challenge
  entry_id BIGINT NOT NULL REFERENCES contest_entry(id),
  place BIGINT NOT NULL,                     -- 1 … winners … and substitutes behind them
  state TEXT NOT NULL,                       -- drawn, standby, leaving (the message to them has not arrived yet), told, accepted, declined, silent, void (of a draw that another one replaced)
  points BIGINT NOT NULL DEFAULT 0,          -- of a jury, all together
  shown_as TEXT NOT NULL DEFAULT '',         -- the name they agreed to be shown with; '' = by the hash alone
  reply_id BIGINT REFERENCES message(id),    -- by which they are told
  told_at BIGINT NOT NULL DEFAULT 0,         -- since when it is known to have arrived; their time runs from there
  answer_by BIGINT NOT NULL DEFAULT 0,
  reminded_at BIGINT NOT NULL DEFAULT 0,
  settled_at BIGINT NOT NULL DEFAULT 0,      -- accepted, declined or given up
  settled_by BIGINT
);
CREATE INDEX contest_winner_contest ON contest_winner (workspace_id, contest_id, place, id);
CREATE INDEX contest_winner_answer ON contest_winner (answer_by, id) WHERE state = 'told';
CREATE INDEX contest_winner_leaving ON contest_winner (id) WHERE state = 'leaving';
CREATE INDEX contest_winner_entry ON contest_winner (workspace_id, entry_id);

CREATE TABLE contest_points (                -- what one of the jury gave an entry; others see it when all is closed
  entry_id BIGINT NOT NULL REFERENCES contest_entry(id),
  person_id BIGINT NOT NULL REFERENCES person(id),
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  points BIGINT NOT NULL,                    -- 0 to 10
  at BIGINT NOT NULL,
  PRIMARY KEY (entry_id, person_id)
);

CREATE TABLE short_link (                    -- a link of a post, short, as one channel got it; it is answered from when the post leaves
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  code TEXT NOT NULL UNIQUE,                 -- of its address: /l/CODE
  target TEXT NOT NULL,                      -- where it leads, with its tags
  post_id BIGINT NOT NULL REFERENCES post(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  created_at BIGINT NOT NULL
);
CREATE INDEX short_link_post ON short_link (workspace_id, post_id, channel_id, id);

CREATE TABLE short_link_day (                -- how often it was followed on a day; of whom nothing is kept
  link_id BIGINT NOT NULL REFERENCES short_link(id),
  day BIGINT NOT NULL,                       -- since 1970-01-01, by the workspace's clock
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  direct BIGINT NOT NULL DEFAULT 0,          -- by people who came from nowhere that is told: programs on telephones, letters
  network BIGINT NOT NULL DEFAULT 0,         -- from a network
  search BIGINT NOT NULL DEFAULT 0,          -- from a search engine
  other BIGINT NOT NULL DEFAULT 0,           -- from another site
  robots BIGINT NOT NULL DEFAULT 0,          -- by machines: previews of networks, crawlers, who only asks what is there
  PRIMARY KEY (link_id, day)
);

-- ---------- the outbox: the one door out ----------

CREATE TABLE aside (                       -- a talk that moved from public to private: one case, one point of contact
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  public_id BIGINT NOT NULL REFERENCES conversation(id),
  private_id BIGINT REFERENCES conversation(id), -- NULL until they wrote there; the same where the network has one thread for both
  message_id BIGINT NOT NULL REFERENCES message(id), -- what they said in public: what is said in public at the end answers it
  person_id BIGINT REFERENCES person(id),    -- the point of contact
  started_at BIGINT NOT NULL,
  solved_at BIGINT NOT NULL DEFAULT 0,       -- in private; the public thread waits for its last word from then on
  closed_at BIGINT NOT NULL DEFAULT 0        -- said, or nothing more is to be said
);
CREATE INDEX aside_public ON aside (workspace_id, public_id, closed_at);
CREATE INDEX aside_private ON aside (workspace_id, private_id, closed_at);
CREATE INDEX aside_waiting ON aside (workspace_id, started_at) WHERE closed_at = 0 AND private_id IS NULL;

CREATE TABLE publication (                   -- every outgoing act: the intention is written before the call
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  act TEXT NOT NULL,                         -- reply, hide, restore, notice, react, unreact, post, profile
  message_id BIGINT REFERENCES message(id),  -- of a post: NULL until it leaves for the first time
  variant_id BIGINT REFERENCES post_variant(id), -- of a post, or of what follows it
  part BIGINT NOT NULL DEFAULT 0,            -- of it: 0 the post, 1, 2, 3 … what follows in its thread, -1 its first comment
  follows_id BIGINT REFERENCES publication(id), -- it answers what this one is on the network, and waits for it
  dedup_key TEXT NOT NULL UNIQUE,            -- sent along wherever the network takes one
  state TEXT NOT NULL,                       -- due, leased, sent, failed, held, unknown, withdrawn, waiting (for what it follows), late,
                                             -- handed (to a person, who publishes it by hand)
  due_at BIGINT NOT NULL,
  planned_at BIGINT NOT NULL DEFAULT 0,      -- the minute a person set; 0 = as soon as may be
  lease_until BIGINT NOT NULL DEFAULT 0,
  lease_token TEXT NOT NULL DEFAULT '',
  attempts BIGINT NOT NULL DEFAULT 0,
  remote_id TEXT NOT NULL DEFAULT '',
  remote_url TEXT NOT NULL DEFAULT '',
  story TEXT NOT NULL DEFAULT '',
  asks TEXT NOT NULL DEFAULT '',             -- what one that is late asks about: '' its minute, link (one of its links is dead)
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX publication_due ON publication (state, due_at, id, channel_id, workspace_id, variant_id, act);
CREATE INDEX publication_waiting ON publication (workspace_id, channel_id, due_at, id) WHERE state IN ('due', 'leased', 'held', 'unknown', 'waiting', 'late', 'handed');
CREATE INDEX publication_message ON publication (workspace_id, message_id);
CREATE INDEX publication_variant ON publication (workspace_id, variant_id, part) WHERE variant_id IS NOT NULL;
CREATE INDEX publication_profile ON publication (workspace_id, channel_id, id) WHERE act = 'profile';
CREATE INDEX publication_follows ON publication (follows_id) WHERE follows_id IS NOT NULL;

CREATE TABLE profile_kit (                   -- how a workspace shows itself on its networks: a row a version, the newest holds
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  document TEXT NOT NULL,                    -- JSON: {"name", "short_name", "website", "place", "contact", "bios": [{"lang", "text"}], "links": [{"label", "url"}]}
  avatar_id BIGINT REFERENCES media(id),
  cover_id BIGINT REFERENCES media(id),
  created_by BIGINT,
  created_at BIGINT NOT NULL
);
CREATE INDEX profile_kit_newest ON profile_kit (workspace_id, id);

CREATE TABLE channel_profile (               -- a channel's part of it: what differs there on purpose, and what its network showed when it was read last
  channel_id BIGINT PRIMARY KEY REFERENCES channel(id),
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  lang TEXT NOT NULL DEFAULT '',             -- of the texts that are wanted there; '' = the kit's first
  own TEXT NOT NULL DEFAULT '{}',            -- JSON by field: {"name": "…"}: what is to stand there instead
  shown TEXT NOT NULL DEFAULT '{}',          -- JSON by field, as the network showed it; of pictures their address
  avatar_blob TEXT NOT NULL DEFAULT '',      -- a small copy, made anew: media/ab/abcdef…
  cover_blob TEXT NOT NULL DEFAULT '',
  avatar_of BIGINT NOT NULL DEFAULT 0,       -- the medium that it was compared with; 0 = none was
  cover_of BIGINT NOT NULL DEFAULT 0,
  avatar_distance BIGINT NOT NULL DEFAULT -1, -- in hundredths, see model/profile.h; -1 = not comparable
  cover_distance BIGINT NOT NULL DEFAULT -1,
  read_at BIGINT NOT NULL DEFAULT 0,         -- 0 = never
  tried_at BIGINT NOT NULL DEFAULT 0,
  due_at BIGINT NOT NULL DEFAULT 0,
  story TEXT NOT NULL DEFAULT '',            -- why it could not be read
  asking BIGINT NOT NULL DEFAULT 0,          -- how many fields are not as they should be, by the last comparison
  drifted TEXT NOT NULL DEFAULT '',          -- words of fields that became others over there without us: "name about"
  drifted_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX channel_profile_of ON channel_profile (workspace_id, channel_id);

CREATE TABLE profile_order (                 -- what an act "profile" of the ledger puts there
  publication_id BIGINT PRIMARY KEY REFERENCES publication(id),
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  document TEXT NOT NULL,                    -- JSON by field: {"about": {"text", "before"}}; of pictures {"media", "format", "before"}
  avatar_id BIGINT REFERENCES media(id),
  cover_id BIGINT REFERENCES media(id)
);

CREATE TABLE handing (                       -- what a person publishes by hand, from its minute until they say what became of it
  publication_id BIGINT PRIMARY KEY REFERENCES publication(id),
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  handed_at BIGINT NOT NULL,                 -- the last time
  taken_by BIGINT REFERENCES person(id),     -- who is on it, until taken_until; who said what became of it
  taken_until BIGINT NOT NULL DEFAULT 0,     -- 0: nobody is
  remind_at BIGINT NOT NULL DEFAULT 0,       -- when whoever is in charge is told again; 0: no more
  reminded BIGINT NOT NULL DEFAULT 0,        -- how often they were
  closed_at BIGINT NOT NULL DEFAULT 0        -- somebody said what became of it; 0: it is still to be done
);
CREATE INDEX handing_open ON handing (workspace_id, handed_at, publication_id) WHERE closed_at = 0;
CREATE INDEX handing_closed ON handing (workspace_id, closed_at, publication_id) WHERE closed_at > 0;
CREATE INDEX handing_remind ON handing (remind_at) WHERE closed_at = 0;

CREATE TABLE suspension (                    -- publishing that is paused: posts wait, and what becomes due meanwhile asks a person afterwards
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  channel_id BIGINT REFERENCES channel(id),  -- NULL: every channel
  reason TEXT NOT NULL DEFAULT '',
  holds_answers BIGINT NOT NULL DEFAULT 0,   -- 1: answers wait too
  began_by BIGINT REFERENCES person(id),
  began_at BIGINT NOT NULL,
  ended_by BIGINT REFERENCES person(id),
  ended_at BIGINT NOT NULL DEFAULT 0         -- 0: it goes on
);
CREATE INDEX suspension_open ON suspension (workspace_id, began_at, id) WHERE ended_at = 0;
CREATE INDEX suspension_past ON suspension (workspace_id, id);

CREATE TABLE attempt (                       -- each call of a publication, and what came of it
  publication_id BIGINT NOT NULL REFERENCES publication(id),
  number BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL DEFAULT 0,        -- 0: never heard of again
  outcome TEXT NOT NULL DEFAULT '',          -- done, later, never, hold, unknown, found, absent, handed
  story TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (publication_id, number)
);

CREATE TABLE approval (                      -- an answer that waits for somebody who may
  message_id BIGINT NOT NULL PRIMARY KEY REFERENCES message(id),
  workspace_id BIGINT NOT NULL,
  asked_by BIGINT NOT NULL REFERENCES person(id),
  asked_at BIGINT NOT NULL,
  decided_by BIGINT REFERENCES person(id),
  decided_at BIGINT NOT NULL DEFAULT 0,
  outcome TEXT NOT NULL DEFAULT '',          -- approved, returned
  remark TEXT NOT NULL DEFAULT '',
  status_after TEXT NOT NULL DEFAULT ''      -- of the conversation, once it is approved; '' = as it is
);
CREATE INDEX approval_open ON approval (workspace_id, decided_at, asked_at);

-- ---------- moderation ----------

CREATE TABLE charter_version (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  number BIGINT NOT NULL,                    -- 1, 2, 3 …
  state TEXT NOT NULL,                       -- draft, published, retired
  preamble TEXT NOT NULL DEFAULT '{}',       -- JSON: {"fr": …, "en": …}
  published_at BIGINT NOT NULL DEFAULT 0,
  published_by BIGINT REFERENCES person(id),
  retired_at BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  UNIQUE (workspace_id, number)
);

CREATE TABLE charter_article (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL,
  version_id BIGINT NOT NULL REFERENCES charter_version(id),
  number BIGINT NOT NULL,
  title TEXT NOT NULL,                       -- JSON by language
  body TEXT NOT NULL,                        -- JSON by language
  notice TEXT NOT NULL DEFAULT '{}',         -- JSON by language: what the author is told
  UNIQUE (version_id, number)
);

CREATE TABLE flag (                          -- why a message is in the review queue
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL REFERENCES message(id),
  source TEXT NOT NULL,                      -- member, colleague, rule, network, model
  reason TEXT NOT NULL DEFAULT '',
  remote_id TEXT NOT NULL DEFAULT '',        -- of the complaint on its network; '' = it began here
  person_id BIGINT,
  at BIGINT NOT NULL,
  due_at BIGINT NOT NULL DEFAULT 0,          -- by when a decision is promised (the workspace's moderation delay then); 0 = no clock
  decided_at BIGINT NOT NULL DEFAULT 0,
  told_at BIGINT NOT NULL DEFAULT 0          -- when those who decide were told that it is late
);
CREATE UNIQUE INDEX flag_remote ON flag (workspace_id, message_id, remote_id) WHERE remote_id <> '';
CREATE INDEX flag_open ON flag (workspace_id, decided_at, message_id, at, due_at);
CREATE INDEX flag_late ON flag (due_at) WHERE decided_at = 0 AND told_at = 0 AND due_at > 0;
CREATE INDEX flag_message ON flag (workspace_id, message_id);

CREATE TABLE decision (                      -- a moderation decision; never changed, only followed by another
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL REFERENCES message(id),
  conversation_id BIGINT NOT NULL,
  act TEXT NOT NULL,                         -- keep, hide, restore, warn, ask_second, reopen (a decision undone at once)
  article_id BIGINT REFERENCES charter_article(id),
  reason TEXT NOT NULL,
  decided_by BIGINT NOT NULL REFERENCES person(id),
  second_person BIGINT REFERENCES person(id),  -- where the network can only remove: two people
  at BIGINT NOT NULL,
  evidence_id BIGINT,
  notify_author BIGINT NOT NULL DEFAULT 0,
  CHECK (act IN ('keep', 'restore', 'reopen') OR (article_id IS NOT NULL AND reason <> ''))
);
CREATE INDEX decision_message ON decision (workspace_id, message_id, id);
CREATE INDEX decision_recent ON decision (workspace_id, id);

CREATE TABLE evidence (                      -- sealed copy; a hash chain for each workspace
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  content TEXT NOT NULL,                     -- JSON: text, versions, author card, context, network ids, times
  previous BLOB NOT NULL,
  hash BLOB NOT NULL,
  UNIQUE (workspace_id, sequence)
);

CREATE TABLE appeal (                        -- the author contests a decision; one for each, decided once, never taken away
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspace(id),
  decision_id BIGINT NOT NULL REFERENCES decision(id),  -- the one that hid
  message_id BIGINT NOT NULL REFERENCES message(id),
  road TEXT NOT NULL,                        -- how it came: page (the author's own), reply, email, telephone, letter, person
  text TEXT NOT NULL,
  recorded_by BIGINT REFERENCES person(id),  -- who wrote it down; NULL: its author, on their page
  at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  outcome TEXT NOT NULL DEFAULT '',          -- '' open, accepted (the message came back), rejected
  reason TEXT NOT NULL DEFAULT '',           -- told to the author
  decided_by BIGINT REFERENCES person(id),
  decided_at BIGINT NOT NULL DEFAULT 0,
  alone BIGINT NOT NULL DEFAULT 0,           -- 1: by who had decided first, for want of anybody else who may
  told_at BIGINT NOT NULL DEFAULT 0,         -- when those who decide were told that it is late
  CHECK (outcome = '' OR (decided_by IS NOT NULL AND reason <> '')),
  UNIQUE (workspace_id, decision_id)
);
CREATE INDEX appeal_open ON appeal (workspace_id, outcome, due_at, id);
CREATE INDEX appeal_late ON appeal (due_at) WHERE outcome = '' AND told_at = 0;
CREATE INDEX appeal_message ON appeal (workspace_id, message_id);

-- ---------- import, jobs, live updates ----------

CREATE TABLE import_run (
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL,
  channel_id BIGINT REFERENCES channel(id),
  format TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_path TEXT NOT NULL DEFAULT '',        -- spooled and ours to remove, until it is done; '' = of the command line
  account TEXT NOT NULL DEFAULT '',          -- whose export it is; '' = as the file says
  network TEXT NOT NULL DEFAULT '',          -- for formats that do not say
  dry_run BIGINT NOT NULL,
  state TEXT NOT NULL,                       -- waiting, running, done, failed
  story TEXT NOT NULL DEFAULT '',
  bytes_done BIGINT NOT NULL DEFAULT 0,
  bytes_all BIGINT NOT NULL DEFAULT 0,
  items BIGINT NOT NULL DEFAULT 0,
  created BIGINT NOT NULL DEFAULT 0,
  unchanged BIGINT NOT NULL DEFAULT 0,
  changed BIGINT NOT NULL DEFAULT 0,
  refused BIGINT NOT NULL DEFAULT 0,         -- all; the first 1,000 are rows of import_refusal
  left_out TEXT NOT NULL DEFAULT '[]',       -- JSON: [{"what": "likes", "count": 34}], what the file holds beside messages
  person_id BIGINT,
  started_at BIGINT NOT NULL,                -- or asked for, while it waits
  ended_at BIGINT NOT NULL DEFAULT 0,
  lease_until BIGINT NOT NULL DEFAULT 0,     -- running: by then whoever reads has said so again, or is gone
  lease_token TEXT NOT NULL DEFAULT ''
);
CREATE INDEX import_run_state ON import_run (state, id);
CREATE INDEX import_run_workspace ON import_run (workspace_id, id);

CREATE TABLE import_refusal (
  run_id BIGINT NOT NULL REFERENCES import_run(id),
  number BIGINT NOT NULL,
  place TEXT NOT NULL,                       -- "line 12", "comments.json #/items/3"
  reason TEXT NOT NULL,
  excerpt TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (run_id, number)
);

CREATE TABLE export_run (                    -- what was asked to be taken out, and the file that came of it
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL,
  what TEXT NOT NULL,                        -- everything, conversations
  format TEXT NOT NULL,                      -- archive, csv, jsonl
  filter TEXT NOT NULL DEFAULT '{}',         -- JSON: which conversations, and of what time
  state TEXT NOT NULL,                       -- waiting, running, done, failed, cancelled, expired
  story TEXT NOT NULL DEFAULT '',
  rows_done BIGINT NOT NULL DEFAULT 0,
  rows_all BIGINT NOT NULL DEFAULT 0,        -- as counted when it began; 0 = not known
  missing BIGINT NOT NULL DEFAULT 0,         -- kept files that are not where they should be
  file_name TEXT NOT NULL DEFAULT '',        -- in the folder "exports"; '' = none, or removed
  size BIGINT NOT NULL DEFAULT 0,
  person_id BIGINT,
  asked_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL DEFAULT 0,
  expires_at BIGINT NOT NULL DEFAULT 0,
  lease_until BIGINT NOT NULL DEFAULT 0,
  lease_token TEXT NOT NULL DEFAULT ''
);
CREATE INDEX export_run_state ON export_run (state, id);
CREATE INDEX export_run_workspace ON export_run (workspace_id, id);

CREATE TABLE job (                           -- work for the working role that has no table of its own
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT,
  kind TEXT NOT NULL,                        -- mail, import …
  detail TEXT NOT NULL,
  dedup_key TEXT UNIQUE,
  state TEXT NOT NULL DEFAULT 'due',         -- due, leased, done, failed
  due_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL DEFAULT 0,
  attempts BIGINT NOT NULL DEFAULT 0,
  story TEXT NOT NULL DEFAULT ''
);
CREATE INDEX job_due ON job (state, due_at, id);

CREATE TABLE change (                        -- what happened, for open pages; kept for minutes
  id BIGINT PRIMARY KEY,
  workspace_id BIGINT NOT NULL,              -- 0: in each, of a person's access
  person_id BIGINT NOT NULL DEFAULT 0,       -- 0: for everybody in the workspace
  kind TEXT NOT NULL,                        -- conversation, message, presence, notification, import …
  subject_id BIGINT NOT NULL
);
