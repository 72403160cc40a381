#include "flow/sample.h"

#include "base/chance.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "flow/account.h"
#include "flow/audit.h"
#include "flow/desk.h"
#include "flow/listen.h"
#include "flow/moderate.h"
#include "flow/outbox.h"
#include "flow/reach.h"
#include "flow/transaction.h"
#include "store/channel.h"
#include "store/event.h"
#include "store/label.h"
#include "store/member.h"
#include "store/post_reach.h"
#include "store/saved_reply.h"
#include "store/setting.h"
#include "store/team.h"
#include "store/workspace.h"

#include <jansson.h>

#define SIMULATOR_URL "simulator_url" /* where the simulated network of this installation was last */

static const struct {
	const char *name, *email, *lang;
	enum role role;
} people[] = {
	{"Camille Rousseau", "camille@levain.example", "fr", ROLE_OWNER},     {"Inès Belkacem", "ines@levain.example", "fr", ROLE_MANAGER},
	{"Awa Diallo", "awa@levain.example", "fr", ROLE_AGENT},               {"Thomas Lefèvre", "thomas@levain.example", "en", ROLE_AGENT},
	{"Noor van Dijk", "noor@levain.example", "en", ROLE_MODERATOR},
};

static const struct {
	const char *name, *about, *tone;
} labels[] = {
	{"Horaires", "Ouverture, fermeture, jours fériés", "line"}, {"Allergènes", "Sésame, noix, gluten : réponse relue", "red"},
	{"Commande", "Une commande à suivre jusqu’au bout", "act"}, {"Presse", "Journalistes et blogs", "plum"}, {"Merci", "À partager avec la boutique", "ok"},
};

static const struct {
	const char *shortcut, *title, *body, *lang;
} replies[] = {
	{"merci", "Merci", "Merci {{contact.first_name}}, cela fait plaisir à toute l’équipe du fournil.", "fr"},
	{"horaires", "Horaires", "Bonjour {{contact.first_name}}, nos boutiques ouvrent de 7 h à 19 h 30 du mardi au samedi, et le dimanche jusqu’à 13 h.", "fr"},
	{"excuses", "Excuses et suite", "Bonjour {{contact.first_name}}, nous sommes désolés. Dites-nous la boutique et l’heure en message privé : nous nous en occupons aujourd’hui.", "fr"},
	{"allergenes", "Allergènes", "Bonjour {{contact.first_name}}, la liste des allergènes de chaque pain est affichée en boutique et sur notre site. Dans le doute, demandez avant d’acheter.", "fr"},
	{"thanks", "Thanks", "Thank you {{contact.first_name}}, this goes straight to the bakers.", "en"},
	{"hours", "Opening hours", "Hello {{contact.first_name}}, our shops open 7 am to 7:30 pm Tuesday to Saturday, and until 1 pm on Sundays.", "en"},
	{"sorry", "Sorry, and what next", "Hello {{contact.first_name}}, we are sorry. Tell us the shop and the time in a private message and we will sort it out today.", "en"},
};

