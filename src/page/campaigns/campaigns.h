/* campaigns.h: what the files of campaigns share. */
#pragma once
#include "page/page.h"
#include "store/campaign.h"
#include "ui/document.h"

/* "figures": what came of its posts, in all and by channel; "counts": where they are. */
enum err campaign_figures_shape(struct cx *cx, struct db *db, const struct campaign *campaign, json_t *document);
enum err campaign_counts_shape(struct cx *cx, struct db *db, const struct campaign *campaign, json_t **ret_counts);
