/* The table of commands, in the order a newcomer needs them. */
#include "command.h"

const struct command *const commands[] = {
    NULL,
};