static const struct {
	const char *title, *body, *notice;
} articles[] = {
	{"{\"fr\":\"Respect\",\"en\":\"Respect\"}",
	 "{\"fr\":\"On critique un pain, une file, une décision ; jamais une personne. Pas d’injure, pas de moquerie.\",\"en\":\"Criticise a loaf, a queue, a decision; never a person. No insults, no mockery.\"}",
	 "{\"fr\":\"Votre message visait une personne ; nous l’avons masqué (article 1). Vous pouvez le reformuler, ou demander à une autre personne de l’équipe de revoir cette décision.\",\"en\":\"Your message was aimed at a person; we hid it (article 1). You can put it another way, or ask for somebody else of the team to review this decision.\"}"},
	{"{\"fr\":\"Pas de haine\",\"en\":\"No hatred\"}",
	 "{\"fr\":\"Aucun propos visant quelqu’un pour son origine, sa religion, son genre, son orientation, son âge ou un handicap.\",\"en\":\"Nothing against anybody for their origin, religion, gender, orientation, age or disability.\"}",
	 "{\"fr\":\"Votre message a été masqué au titre de l’article 2. Vous pouvez demander une nouvelle lecture par une autre personne de l’équipe.\",\"en\":\"Your message was hidden under article 2. You can ask for it to be read again by somebody else of the team.\"}"},
	{"{\"fr\":\"Vie privée\",\"en\":\"Privacy\"}",
	 "{\"fr\":\"Pas de nom complet, de numéro, d’adresse ni de photo d’une personne sans son accord, vendeuses et vendeurs compris.\",\"en\":\"No full name, number, address or photo of anybody without their consent, our staff included.\"}",
	 "{\"fr\":\"Votre message contenait des données personnelles ; nous l’avons masqué (article 3). Publiez-le sans elles si vous le souhaitez.\",\"en\":\"Your message contained personal data; we hid it (article 3). You are welcome to post it again without them.\"}"},
	{"{\"fr\":\"Pas de publicité\",\"en\":\"No advertising\"}",
	 "{\"fr\":\"Ni liens commerciaux, ni messages répétés, ni hameçonnage.\",\"en\":\"No commercial links, no repeated messages, no phishing.\"}",
	 "{\"fr\":\"Votre message ressemblait à une publicité ; nous l’avons masqué (article 4).\",\"en\":\"Your message looked like advertising; we hid it (article 4).\"}"},
};

static const struct {
	const char *name, *words;
	enum listening_kind kind;
} queries[] = {
	{"Levain & Co", "{marque} AND NOT (candidature OR apprentissage OR apprenticeship)", LISTEN_OWN},
	{"Le pain et le métier", "boulang* OR baker* OR \"pain au levain\" OR sourdough OR levain", LISTEN_SECTOR},
	{"Paiements et remboursements", "refund* OR rembours* OR charged OR débité* OR card NEAR/5 declined OR carte NEAR/5 refusée", LISTEN_TOPIC},
};

static enum err add_listening(struct cx *cx, struct db *db, i64 workspace)
{
	struct listening_piece brand = {.workspace = workspace, .name = S("marque"), .words = S("levainandco OR \"levain & co\" OR \"levain et co\" OR \"levain and co\"")};
	TRY(listen_piece(cx, db, &brand, NULL));
	for (size_t i = 0; i < COUNT(queries); i++) {
		struct listening_query q = {.workspace = workspace, .name = str_of(queries[i].name), .words = str_of(queries[i].words), .kind = queries[i].kind, .active = true};
		TRY(listen_query(cx, db, &q, NULL));
	}
	return OK;
}

/* A year of posts: pictures go further than words, Sundays further than Mondays; nine weeks ago the network began to show them less. */
static enum err add_reach(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	static const double of_format[] = {1, 1.5, 1.9}, of_weekday[] = {0.9, 0.95, 1, 1, 1.05, 1.1, 1.2};
	struct chance luck = {20261121};
	for (i64 at = cx->now - 364 * DAY; at < cx->now - DAY; at += DAY + (i64)chance_below(&luck, 20) * HOUR) {
		u64 format = chance_below(&luck, 3), luck_of_it = chance_below(&luck, 100) + chance_below(&luck, 100) + chance_below(&luck, 100);
		double reach = 620 * of_format[format] * of_weekday[(at / DAY + 3) % 7] * (0.55 + (double)luck_of_it / 330);
		struct post_reach post = {.id = id_new(), .workspace = workspace, .channel = channel, .at = at, .remote_id = arena_printf(cx->arena, "sample-%lld", (long long)at),
					  .format = str_of(reach_formats[format]), .length = 40 + (i64)chance_below(&luck, 300), .has_link = chance_below(&luck, 4) == 0, .told_at = cx->now};
		post.reach = (i64)(reach * (post.has_link ? 0.8 : 1) * (at > cx->now - 63 * DAY ? 0.64 : 1));
		TRY(post_reach_save(cx, db, &post));
	}
	return OK;
}

