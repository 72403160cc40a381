#include "model/sla.h"

static bool names(struct str words, const char *word)
{
	while (words.at && words.len)
		if (str_eq(str_cut(&words, ' '), str_of(word)))
			return true;
	return false;
}

const struct sla_policy *sla_policy_for(const struct sla_policy *policies, size_t count, enum message_kind kind, i64 channel,
					enum priority priority)
{
	for (size_t i = 0; i < count; i++) {
		const struct sla_policy *p = &policies[i];
		if ((p->channel == 0 || p->channel == channel) && priority >= p->priority_least &&
		    (p->kinds.len == 0 || names(p->kinds, message_kind_word(kind))))
			return p;
	}
	return NULL;
}

i64 sla_due(const struct hours *hours, const struct sla_policy *policy, i64 start, i64 promise)
{
	if (promise == 0)
		return 0;
	return policy->business_hours ? hours_after(hours, start, promise) : start + promise;
}

i64 sla_sort(i64 first_due_at, i64 resolve_due_at, i64 since)
{
	if (first_due_at && resolve_due_at)
		return first_due_at < resolve_due_at ? first_due_at : resolve_due_at;
	if (first_due_at || resolve_due_at)
		return first_due_at + resolve_due_at;
	return SLA_NO_CLOCK + since;
}
