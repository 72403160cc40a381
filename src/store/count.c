#include "store/count.h"

#include "store/sql.h"

/* What comes and goes by itself (sessions, presence, the change feed …) is not counted: it differs between two looks. */
enum err table_counts(struct cx *cx, struct db *db, struct table_count **ret_counts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct table_count *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ SELECT 'alarm' AS name, COUNT(*) AS rows_there FROM alarm UNION ALL"
			 " SELECT 'api_key' AS name, COUNT(*) AS rows_there FROM api_key UNION ALL"
			 " SELECT 'appeal' AS name, COUNT(*) AS rows_there FROM appeal UNION ALL"
			 " SELECT 'approval' AS name, COUNT(*) AS rows_there FROM approval UNION ALL"
			 " SELECT 'attachment' AS name, COUNT(*) AS rows_there FROM attachment UNION ALL"
			 " SELECT 'attempt' AS name, COUNT(*) AS rows_there FROM attempt UNION ALL"
			 " SELECT 'audit_entry' AS name, COUNT(*) AS rows_there FROM audit_entry UNION ALL"
			 " SELECT 'business_hours' AS name, COUNT(*) AS rows_there FROM business_hours UNION ALL"
			 " SELECT 'backend' AS name, COUNT(*) AS rows_there FROM backend UNION ALL"
			 " SELECT 'channel' AS name, COUNT(*) AS rows_there FROM channel UNION ALL"
			 " SELECT 'charter_article' AS name, COUNT(*) AS rows_there FROM charter_article UNION ALL"
			 " SELECT 'charter_version' AS name, COUNT(*) AS rows_there FROM charter_version UNION ALL"
			 " SELECT 'closing_day' AS name, COUNT(*) AS rows_there FROM closing_day UNION ALL"
			 " SELECT 'contact' AS name, COUNT(*) AS rows_there FROM contact UNION ALL"
			 " SELECT 'contact_merge' AS name, COUNT(*) AS rows_there FROM contact_merge UNION ALL"
			 " SELECT 'conversation' AS name, COUNT(*) AS rows_there FROM conversation UNION ALL"
			 " SELECT 'conversation_event' AS name, COUNT(*) AS rows_there FROM conversation_event UNION ALL"
			 " SELECT 'conversation_label' AS name, COUNT(*) AS rows_there FROM conversation_label UNION ALL"
			 " SELECT 'correction' AS name, COUNT(*) AS rows_there FROM correction UNION ALL"
			 " SELECT 'decision' AS name, COUNT(*) AS rows_there FROM decision UNION ALL"
			 " SELECT 'delivery' AS name, COUNT(*) AS rows_there FROM delivery UNION ALL"
			 " SELECT 'digest' AS name, COUNT(*) AS rows_there FROM digest UNION ALL"
			 " SELECT 'evidence' AS name, COUNT(*) AS rows_there FROM evidence UNION ALL"
			 " SELECT 'export_run' AS name, COUNT(*) AS rows_there FROM export_run UNION ALL"
			 " SELECT 'flag' AS name, COUNT(*) AS rows_there FROM flag UNION ALL"
			 " SELECT 'glossary_entry' AS name, COUNT(*) AS rows_there FROM glossary_entry UNION ALL"
			 " SELECT 'hook' AS name, COUNT(*) AS rows_there FROM hook UNION ALL"
			 " SELECT 'hook_attempt' AS name, COUNT(*) AS rows_there FROM hook_attempt UNION ALL"
			 " SELECT 'hook_call' AS name, COUNT(*) AS rows_there FROM hook_call UNION ALL"
			 " SELECT 'hush' AS name, COUNT(*) AS rows_there FROM hush UNION ALL"
			 " SELECT 'identity' AS name, COUNT(*) AS rows_there FROM identity UNION ALL"
			 " SELECT 'identity_apart' AS name, COUNT(*) AS rows_there FROM identity_apart UNION ALL"
			 " SELECT 'import_refusal' AS name, COUNT(*) AS rows_there FROM import_refusal UNION ALL"
			 " SELECT 'import_run' AS name, COUNT(*) AS rows_there FROM import_run UNION ALL"
			 " SELECT 'invitation' AS name, COUNT(*) AS rows_there FROM invitation UNION ALL"
			 " SELECT 'judgement' AS name, COUNT(*) AS rows_there FROM judgement UNION ALL"
			 " SELECT 'label' AS name, COUNT(*) AS rows_there FROM label UNION ALL"
			 " SELECT 'listening_piece' AS name, COUNT(*) AS rows_there FROM listening_piece UNION ALL"
			 " SELECT 'listening_query' AS name, COUNT(*) AS rows_there FROM listening_query UNION ALL"
			 " SELECT 'macro' AS name, COUNT(*) AS rows_there FROM macro UNION ALL"
			 " SELECT 'membership' AS name, COUNT(*) AS rows_there FROM membership UNION ALL"
			 " SELECT 'mention' AS name, COUNT(*) AS rows_there FROM mention UNION ALL"
			 " SELECT 'mention_hour' AS name, COUNT(*) AS rows_there FROM mention_hour UNION ALL"
			 " SELECT 'message' AS name, COUNT(*) AS rows_there FROM message UNION ALL"
			 " SELECT 'message_version' AS name, COUNT(*) AS rows_there FROM message_version UNION ALL"
			 " SELECT 'notification' AS name, COUNT(*) AS rows_there FROM notification UNION ALL"
			 " SELECT 'own_model' AS name, COUNT(*) AS rows_there FROM own_model UNION ALL"
			 " SELECT 'person' AS name, COUNT(*) AS rows_there FROM person UNION ALL"
			 " SELECT 'pulse' AS name, COUNT(*) AS rows_there FROM pulse UNION ALL"
			 " SELECT 'post_reach' AS name, COUNT(*) AS rows_there FROM post_reach UNION ALL"
			 " SELECT 'publication' AS name, COUNT(*) AS rows_there FROM publication UNION ALL"
			 " SELECT 'recovery_code' AS name, COUNT(*) AS rows_there FROM recovery_code UNION ALL"
			 " SELECT 'removal' AS name, COUNT(*) AS rows_there FROM removal UNION ALL"
			 " SELECT 'saved_reply' AS name, COUNT(*) AS rows_there FROM saved_reply UNION ALL"
			 " SELECT 'setting' AS name, COUNT(*) AS rows_there FROM setting UNION ALL"
			 " SELECT 'sla_policy' AS name, COUNT(*) AS rows_there FROM sla_policy UNION ALL"
			 " SELECT 'sla_round' AS name, COUNT(*) AS rows_there FROM sla_round UNION ALL"
			 " SELECT 'survey' AS name, COUNT(*) AS rows_there FROM survey UNION ALL"
			 " SELECT 'survey_part' AS name, COUNT(*) AS rows_there FROM survey_part UNION ALL"
			 " SELECT 'team' AS name, COUNT(*) AS rows_there FROM team UNION ALL"
			 " SELECT 'team_member' AS name, COUNT(*) AS rows_there FROM team_member UNION ALL"
			 " SELECT 'trend' AS name, COUNT(*) AS rows_there FROM trend UNION ALL"
			 " SELECT 'trend_day' AS name, COUNT(*) AS rows_there FROM trend_day UNION ALL"
			 " SELECT 'trend_reading' AS name, COUNT(*) AS rows_there FROM trend_reading UNION ALL"
			 " SELECT 'view' AS name, COUNT(*) AS rows_there FROM view UNION ALL"
			 " SELECT 'visitor' AS name, COUNT(*) AS rows_there FROM visitor UNION ALL"
			 " SELECT 'workspace' AS name, COUNT(*) AS rows_there FROM workspace ORDER BY 1"));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct table_count){row_str(row, 0, cx->arena), row_i64(row, 1)};
	*ret_counts = list;
	*ret_count = count;
	return OK;
}