static enum err add_charter(struct cx *cx, struct db *db, i64 workspace)
{
	i64 version;
	TRY(charter_draft(cx, db, workspace, &version));
	TRY(charter_set_preamble(cx, db, workspace, version,
				 S("{\"fr\":\"Ici on parle de pain, de service et de quartier. On peut tout dire, à quatre conditions.\","
				   "\"en\":\"Here we talk about bread, service and the neighbourhood. You can say anything, on four conditions.\"}")));
	for (size_t i = 0; i < COUNT(articles); i++) {
		struct charter_article a = {.workspace = workspace, .version = version, .title = str_of(articles[i].title), .body = str_of(articles[i].body),
					    .notice = str_of(articles[i].notice)};
		TRY(charter_set_article(cx, db, &a));
	}
	return charter_publish(cx, db, workspace, version);
}

static enum err add_desk(struct cx *cx, struct db *db, i64 workspace)
{
	struct opening openings[12];
	size_t count = 0;
	for (int day = 0; day < 6; day++) {
		openings[count++] = (struct opening){day, 8 * 60, 13 * 60};
		openings[count++] = (struct opening){day, 14 * 60, 20 * 60};
	}
	struct hours hours = {S("Europe/Paris"), openings, count, NULL, 0};
	TRY(hours_set(cx, db, workspace, &hours));
	const struct sla_policy policies[] = {
		{.name = S("Messages privés"), .kinds = S("direct"), .first_answer = HOUR, .resolution = 8 * HOUR, .business_hours = true},
		{.name = S("Avis"), .kinds = S("review"), .first_answer = 2 * HOUR, .resolution = 16 * HOUR, .business_hours = true},
		{.name = S("Tout le reste"), .first_answer = 4 * HOUR, .resolution = 24 * HOUR, .business_hours = true},
	};
	for (size_t i = 0; i < COUNT(policies); i++) {
		struct sla_policy p = policies[i];
		p.id = id_new();
		TRY(sla_policy_save(cx, db, workspace, &p, (i64)i));
	}
	for (size_t i = 0; i < COUNT(labels); i++) {
		struct label l = {.id = id_new(), .workspace = workspace, .name = str_of(labels[i].name), .about = str_of(labels[i].about), .tone = str_of(labels[i].tone)};
		TRY(label_save(cx, db, &l));
	}
	for (size_t i = 0; i < COUNT(replies); i++) {
		struct saved_reply r = {.id = id_new(), .workspace = workspace, .shortcut = str_of(replies[i].shortcut), .title = str_of(replies[i].title),
					.body = str_of(replies[i].body), .lang = str_of(replies[i].lang)};
		TRY(saved_reply_save(cx, db, &r));
	}
	struct view urgent = {.id = id_new(), .workspace = workspace, .name = S("Moins d’une heure"), .icon = S("clock"), .filter = S("status=open&due=1h"), .position = 1};
	TRY(view_save(cx, db, &urgent));
	TRY(desk_setting(cx, db, workspace, "signature", S("\"L’équipe Levain & Co\"")));
	return desk_setting(cx, db, workspace, "tone",
			    S("{\"familiar\":30,\"warm\":60,\"personal\":70,\"words_liked\":\"fournil, tournée, levain\",\"words_avoided\":\"gratuit, promo, désolé pour la gêne\"}"));
}

static enum err add_team(struct cx *cx, struct db *db, i64 workspace, i64 owner, i64 *ret_team)
{
	struct team team = {.id = id_new(), .workspace = workspace, .name = S("Accueil"), .assignment = TEAM_ROUND_ROBIN};
	TRY(team_save(cx, db, &team));
	TRY(team_member_set(cx, db, workspace, team.id, owner, true));
	for (size_t i = 1; i < COUNT(people); i++) {
		i64 person;
		TRY(account_add_person(cx, db, workspace, str_of(people[i].name), str_of(people[i].email), (struct str){}, people[i].role,
				       str_of(lang_known(str_of(people[i].lang)) ? people[i].lang : "en"), S("Europe/Paris"), &person));
		if (people[i].role == ROLE_AGENT)
			TRY(team_member_set(cx, db, workspace, team.id, person, true));
	}
	*ret_team = team.id;
	return OK;
}

