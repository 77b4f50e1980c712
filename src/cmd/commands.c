/* The table of commands, in the order a newcomer needs them. */
#include "command.h"

extern const struct command command_init;
extern const struct command command_mine;

const struct command *const commands[] = {
    &command_init,
    &command_mine,
    NULL,
};
