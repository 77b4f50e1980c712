#include "prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

enum {
    LINE_MOST = 1024,
    CTRL_C = 3,
    CTRL_D = 4,
    BACKSPACE = 8,
    CTRL_U = 21,
    DELETE = 127,
};

bool prompt_possible(void)
{
    return isatty(STDIN_FILENO) == 1;
}

static void say(int terminal, const char *words)
{
    ssize_t put = write(terminal, words, strlen(words));
    (void)put;
}

/* Keys come one by one and without signals, so that nothing leaves the terminal mute. */
static bool set_mute(int terminal, struct termios *ret_before)
{
    if (tcgetattr(terminal, ret_before) != 0)
        return false;
    struct termios mute = *ret_before;
    mute.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG);
    mute.c_cc[VMIN] = 1;
    mute.c_cc[VTIME] = 0;
    return tcsetattr(terminal, TCSAFLUSH, &mute) == 0;
}

static gsize drop_character(const char *line, gsize length)
{
    while (length > 0 && (line[length - 1] & 0xc0) == 0x80)
        length--;
    return length > 0 ? length - 1 : 0;
}

/* Up to the end of the line; false: given up. */
static bool read_line(int terminal, char *line)
{
    gsize length = 0;
    while (length < LINE_MOST - 1) {
        ssize_t got = read(terminal, line + length, 1);
        char key = line[length];
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || key == CTRL_C || key == CTRL_D)
            break;
        if (key == '\n' || key == '\r') {
            line[length] = '\0';
            return length > 0;
        }
        if (key == BACKSPACE || key == DELETE)
            length = drop_character(line, length);
        else
            length = key == CTRL_U ? 0 : length + 1;
    }
    explicit_bzero(line, LINE_MOST);
    return false;
}

/* A user id is what somebody wrote: no control characters reach the terminal. */
static char *question(const char *hint, bool again)
{
    char *words = g_strdup_printf("%sPassphrase for %s: ", again ? "That was not it. " : "", hint);
    for (char *at = words; *at != '\0'; at++)
        if (g_ascii_iscntrl(*at))
            *at = ' ';
    return words;
}

static char *ask(int terminal, const char *words)
{
    struct termios before;
    char *line = g_malloc0(LINE_MOST);
    mlock(line, LINE_MOST);
    bool given = false;
    if (set_mute(terminal, &before)) {
        say(terminal, words);
        given = read_line(terminal, line);
        tcsetattr(terminal, TCSAFLUSH, &before);
        say(terminal, "\n");
    }
    if (given)
        return line;
    g_free(line);
    return NULL;
}

char *prompt_passphrase(void *user, const char *hint, bool again)
{
    (void)user;
    int terminal = prompt_possible() ? open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    if (terminal < 0)
        return NULL;
    g_autofree char *words = question(hint, again);
    char *line = ask(terminal, words);
    close(terminal);
    return line;
}

char *prompt_descriptor(void *user, const char *hint, bool again)
{
    const int *file = user;
    char *line = g_malloc0(LINE_MOST);
    gsize length = 0;
    (void)hint;
    while (!again && length < LINE_MOST - 1) {
        ssize_t got = read(*file, line + length, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || line[length] == '\n')
            break;
        length++;
    }
    line[length] = '\0';
    if (length > 0)
        return line;
    g_free(line);
    return NULL;
}