static enum err make(struct cx *cx, struct db *db, const struct sample *s, struct actor *actor)
{
	i64 owner, workspace, team;
	struct str lang = lang_known(S("fr")) ? S("fr") : S("en");
	TRY(account_add_person(cx, db, 0, str_of(people[0].name), str_of(people[0].email), (struct str){}, ROLE_OWNER, lang, S("Europe/Paris"), &owner));
	actor->user = owner;
	actor->name = str_of(people[0].name);
	TRY(account_add_workspace(cx, db, S("Levain & Co"), lang, S("Europe/Paris"), &workspace));
	actor->workspace = workspace;
	TRY(workspace_mark_sample(cx, db, workspace));
	TRY(add_desk(cx, db, workspace));
	TRY(add_charter(cx, db, workspace));
	TRY(add_listening(cx, db, workspace));
	TRY(add_team(cx, db, workspace, owner, &team));
	struct channel c = {
		.id = id_new(),
		.workspace = workspace,
		.kind = S("simulator"),
		.network = S("space"),
		.name = S("La Place (réseau simulé)"),
		.settings = arena_printf(cx->arena, "{\"url\":\"%.*s\"}", STR_ARG(s->simulator_url)),
		.team = team,
		.fetch_due_at = cx->now,
		.created_at = cx->now,
	};
	struct str context = arena_printf(cx->arena, "channel:%lld", (long long)c.id);
	struct str secret = arena_printf(cx->arena, "{\"token\":\"%.*s\"}", STR_ARG(s->simulator_token));
	c.secret = seal_to(cx->arena, s->work, context, secret);
	TRY(channel_insert(cx, db, &c));
	return add_reach(cx, db, workspace, c.id);
}

enum err sample_make(struct cx *cx, struct db *db, const struct sample *sample)
{
	struct actor actor = {.kind = ACTOR_PROGRAM, .role = ROLE_OWNER, .permissions = role_permissions(ROLE_OWNER), .name = S("Parvis"), .zone = S("Europe/Paris"), .lang = "fr"};
	const struct actor *before = cx->actor;
	cx->actor = &actor;
	enum err e = IN_TRANSACTION(cx, db, make(cx, db, sample, &actor));
	cx->actor = before;
	return e;
}

static enum err lead_to(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str before, struct str url)
{
	struct channel c;
	TRY(channel_get(cx, db, workspace, channel, &c));
	json_t *settings = json_loadb(c.settings.at, c.settings.len, 0, NULL);
	bool ours = str_eq(str_of(json_string_value(json_object_get(settings, "url"))), before);
	if (ours)
		json_object_set_new(settings, "url", json_stringn(url.at, url.len));
	c.settings = arena_json(cx->arena, settings, JSON_COMPACT);
	json_decref(settings);
	if (!ours)
		return OK;
	if (!str_eq(c.state, S("paused"))) {
		c.state = S("ok");
		c.state_story = (struct str){};
		c.fetch_due_at = cx->now;
		TRY(outbox_release(cx, db, workspace, c.id));
	}
	TRY(channel_update(cx, db, &c));
	TRY(audit(cx, db, workspace, "channel.change", arena_printf(cx->arena, "channel:%lld", (long long)c.id), c.settings));
	return change_add(cx, db, workspace, 0, "channel", c.id);
}

static enum err move(struct cx *cx, struct db *db, struct str url)
{
	struct str before;
	struct channel *channels;
	size_t count;
	TRY(setting_get(cx, db, SIMULATOR_URL, &before));
	if (str_eq(before, url))
		return OK;
	TRY(channels_of_kind(cx, db, S("simulator"), &channels, &count));
	for (size_t i = 0; i < count && before.len; i++)
		TRY(lead_to(cx, db, channels[i].workspace, channels[i].id, before, url));
	return setting_set(cx, db, SIMULATOR_URL, url);
}

enum err sample_moved(struct cx *cx, struct db *db, struct str url)
{
	return IN_TRANSACTION(cx, db, move(cx, db, url));
}

enum err sample_has_simulator(struct cx *cx, struct db *db, bool *ret_has)
{
	i64 count;
	TRY(channel_count_of_kind(cx, db, S("simulator"), &count));
	*ret_has = count > 0;
	return OK;
}
