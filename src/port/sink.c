#include "sink.h"

#include "fault.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define TAKEN "taken, sha256="

struct sink {
    pid_t child;
    char *url;
};

const char *sink_url(const struct sink *sink)
{
    return sink->url;
}

bool sink_took(const char *reply, const void *bytes, gsize length)
{
    g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, length);
    const char *said = strstr(reply, TAKEN);
    return said != NULL && g_str_has_prefix(said + strlen(TAKEN), sum);
}

/* --- the child --- */

/* The content up to the lone dot, with dots unstuffed (RFC 5321, 4.5.2). */
static bool take_content(FILE *from, char *ret_sum)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    char *line = NULL;
    size_t room = 0;
    ssize_t length = 0;
    bool whole = false;
    while (!whole && (length = getline(&line, &room, from)) > 0) {
        whole = length == 3 && memcmp(line, ".\r\n", 3) == 0;
        if (!whole)
            g_checksum_update(sum, (guchar *)line + (line[0] == '.'), length - (line[0] == '.'));
    }
    free(line);
    g_strlcpy(ret_sum, g_checksum_get_string(sum), 65);
    return whole;
}

static bool is_command(const char *line, const char *command)
{
    return g_ascii_strncasecmp(line, command, strlen(command)) == 0;
}

/* One message; false: the other side is gone in the middle of it. */
static bool answer_data(FILE *from, FILE *to)
{
    char sum[65];
    fputs("354 go on\r\n", to);
    if (fflush(to) != 0 || !take_content(from, sum))
        return false;
    return fprintf(to, "250 " TAKEN "%s\r\n", sum) > 0;
}

static void talk(FILE *from, FILE *to)
{
    char line[2048];
    bool more = fputs("220 rehearsal\r\n", to) >= 0;
    while (more && fflush(to) == 0 && fgets(line, sizeof line, from) != NULL) {
        if (is_command(line, "QUIT"))
            break;
        if (is_command(line, "DATA"))
            more = answer_data(from, to);
        else
            fputs(is_command(line, "EHLO") ? "250-rehearsal\r\n250 8BITMIME\r\n" : "250 yes\r\n",
                  to);
    }
}

static void serve(int peer)
{
    int second = dup(peer);
    FILE *from = fdopen(peer, "r"), *to = second < 0 ? NULL : fdopen(second, "w");
    if (from != NULL && to != NULL)
        talk(from, to);
    if (from != NULL)
        fclose(from);
    if (to != NULL)
        fclose(to);
}

static G_GNUC_NORETURN void run_child(int listener)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    while (true) {
        int peer = accept(listener, NULL, NULL);
        if (peer < 0 && errno != EINTR)
            _exit(1);
        if (peer >= 0)
            serve(peer);
    }
}

/* --- the parent --- */

static int listen_here(guint *ret_port)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof here;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0)
        return -1;
    if (bind(listener, (struct sockaddr *)&here, sizeof here) != 0 || listen(listener, 4) != 0 ||
        getsockname(listener, (struct sockaddr *)&here, &length) != 0) {
        close(listener);
        return -1;
    }
    *ret_port = ntohs(here.sin_port);
    return listener;
}

struct sink *sink_open(GError **error)
{
    guint port = 0;
    int listener = listen_here(&port);
    pid_t child = listener < 0 ? -1 : fork();
    if (child == 0)
        run_child(listener);
    if (listener >= 0)
        close(listener);
    if (child < 0) {
        fault_raise(error, FAULT_IO, "no server for the rehearsal can be started: %s",
                    g_strerror(errno));
        return NULL;
    }
    struct sink *sink = g_new0(struct sink, 1);
    sink->child = child;
    sink->url = g_strdup_printf("smtp://127.0.0.1:%u", port);
    return sink;
}

void sink_close(struct sink *sink)
{
    if (sink == NULL)
        return;
    kill(sink->child, SIGKILL);
    waitpid(sink->child, NULL, 0);
    g_free(sink->url);
    g_free(sink);
}
