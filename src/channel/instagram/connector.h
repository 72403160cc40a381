/* connector.h: between the files of the connector (channel.c, sending.c). */
#pragma once
#include "channel/graph.h"

enum err instagram_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
enum err instagram_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);

/* post.c */
enum err instagram_post(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
enum err instagram_look_for_post(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
