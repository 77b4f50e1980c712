/* A mail server for rehearsals: it takes every message, tells the SHA-256 of what arrived, and
 * passes nothing on. A child of this process, reachable from this machine alone, that dies with it.
 */
#ifndef SINK_H
#define SINK_H

#include <glib.h>
#include <stdbool.h>

struct sink;

/* FAULT_IO: no socket or no process can be had. */
struct sink *sink_open(GError **error);
void sink_close(struct sink *sink);
typedef struct sink Sink;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sink, sink_close)

/* "smtp://127.0.0.1:31234", without TLS. */
const char *sink_url(const struct sink *sink);

/* Whether a server's reply to a message says that exactly these bytes arrived. */
bool sink_took(const char *reply, const void *bytes, gsize length);

#endif
