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
extern const struct command command_ledger;

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
    &command_check,
    &command_backports,
    &command_notes,
    &command_advisory,
    &command_resolve,
    &command_embargo,
    &command_member,
    &command_rehearse,
    &command_predisclose,
    &command_announce,
    &command_outbox,
    &command_publish,
    &command_ledger,
    NULL,
};
/* clang-format on */
