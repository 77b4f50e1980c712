/* The table of commands, in the order a newcomer needs them. */
#include "command.h"

extern const struct command command_init;
extern const struct command command_mine;
extern const struct command command_weather;
extern const struct command command_releases;
extern const struct command command_people;
extern const struct command command_figure;
extern const struct command command_export;
extern const struct command command_audit;
extern const struct command command_advisory;
extern const struct command command_embargo;
extern const struct command command_ledger;

const struct command *const commands[] = {
    &command_init,
    &command_mine,
    &command_weather,
    &command_releases,
    &command_people,
    &command_figure,
    &command_export,
    &command_audit,
    &command_advisory,
    &command_embargo,
    &command_ledger,
    NULL,
};
