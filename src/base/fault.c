#include "fault.h"

static const struct {
    const char *name;
    int status;
    const char *meaning;
} kinds[] = {
#define FAULT(kind, status, when) {#kind, status, when},
#include "fault.def"
#undef FAULT
};

GQuark fault_domain(void)
{
    return g_quark_from_static_string("barograph-fault");
}

#undef fault_raise /* static analysis sees a macro there */
bool fault_raise(GError **error, enum fault kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_propagate_error(error, g_error_new_valist(FAULT_DOMAIN, (int)kind, format, args));
    va_end(args);
    return false;
}

char *fault_sentence(const GError *error)
{
    char *sentence = g_utf8_make_valid(error->message, -1);
    for (char *at = sentence; *at != '\0'; at++)
        if (g_ascii_iscntrl(*at))
            *at = '?';
    return sentence;
}

int fault_exit_status(const GError *error)
{
    if (error->domain == G_OPTION_ERROR)
        return kinds[FAULT_USAGE].status;
    if (error->domain != FAULT_DOMAIN || error->code < 0 || error->code >= FAULT_COUNT)
        return kinds[FAULT_INTERNAL].status;
    return kinds[error->code].status;
}

const char *fault_name(enum fault kind)
{
    return kinds[kind].name;
}

int fault_status(enum fault kind)
{
    return kinds[kind].status;
}

const char *fault_meaning(enum fault kind)
{
    return kinds[kind].meaning;
}
