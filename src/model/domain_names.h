/* domain_names.h: the table of domain.h, made by tools/domains: sorted by bytes, lower case. Only for domain.c. */
#pragma once
#include <stddef.h>

extern const char *const domain_names_plain[], *const domain_names_other[];
extern const size_t domain_names_plain_count, domain_names_other_count;
