#include "secret.h"

#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 1024 };

void secret_free(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

/* NULL: there is nothing on the first line. */
static char *first_line(const char *text)
{
    gsize length = strcspn(text, "\r\n");
    return length == 0 || length > MOST ? NULL : g_strndup(text, length);
}

static char *from_file(const char *path, GError **error)
{
    struct stat facts;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        fault_raise(error, FAULT_CONFIG, "%s: the password cannot be read: %s", path,
                    g_strerror(errno));
        return NULL;
    }
    bool safe = fstat(file, &facts) == 0 && S_ISREG(facts.st_mode) && (facts.st_mode & 077) == 0;
    char bytes[MOST + 2] = "";
    ssize_t got = safe ? read(file, bytes, sizeof bytes - 1) : -1;
    close(file);
    char *line = got > 0 ? first_line(bytes) : NULL;
    explicit_bzero(bytes, sizeof bytes);
    if (line == NULL)
        fault_raise(error, safe ? FAULT_CONFIG : FAULT_PERMISSION, "%s: %s", path,
                    safe ? "the password is empty" : "others may read the password: chmod 600");
    return line;
}

/* What it says on standard error is for the person who waits. */
static char *from_command(const char *command, GError **error)
{
    g_auto(GStrv) words = NULL;
    char *printed = NULL;
    int status = 0;
    bool ran = g_shell_parse_argv(command, NULL, &words, NULL) &&
               g_spawn_sync(NULL, words, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN,
                            NULL, NULL, &printed, NULL, &status, NULL);
    char *line = ran && g_spawn_check_wait_status(status, NULL) && printed != NULL
                     ? first_line(printed)
                     : NULL;
    secret_free(printed);
    if (line == NULL)
        fault_raise(error, FAULT_CONFIG, "the password's command in barograph.conf %s",
                    ran ? "fails, or prints none" : "cannot be run");
    return line;
}

char *secret_read(const char *path, const char *command, GError **error)
{
    return command != NULL ? from_command(command, error) : from_file(path, error);
}
