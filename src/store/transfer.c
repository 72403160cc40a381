#include "store/transfer.h"

#include "store/sql.h"

/* TABLE(name, columns, marks, where, key, key2): its page and its insertion, as literals that the test of statements finds. */
#define TABLE(name, columns, marks, where, key, key2)                                                                          \
	static enum err page_##name(struct cx *cx, struct db *db, i64 workspace, i64 after, i64 after2, i64 limit, struct row **ret_row) \
	{                                                                                                                      \
		return db_query(cx, db, ret_row,                                                                               \
				"SELECT " columns " FROM " #name " WHERE " where " AND (" key ", " key2 ") > (?2, ?3) ORDER BY " key ", " key2 \
				" LIMIT ?4",                                                                                   \
				db_i64(workspace), db_i64(after), db_i64(after2), db_i64(limit));                              \
	}                                                                                                                      \
	static enum err insert_##name(struct cx *cx, struct db *db, const struct db_value *values, size_t count)               \
	{                                                                                                                      \
		return db_run_values(cx, db, NULL, "/* all workspaces */ INSERT INTO " #name " (" columns ") VALUES (" marks ")", values, count); \
	}                                                                                                                      \
	static const char columns_##name[] = columns;

#define M2 "?1, ?2"
#define M3 M2 ", ?3"
#define M4 M3 ", ?4"
#define M5 M4 ", ?5"
#define M6 M5 ", ?6"
#define M7 M6 ", ?7"
#define M8 M7 ", ?8"
#define M9 M8 ", ?9"
#define M10 M9 ", ?10"
#define M11 M10 ", ?11"
#define M12 M11 ", ?12"
#define M13 M12 ", ?13"
#define M14 M13 ", ?14"
#define M15 M14 ", ?15"
#define M16 M15 ", ?16"
#define M17 M16 ", ?17"
#define M18 M17 ", ?18"
#define M19 M18 ", ?19"
#define M20 M19 ", ?20"
#define M21 M20 ", ?21"
#define M22 M21 ", ?22"
#define M23 M22 ", ?23"
#define M24 M23 ", ?24"
#define M25 M24 ", ?25"
#define M26 M25 ", ?26"
#define M27 M26 ", ?27"
#define M28 M27 ", ?28"
#define M29 M28 ", ?29"
#define M30 M29 ", ?30"
#define M31 M30 ", ?31"
#define M32 M31 ", ?32"
#define M33 M32 ", ?33"
#define M34 M33 ", ?34"
#define M35 M34 ", ?35"
#define M36 M35 ", ?36"
#define M37 M36 ", ?37"
#define M38 M37 ", ?38"
#define M39 M38 ", ?39"
#define M40 M39 ", ?40"
#define M41 M40 ", ?41"
/* By the key, not by an index of the workspace (that is what the plus keeps SQLite from): a page reads on where the last one ended. */
#define OWN "+workspace_id = ?1"

TABLE(workspace, "id, name, slug, zone, lang, settings, is_sample, created_at", M8, "id = ?1", "id", "id")
TABLE(person, "id, email, name, lang, zone, theme, settings, disabled_at, created_at, seen_at", M10, "id IN (SELECT person_id FROM membership WHERE workspace_id = ?1)", "id", "id")
TABLE(membership, "id, workspace_id, person_id, role, signature, away_until, capacity, assigned_at, removed_at, "
      "created_at", M10, OWN, "id", "id")
TABLE(team, "id, workspace_id, name, assignment, archived_at", M5, OWN, "id", "id")
TABLE(team_member, "team_id, person_id", M2, "team_id IN (SELECT id FROM team WHERE workspace_id = ?1)", "team_id", "person_id")
TABLE(business_hours, "weekday, opens, workspace_id, closes", M4, OWN, "weekday", "opens")
TABLE(closing_day, "day, workspace_id, name", M3, OWN, "day", "day")
TABLE(channel, "id, workspace_id, kind, network, name, settings, cursor, state, state_story, team_id, fetched_at, "
      "form_key, archived_at, created_at, person_id", M15, OWN, "id", "id")
TABLE(contact, "id, workspace_id, name, email, phone, company, place, lang, note, attributes, merged_into, "
      "first_at, last_at, conversation_count", M14, OWN, "id", "id")
TABLE(identity, "id, workspace_id, contact_id, network, remote_id, handle, name, url, avatar_url, followers, place, "
      "name_key, handle_key, mail_key", M14, OWN, "id", "id")
TABLE(label, "id, workspace_id, name, about, tone, archived_at", M6, OWN, "id", "id")
TABLE(view, "id, workspace_id, person_id, name, icon, filter, position, archived_at", M8, OWN, "id", "id")
TABLE(sla_policy, "id, workspace_id, name, position, kinds, channel_id, priority_least, first_answer, resolution, "
      "business_hours, archived_at", M11, OWN, "id", "id")
TABLE(saved_reply, "id, workspace_id, person_id, shortcut, title, body, lang, used_count, used_at, updated_at, "
      "archived_at", M11, OWN, "id", "id")
TABLE(macro, "id, workspace_id, person_id, name, actions, archived_at", M6, OWN, "id", "id")
TABLE(listening_query, "id, workspace_id, name, kind, words, active, version, created_by, created_at, changed_at, archived_at", M11, OWN, "id", "id")
TABLE(listening_piece, "id, workspace_id, name, words, created_by, created_at, changed_at, archived_at", M8, OWN, "id", "id")
TABLE(listening_search, "query_id, channel_id, workspace_id, looked, found, found_at, created_by, created_at", M8, OWN, "query_id", "channel_id")
TABLE(sought, "message_id, workspace_id, channel_id", M3, OWN, "message_id", "message_id")
TABLE(trend, "id, workspace_id, term, terms, since, at, seen_at, ended_at, score, evidence, query_id, hushed_at, hushed_by", M13, OWN, "id", "id")
TABLE(hush, "id, workspace_id, query_id, reason, person_id, at, until_at, undone_at", M8, OWN, "id", "id")
TABLE(metric_point, "id, workspace_id, channel_id, message_id, measure, value, at, told_at", M8, OWN, "id", "id")
TABLE(post_figure, "message_id, workspace_id, channel_id, at, acts, reach, tags, told_at", M8, OWN, "message_id", "message_id")
TABLE(post_reach, "id, workspace_id, channel_id, remote_id, at, reach, format, length, has_link, told_at", M10, OWN, "id", "id")
TABLE(alarm, "id, workspace_id, query_id, measure, at, since, score, evidence, ended_at, hush_id", M10, OWN, "id", "id")
TABLE(hook, "workspace_id, url, is_off, story, person_id, changed_at", M6, OWN, "workspace_id", "workspace_id")
TABLE(conversation, "id, workspace_id, channel_id, contact_id, remote_id, kind, subject, subject_url, status, priority, "
      "assignee_id, team_id, preview, rating, message_count, first_at, last_at, inbound_at, waiting_since, "
      "snoozed_until, sla_policy_id, sla_started_at, first_due_at, first_met_at, resolve_due_at, "
      "resolved_at, due_at, breach_at, breached, label_ids, merged_into, version, language, sentiment, intent, signs", M36, OWN, "id", "id")
TABLE(conversation_label, "conversation_id, label_id, workspace_id", M3, OWN, "conversation_id", "label_id")
TABLE(message, "id, workspace_id, conversation_id, home_id, channel_id, kind, direction, remote_id, "
      "parent_remote_id, identity_id, author_id, author_name, body, lang, visibility, rating, url, at, "
      "received_at, edited_at, removed_at, hidden_at, attachment_count, reply_state, language, language_p, sentiment, sentiment_p, emotion, "
      "emotion_p, intent, intent_p, urgency_p, irony_p, offence_p, hate_p, toxicity_p, spam_p, sure, corrected, understood_by", M41, OWN, "id", "id")
TABLE(message_version, "message_id, until, workspace_id, body", M4, OWN, "message_id", "until")
TABLE(removal, "id, workspace_id, channel_id, remote_id", M4, OWN, "id", "id")
TABLE(correction, "id, workspace_id, message_id, task, label, was, was_p, was_bits, person_id, at, undone_at", M11, OWN, "id", "id")
TABLE(own_model, "workspace_id, is_off, keeps_cases", M3, OWN, "workspace_id", "workspace_id")
TABLE(backend, "id, workspace_id, kind, name, tasks, settings, takes_private, a_day, changed_at, created_at, archived_at", M11, OWN, "id", "id")
TABLE(judgement, "id, workspace_id, message_id, backend_id, task, model, label, p, edited_at, was, was_p, was_sure, at", M13, OWN, "id", "id")
TABLE(glossary_entry, "id, workspace_id, word, variants, about, tone, used_by, since, risk, person_id, created_at, archived_at, refused_at", M13, OWN, "id", "id")
TABLE(visitor, "conversation_id, workspace_id, email, lang, at, off_at", M6, OWN, "conversation_id", "conversation_id")
TABLE(attachment, "id, workspace_id, message_id, kind, name, alt, type, url, blob_hash, size", M10, OWN, "id", "id")
TABLE(conversation_event, "id, workspace_id, conversation_id, at, person_id, actor_name, kind, detail", M8, OWN, "id", "id")
TABLE(charter_version, "id, workspace_id, number, state, preamble, published_at, published_by, retired_at, created_at", M9, OWN, "id", "id")
TABLE(charter_article, "id, workspace_id, version_id, number, title, body, notice", M7, OWN, "id", "id")
TABLE(flag, "id, workspace_id, message_id, source, reason, remote_id, person_id, at, due_at, decided_at, told_at", M11, OWN, "id", "id")
TABLE(decision, "id, workspace_id, message_id, conversation_id, act, article_id, reason, decided_by, second_person, "
      "at, evidence_id, notify_author", M12, OWN, "id", "id")
TABLE(evidence, "id, workspace_id, sequence, message_id, at, content, previous, hash", M8, OWN, "id", "id")
TABLE(appeal, "id, workspace_id, decision_id, message_id, road, text, recorded_by, at, due_at, outcome, reason, decided_by, "
      "decided_at, alone, told_at", M15, OWN, "id", "id")
TABLE(aside, "id, workspace_id, public_id, private_id, message_id, person_id, started_at, solved_at, closed_at", M9, OWN, "id", "id")
TABLE(media, "id, workspace_id, blob_hash, kind, type, name, size, width, height, duration, focus_x, focus_y, speech, alt, labels, "
      "credit, rights, rights_until, rights_told_at, source, created_by, created_at, archived_at", M23, OWN, "id", "id")
TABLE(subtitle, "id, workspace_id, media_id, lang, vtt, name, cues, created_by, created_at, archived_at", M10, OWN, "id", "id")
TABLE(pillar, "id, workspace_id, name, about, share, archived_at", M6, OWN, "id", "id")
TABLE(campaign, "id, workspace_id, name, brief, goal, starts_on, ends_on, budget, spent, currency, owner_id, created_by, "
      "created_at, archived_at", M14, OWN, "id", "id")
TABLE(idea, "id, workspace_id, title, body, url, message_id, pillar_id, campaign_id, state, created_by, created_at, "
      "updated_at", M12, OWN, "id", "id")
TABLE(post, "id, workspace_id, title, body, parts, first_comment, lang, warning, options, pillar_id, campaign_id, idea_id, "
      "state, wall_time, zone, planned_at, revision, approved_revision, published_at, created_by, created_at, updated_by, "
      "updated_at, archived_at, approved_links", M25, OWN, "id", "id")
TABLE(post_variant, "id, workspace_id, post_id, channel_id, adapted, body, parts, first_comment, form, no_card, removed_at", M11, OWN, "id", "id")
TABLE(post_media, "post_id, position, workspace_id, media_id, alt", M5, OWN, "post_id", "position")
TABLE(brand, "workspace_id, colours, title_font, text_font, logo, logo_dark, updated_by, updated_at", M8, OWN, "workspace_id", "workspace_id")
TABLE(brand_font, "id, workspace_id, family, style, blob_hash, type, size, licence, created_by, created_at, archived_at", M11, OWN, "id", "id")
TABLE(studio_template, "id, workspace_id, word, name, blob_hash, source, width, height, slots, colours, created_by, created_at, "
      "archived_at", M13, OWN, "id", "id")
TABLE(design, "id, workspace_id, template, name, lang, scheme, said, post_id, revision, created_by, created_at, updated_by, "
      "updated_at, archived_at", M14, OWN, "id", "id")
TABLE(design_picture, "design_id, media_id, format, workspace_id, revision, made_at", M6, OWN, "design_id", "media_id")
TABLE(post_version, "post_id, revision, workspace_id, person_id, at, document", M6, OWN, "post_id", "revision")
TABLE(post_event, "id, workspace_id, post_id, at, person_id, actor_name, kind, detail", M8, OWN, "id", "id")
TABLE(post_line, "post_id, workspace_id, hash, at", M4, OWN, "post_id", "post_id")
TABLE(workflow, "id, workspace_id, name, is_default, archived_at", M5, OWN, "id", "id")
TABLE(workflow_step, "id, workspace_id, workflow_id, number, name, person_id, deputy_id, team_id, within_time, removed_at", M10, OWN, "id", "id")
TABLE(channel_workflow, "channel_id, workspace_id, workflow_id", M3, OWN, "channel_id", "channel_id")
TABLE(post_approval, "id, workspace_id, post_id, revision, workflow_id, step_id, asked_by, asked_at, due_at, reminded_at, "
      "outcome, decided_by, decided_at, remark", M14, OWN, "id", "id")
TABLE(check_exception, "id, workspace_id, check_word, found, context, excerpt, person_id, created_at, removed_at", M9, OWN, "id", "id")
TABLE(post_override, "id, workspace_id, post_id, check_word, found, excerpt, finding, reason, person_id, at, voided_at", M11, OWN, "id", "id")
TABLE(link_look, "id, workspace_id, url, state, status, target, failures, asked_at, looked_at", M9, OWN, "id", "id")
TABLE(post_link, "post_id, link_id, workspace_id", M3, OWN, "post_id", "link_id")
TABLE(post_tag, "post_id, position, workspace_id, key, tag", M5, OWN, "post_id", "position")
TABLE(queue, "id, workspace_id, name, zone, created_by, created_at, archived_at", M7, OWN, "id", "id")
TABLE(queue_slot, "queue_id, week_minute, workspace_id", M3, OWN, "queue_id", "week_minute")
TABLE(queue_channel, "queue_id, channel_id, workspace_id", M3, OWN, "queue_id", "channel_id")
TABLE(queue_post, "post_id, workspace_id, queue_id, planned_at, person_id, at", M6, OWN, "post_id", "post_id")
TABLE(series, "id, workspace_id, post_id, document, rule, wall_time, zone, queue_id, rest, approved_at, made_until, due_at, story, created_by, created_at, ended_at", M16, OWN, "id", "id")
TABLE(series_post, "series_id, at, workspace_id, post_id", M4, OWN, "series_id", "at")
TABLE(calendar_source, "id, workspace_id, name, kind, url, tag, story, failures, held, read_at, due_at, created_by, created_at, archived_at", M14, OWN, "id", "id")
TABLE(calendar_note, "id, workspace_id, kind, day, until_day, title, body, created_by, created_at, updated_at, archived_at, source_id, source_key, is_gone", M14, OWN, "id", "id")
TABLE(writing_aid, "id, workspace_id, kind, name, about, body, type, shows, used_count, created_by, created_at, updated_at, archived_at", M13, OWN, "id", "id")
TABLE(ab_test, "id, workspace_id, channel_id, name, metric, confidence, measured_after, least, unevenness, past_posts, state, verdict, story, created_by, "
      "created_at, decided_at", M16, OWN, "id", "id")
TABLE(ab_post, "test_id, post_id, workspace_id, is_b, measured_at, counted, exposed", M7, OWN, "test_id", "post_id")
TABLE(contest, "id, workspace_id, campaign_id, name, kind, state, organiser, rules, prizes, country, starts_at, ends_at, zone, winners, substitutes, per_person, ways, hashtag, words, left_out, team_out, winners_out_days, answer_days, keep_days, salt, read_to, story, owner_id, created_by, created_at, opened_at, decided_at, unnamed_at, archived_at", M34, OWN, "id", "id")
TABLE(contest_rules, "contest_id, number, workspace_id, document, person_id, at", M6, OWN, "contest_id", "number")
TABLE(contest_post, "contest_id, post_id, workspace_id", M3, OWN, "contest_id", "post_id")
TABLE(contest_entry, "id, workspace_id, contest_id, message_id, state, reason, said, person_id, at, judged_at, hash, group_hash", M12, OWN, "id", "id")
TABLE(contest_draw, "id, workspace_id, contest_id, number, list, list_hash, entries, winners, substitutes, source, round, secret, secret_hash, word, seed, relay, typed, reason, due_at, story, frozen_by, frozen_at, drawn_by, drawn_at", M24, OWN, "id", "id")
TABLE(contest_winner, "id, workspace_id, contest_id, draw_id, entry_id, place, state, points, shown_as, reply_id, told_at, answer_by, reminded_at, settled_at, settled_by", M15, OWN, "id", "id")
TABLE(contest_points, "entry_id, person_id, workspace_id, points, at", M5, OWN, "entry_id", "person_id")
TABLE(short_link, "id, workspace_id, code, target, post_id, channel_id, created_at", M7, OWN, "id", "id")
TABLE(short_link_day, "link_id, day, workspace_id, direct, network, search, other, robots", M8, OWN, "link_id", "day")
TABLE(publication, "id, workspace_id, channel_id, act, message_id, variant_id, part, follows_id, dedup_key, state, due_at, planned_at, attempts, remote_id, "
      "remote_url, story, created_by, created_at, done_at, asks", M20, OWN, "id", "id")
TABLE(profile_kit, "id, workspace_id, document, avatar_id, cover_id, created_by, created_at", M7, OWN, "id", "id")
TABLE(channel_profile, "channel_id, workspace_id, lang, own", M4, OWN, "channel_id", "channel_id")
TABLE(profile_order, "publication_id, workspace_id, document, avatar_id, cover_id", M5, OWN, "publication_id", "publication_id")
TABLE(handing, "publication_id, workspace_id, handed_at, taken_by, taken_until, remind_at, reminded, closed_at", M8, OWN, "publication_id", "publication_id")
TABLE(suspension, "id, workspace_id, channel_id, reason, holds_answers, began_by, began_at, ended_by, ended_at", M9, OWN, "id", "id")
TABLE(attempt, "publication_id, number, started_at, ended_at, outcome, story", M6, "publication_id IN (SELECT id FROM publication WHERE workspace_id = ?1)", "publication_id", "number")
TABLE(approval, "message_id, workspace_id, asked_by, asked_at, decided_by, decided_at, outcome, remark, status_after", M9, OWN, "message_id", "message_id")
TABLE(notification, "id, workspace_id, person_id, kind, conversation_id, message_id, detail, read_at", M8, OWN, "id", "id")
TABLE(import_run, "id, workspace_id, channel_id, format, file_name, account, network, dry_run, state, story, "
      "bytes_done, bytes_all, items, created, unchanged, changed, refused, left_out, person_id, "
      "started_at, ended_at", M21, OWN, "id", "id")
TABLE(import_refusal, "run_id, number, place, reason, excerpt", M5, "run_id IN (SELECT id FROM import_run WHERE workspace_id = ?1)", "run_id", "number")
TABLE(contact_merge, "id, workspace_id, from_id, into_id, person_id, at, identity_ids, filled, undone_at", M9, OWN, "id", "id")
TABLE(identity_apart, "identity_id, other_id, workspace_id, person_id, at", M5, OWN, "identity_id", "other_id")
TABLE(identity_link, "identity_id, position, workspace_id, link_key, proven", M5, OWN, "identity_id", "position")
TABLE(sla_round, "conversation_id, started_at, workspace_id, sla_policy_id, first_due_at, first_met_at, resolved_at, breached, ended_at", M9, OWN,
      "conversation_id", "started_at")
TABLE(audit_entry, "sequence, workspace_id, at, actor, actor_name, address, act, subject, detail, previous, hash", M11, "workspace_id = ?1", "sequence", "sequence")

/* ---- references within a table, when all its rows are there ---- */

static enum err refer_contact(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 to)
{
	return db_run(cx, db, NULL, "UPDATE contact SET merged_into = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_i64(to));
}

static enum err refer_conversation(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 to)
{
	return db_run(cx, db, NULL, "UPDATE conversation SET merged_into = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id),
		      db_i64(to));
}

static enum err refer_publication(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 to)
{
	return db_run(cx, db, NULL, "UPDATE publication SET follows_id = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_i64(to));
}

#define ROW(name, kinds, keys, refer) {#name, columns_##name, kinds, keys, page_##name, insert_##name, refer}
const struct transfer_table transfer_tables[] = {
	ROW(workspace, "issssjnt", 1, NULL),
	ROW(person, "isssssjttt", 1, NULL),
	ROW(membership, "iiisstnttt", 1, NULL),
	ROW(team, "iisst", 1, NULL),
	ROW(team_member, "ii", 2, NULL),
	ROW(business_hours, "nnin", 2, NULL),
	ROW(closing_day, "nis", 1, NULL),
	ROW(channel, "iisssjsssitstti", 1, NULL),
	ROW(contact, "iisssssssjmttn", 1, refer_contact),
	ROW(identity, "iiissssssnssss", 1, NULL),
	ROW(label, "iissst", 1, NULL),
	ROW(view, "iiisssnt", 1, NULL),
	ROW(sla_policy, "iisnsinnnnt", 1, NULL),
	ROW(saved_reply, "iiissssnttt", 1, NULL),
	ROW(macro, "iiisjt", 1, NULL),
	ROW(conversation, "iiiisssssniisnntttttitttttttnsmnsssn", 1, refer_conversation),
	ROW(conversation_label, "iii", 2, NULL),
	ROW(message, "iiiiissssiissssnstttttnssnsnsnsnnnnnnnnnn", 1, NULL),
	ROW(message_version, "itis", 2, NULL),
	ROW(removal, "iiis", 1, NULL),
	ROW(visitor, "iisstt", 1, NULL),
	ROW(attachment, "iiissssssn", 1, NULL),
	ROW(conversation_event, "iiitissj", 1, NULL),
	ROW(charter_version, "iinsjtitt", 1, NULL),
	ROW(charter_article, "iiinjjj", 1, NULL),
	ROW(flag, "iiisssitttt", 1, NULL),
	ROW(decision, "iiiisisiitin", 1, NULL),
	ROW(evidence, "iinitsbb", 1, NULL),
	ROW(appeal, "iiiissittssitnt", 1, NULL),
	ROW(aside, "iiiiiittt", 1, NULL),
	ROW(media, "iissssnnnnnnsjjssttsitt", 1, NULL),
	ROW(subtitle, "iiisssnitt", 1, NULL),
	ROW(profile_kit, "iijiiit", 1, NULL),
	ROW(channel_profile, "iisj", 1, NULL),
	ROW(pillar, "iissnt", 1, NULL),
	ROW(campaign, "iisssssnnsiitt", 1, NULL),
	ROW(idea, "iisssiiisitt", 1, NULL),
	ROW(post, "iissjsssjiiissstnntitittj", 1, NULL),
	ROW(post_variant, "iiiinssssnt", 1, NULL),
	ROW(post_media, "iniis", 2, NULL),
	ROW(brand, "ijssssit", 1, NULL),
	ROW(brand_font, "iissssnsitt", 1, NULL),
	ROW(studio_template, "iissssnnjjitt", 1, NULL),
	ROW(design, "iissssjinititt", 1, NULL),
	ROW(design_picture, "iisint", 2, NULL),
	ROW(post_version, "iniitj", 2, NULL),
	ROW(post_event, "iiitissj", 1, NULL),
	ROW(post_line, "iist", 1, NULL),
	ROW(workflow, "iisnt", 1, NULL),
	ROW(workflow_step, "iiinsiiint", 1, NULL),
	ROW(channel_workflow, "iii", 1, NULL),
	ROW(post_approval, "iiiniiitttsits", 1, NULL),
	ROW(check_exception, "iissssitt", 1, NULL),
	ROW(post_override, "iiisssssitt", 1, NULL),
	ROW(link_look, "iissnsntt", 1, NULL),
	ROW(post_link, "iii", 2, NULL),
	ROW(post_tag, "iniss", 2, NULL),
	ROW(queue, "iissitt", 1, NULL),
	ROW(queue_slot, "ini", 2, NULL),
	ROW(queue_channel, "iii", 2, NULL),
	ROW(queue_post, "iiitit", 1, NULL),
	ROW(series, "iiijsssintttsitt", 1, NULL),
	ROW(series_post, "itii", 2, NULL),
	ROW(calendar_source, "iisssssnnttitt", 1, NULL),
	ROW(calendar_note, "iisssssitttisn", 1, NULL),
	ROW(writing_aid, "iisssssnnittt", 1, NULL),
	ROW(ab_test, "iiissnnnnnsssitt", 1, NULL),
	ROW(ab_post, "iiintnn", 2, NULL),
	ROW(contest, "iiissssjssttsnnnnsssnnnnsnsiittttt", 1, NULL),
	ROW(contest_rules, "inijit", 2, NULL),
	ROW(contest_post, "iii", 2, NULL),
	ROW(contest_entry, "iiiisssittss", 1, NULL),
	ROW(contest_draw, "iiinssnnnsnsssssnstsitit", 1, NULL),
	ROW(contest_winner, "iiiiinsnsitttti", 1, NULL),
	ROW(contest_points, "iiint", 2, NULL),
	ROW(short_link, "iissiit", 1, NULL),
	ROW(short_link_day, "ininnnnn", 2, NULL),
	ROW(publication, "iiisiinmssttnsssitts", 1, refer_publication),
	ROW(profile_order, "iijii", 1, NULL),
	ROW(handing, "iitittnt", 1, NULL),
	ROW(suspension, "iiisnitit", 1, NULL),
	ROW(attempt, "inttss", 2, NULL),
	ROW(approval, "iiititsss", 1, NULL),
	ROW(notification, "iiisiijt", 1, NULL),
	ROW(import_run, "iiissssnssnnnnnnnjitt", 1, NULL),
	ROW(import_refusal, "insss", 2, NULL),
	ROW(contact_merge, "iiiiitsjt", 1, NULL),
	ROW(identity_apart, "iiiit", 2, NULL),
	ROW(identity_link, "inisn", 2, NULL),
	ROW(sla_round, "itiitttnt", 2, NULL),
	ROW(listening_query, "iisssnnittt", 1, NULL),
	ROW(listening_piece, "iissittt", 1, NULL),
	ROW(listening_search, "iiinntit", 2, NULL),
	ROW(sought, "iii", 1, NULL),
	ROW(trend, "iissttttnjiti", 1, NULL),
	ROW(hush, "iizsittt", 1, NULL),
	ROW(metric_point, "iiizsntt", 1, NULL),
	ROW(post_reach, "iiistnsnnt", 1, NULL),
	ROW(post_figure, "iiitnnst", 1, NULL),
	ROW(alarm, "iizsttnjti", 1, NULL),
	ROW(hook, "isnsit", 1, NULL),
	ROW(correction, "iiisssnnitt", 1, NULL),
	ROW(own_model, "inn", 1, NULL),
	ROW(backend, "iissnjnnttt", 1, NULL),
	ROW(judgement, "iiiisssntsnnt", 1, NULL),
	ROW(glossary_entry, "iisssssssittt", 1, NULL),
	ROW(audit_entry, "nitssssssbb", 1, NULL),
};
const size_t transfer_table_count = COUNT(transfer_tables);

size_t transfer_columns(const struct transfer_table *table, struct str ret_names[TRANSFER_COLUMNS_MAX])
{
	struct str rest = str_of(table->columns);
	size_t count = 0;
	while (rest.at) {
		must(count < TRANSFER_COLUMNS_MAX);
		ret_names[count++] = str_trim(str_cut(&rest, ','));
	}
	return count;
}

/* ---- the native format ---- */

enum err transfer_said(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 after_id, size_t limit, struct said **ret_said, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct said *list = arena_array(cx->arena, struct said, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT m.id, m.kind, m.visibility, m.remote_id, m.parent_remote_id, c.remote_id, c.subject, c.subject_url, i.network, i.remote_id, i.handle,"
			 " m.author_name, i.url, i.avatar_url, i.followers, m.body, m.lang, m.url, m.rating, m.at, m.edited_at, m.removed_at, m.attachment_count,"
			 " m.direction, i.place FROM message m JOIN conversation c ON c.id = m.home_id AND c.workspace_id = ?1"
			 " LEFT JOIN identity i ON i.id = m.identity_id AND i.workspace_id = ?1"
			 " WHERE m.workspace_id = ?1 AND m.channel_id = ?2 AND m.remote_id IS NOT NULL AND m.id > ?3 ORDER BY m.id LIMIT ?4",
		     db_i64(workspace), db_i64(channel), db_i64(after_id), db_i64((i64)limit)));
	FOR_ROWS (cx, row) {
		struct arena *a = cx->arena;
		list[count++] = (struct said){
			.id = row_i64(row, 0), .kind = row_str(row, 1, a), .visibility = row_str(row, 2, a), .remote_id = row_str(row, 3, a),
			.parent_id = row_str(row, 4, a), .thread_id = row_str(row, 5, a), .subject = row_str(row, 6, a), .subject_url = row_str(row, 7, a),
			.network = row_str(row, 8, a), .author_id = row_str(row, 9, a), .author_handle = row_str(row, 10, a), .author_name = row_str(row, 11, a),
			.author_url = row_str(row, 12, a), .author_avatar = row_str(row, 13, a), .author_followers = row_null(row, 14) ? -1 : row_i64(row, 14),
			.body = row_str(row, 15, a), .lang = row_str(row, 16, a), .url = row_str(row, 17, a), .rating = row_i64(row, 18), .at = row_i64(row, 19),
			.edited_at = row_i64(row, 20), .removed_at = row_i64(row, 21), .attachment_count = row_i64(row, 22), .ours = str_eq(row_text(row, 23), S("out")),
			.author_place = row_str(row, 24, a),
		};
	}
	*ret_said = list;
	*ret_count = count;
	return OK;
}
