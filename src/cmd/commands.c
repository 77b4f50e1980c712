/* The table of commands, in the order a newcomer needs them. */
#include "command.h"

extern const struct command command_init;
extern const struct command command_mine;
extern const struct command command_weather;
extern const struct command command_releases;
extern const struct command command_people;
extern const struct command command_figure;
extern const struct command command_growth;
extern const struct command command_reviews;
extern const struct command command_community;
extern const struct command command_maintainers;
extern const struct command command_explain;
extern const struct command command_reproduce;
extern const struct command command_export;
extern const struct command command_audit;
extern const struct command command_check;
extern const struct command command_backports;
extern const struct command command_notes;
extern const struct command command_advisory;
extern const struct command command_resolve;
extern const struct command command_embargo;
extern const struct command command_member;
extern const struct command command_rehearse;
extern const struct command command_predisclose;
extern const struct command command_announce;
extern const struct command command_outbox;
extern const struct command command_publish;
extern const struct command command_cve;
extern const struct command command_ledger;

/* What needs mail or keys is in the whole program alone: see command.h. */
#ifdef BAROGRAPH_WHOLE
#define WHOLE(...) __VA_ARGS__
const char *const whole_program = NULL;
#else
#define WHOLE(...)
const char *const whole_program = "barograph-whole";
#endif

/* One row a command. */
/* clang-format off */
const struct command *const commands[] = {
    &command_init,
    &command_mine,
    &command_weather,
    &command_releases,
    &command_people,
    &command_figure,
    &command_growth,
    &command_reviews,
    &command_community,
    &command_maintainers,
    &command_explain,
    &command_reproduce,
    &command_export,
    &command_audit,
    WHOLE(&command_check,)
    &command_backports,
    WHOLE(&command_notes,)
    WHOLE(&command_advisory,)
    WHOLE(&command_resolve,)
    WHOLE(&command_embargo,)
    WHOLE(&command_member,)
    WHOLE(&command_rehearse,)
    WHOLE(&command_predisclose,)
    WHOLE(&command_announce,)
    WHOLE(&command_outbox,)
    WHOLE(&command_publish,)
    WHOLE(&command_cve,)
    WHOLE(&command_ledger,)
    NULL,
};
/* clang-format on */
