/* The parts of barograph people that look for evidence. */
#ifndef PEOPLE_PARTS_H
#define PEOPLE_PARTS_H

#include "command.h"
#include "reading.h"
#include "table.h"

struct people_request {
    struct reading_words words; /* --repository, --release, --year, --as-of */
    enum table_format format;
    bool commits; /* every sign by itself */
    char **arguments;
};

bool people_evidence(struct context *context, const struct people_request *request, GError **error);
bool people_questions(struct context *context, const struct people_request *request,
                      GError **error);
bool people_diff(struct context *context, const struct people_request *request, GError **error);

#endif
