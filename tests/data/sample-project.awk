# Turns sample-history.txt into a stream for git fast-import.
#
#   awk -v phase=N -v marks=FILE -f sample-project.awk sample-history.txt
#
# The whole table is followed in every phase, so that the content of all files is known; only what
# happens in phase N is printed. FILE holds the ids of the commits of the phases before.

function fail(text)
{
    printf "sample-history.txt:%d: %s\n", FNR, text > "/dev/stderr"
    failed = 1
    exit 1
}

function emit(text)
{
    if (now == phase)
        printf "%s\n", text
}

# A number from 0 to limit - 1; always the same sequence.
function chance(limit)
{
    dice = (dice * 69069 + 12345) % 4294967296
    return int(dice / 65536) % limit
}

# Days since 1970-01-01 of "2019-02-04".
function days(day,    y, m, d, era, doe)
{
    y = substr(day, 1, 4) + 0
    m = substr(day, 6, 2) + 0
    d = substr(day, 9, 2) + 0
    if (day !~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]$/)
        fail("no day: " day)
    if (m <= 2)
        y--
    era = int(y / 400)
    doe = (y - era * 400) * 365 + int((y - era * 400) / 4) - int((y - era * 400) / 100)
    return era * 146097 + doe + int((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + d - 1 - 719468
}

# The clock shows 9 to 17 o'clock, further on with every commit of a day.
function moment(day)
{
    return days(day) * 86400 + 9 * 3600 + (number * 1117) % 28800
}

function iso(seconds,    z, era, doe, yoe, doy, mp, d, m, y, rest)
{
    z = int(seconds / 86400) + 719468
    rest = seconds % 86400
    era = int(z / 146097)
    doe = z - era * 146097
    yoe = int((doe - int(doe / 1460) + int(doe / 36524) - int(doe / 146096)) / 365)
    doy = doe - (365 * yoe + int(yoe / 4) - int(yoe / 100))
    mp = int((5 * doy + 2) / 153)
    d = doy - int((153 * mp + 2) / 5) + 1
    m = mp < 10 ? mp + 3 : mp - 9
    y = yoe + era * 400 + (m <= 2 ? 1 : 0)
    return sprintf("%04d-%02d-%02d %02d:%02d:%02d", y, m, d, int(rest / 3600),
                   int(rest % 3600 / 60), rest % 60)
}

# Seconds east of Greenwich of "+0530".
function east(zone)
{
    return (substr(zone, 1, 1) == "-" ? -1 : 1) * \
        (substr(zone, 2, 2) * 3600 + substr(zone, 4, 2) * 60)
}

function stamp(who, seconds)
{
    if (!(who in address))
        fail("nobody is called " who)
    return (name[who] == "" ? "" : name[who] " ") "<" address[who] "> " seconds " " zone[who]
}

function credit(who)
{
    if (!(who in address))
        fail("nobody is called " who)
    return name[who] " <" address[who] ">"
}

function id(label)
{
    if (!(label in mark_of))
        fail("no commit is called " label)
    if (!(mark_of[label] in hash)) {
        if (now == phase)
            fail(label " is not made yet: put --- before this line")
        return "?"
    }
    return hash[mark_of[label]]
}

# What a part of the last column stands for: a trailer's letter and a person, or a line as it is.
function body_line(part, who,    letter, rest)
{
    sub(/^ +/, "", part)
    sub(/ +$/, "", part)
    if (part == "S")
        return trailer["S"] ": " credit(who)
    letter = substr(part, 1, 1)
    rest = substr(part, 3)
    if (part ~ /^[A-Z]:[a-z0-9]+$/ && letter in trailer)
        return trailer[letter] ": " credit(rest)
    if (part ~ /^F:/)
        return "Fixes: " substr(id(rest), 1, 12) " (\"" subject_of[rest] "\")"
    while (match(part, /%[a-z0-9]+%/))
        part = substr(part, 1, RSTART - 1) id(substr(part, RSTART + 1, RLENGTH - 2)) \
            substr(part, RSTART + RLENGTH)
    return part
}

function text_line(path, i)
{
    return path ~ /\.md$/ ? "Note " seed "." i ": the light is kept, the log is written." \
                          : "    lamp_step(" seed ", " i ", LAMP_" (seed * 31 + i * 7) % 97 ");"
}

# path+ADDED-DELETED: takes lines out at a place given by the commit's number, puts others there.
function edit(branch, what,    path, added, deleted, key, n, at, i, kept, out)
{
    path = what
    added = deleted = 0
    if (match(path, /-[0-9]+$/)) {
        deleted = substr(path, RSTART + 1) + 0
        path = substr(path, 1, RSTART - 1)
    }
    if (match(path, /\+[0-9]+$/)) {
        added = substr(path, RSTART + 1) + 0
        path = substr(path, 1, RSTART - 1)
    }
    key = branch SUBSEP path
    n = split(content[key], kept, "\n")
    if (n > 0 && kept[n] == "")
        n--
    if (deleted > n)
        deleted = n
    at = n - deleted > 0 ? (seed * 7919) % (n - deleted + 1) : 0
    out = ""
    for (i = 1; i <= at; i++)
        out = out kept[i] "\n"
    for (i = 1; i <= added; i++)
        out = out text_line(path, i) "\n"
    for (i = at + deleted + 1; i <= n; i++)
        out = out kept[i] "\n"
    put(branch, path, out)
}

function put(branch, path, text,    key)
{
    key = branch SUBSEP path
    before[number, path] = content[key]
    touched[number] = touched[number] " " path
    content[key] = text
    if (!(key in mode))
        mode[key] = "100644"
    emit("M " mode[key] " inline " path "\ndata <<END_OF_TEXT\n" text "END_OF_TEXT")
}

function change(branch, what,    parts)
{
    if (what ~ /^rename:/) {
        split(substr(what, 8), parts, ">")
        emit("R " parts[1] " " parts[2])
        content[branch, parts[2]] = content[branch, parts[1]]
        mode[branch, parts[2]] = mode[branch, parts[1]]
        delete content[branch, parts[1]]
        delete mode[branch, parts[1]]
    } else if (what ~ /^mode:/) {
        mode[branch, substr(what, 6)] = "100755"
        put(branch, substr(what, 6), content[branch, substr(what, 6)])
    } else if (what ~ /^remove:/) {
        emit("D " substr(what, 8))
        delete content[branch, substr(what, 8)]
        delete mode[branch, substr(what, 8)]
    } else if (what ~ /^binary:/) {
        emit("M 100644 inline " substr(what, 8))
        if (now == phase)
            printf "data 16\nLAMP%c%c%c%c%c%c%c%c%c%c%c%c\n", 0, 1, 2, 3, 0, seed % 256, 0, 0, 255,
                254, 0, 0
    } else if (what == "mailmap") {
        put(branch, ".mailmap", mailmap)
    } else if (what != "empty") {
        edit(branch, what)
    }
}

# Starts a commit on a branch: all but its changes. `authored` is 0 but for backports, which keep
# their author's time.
function open_commit(branch, label, who, day, message, authored, second, encoding,    people, dates)
{
    split(who, people, ">")
    split(day, dates, ">")
    mark_of[label] = number
    authored_at[label] = authored ? authored : moment(dates[1])
    message_of[label] = message
    edits_of[label] = ""
    written_at[label] = moment(dates[2] != "" ? dates[2] : dates[1])
    zone_at[label] = zone[people[2] != "" ? people[2] : people[1]]
    emit("commit refs/heads/" branch "\nmark :" number)
    emit("author " stamp(people[1], authored_at[label]))
    emit("committer " stamp(people[2] != "" ? people[2] : people[1], written_at[label]))
    if (encoding != "")
        emit("encoding " encoding)
    emit("data <<END_OF_TEXT\n" message "END_OF_TEXT")
    if (branch in tip)
        emit("from :" tip[branch])
    if (second != "")
        emit("merge :" second)
    tip[branch] = number
}

function changes(branch, label, list,    parts, n, i)
{
    edits_of[label] = list
    n = split(list, parts, " ")
    for (i = 1; i <= n; i++)
        change(branch, parts[i])
}

function commit(branch, label, who, day, subject, list, body,    people, parts, n, i, message)
{
    seed = number = ++commits
    split(who, people, ">")
    gsub(/<u-umlaut in latin-1>/, sprintf("%c", 252), subject)
    subject_of[label] = subject
    message = subject "\n"
    n = split(body, parts, ";")
    if (n > 0)
        message = message "\n"
    for (i = 1; i <= n; i++)
        message = message body_line(parts[i], people[1]) "\n"
    open_commit(branch, label, who, day, message, 0, "", message ~ /\374/ ? "ISO-8859-1" : "")
    changes(branch, label, list)
}

# The same changes on another branch, with lines that say where they come from. Of several commits
# ("lens1 lens2") the first gives author, date and message.
function backport(branch, label, who, day, sources, form,    of, n, i, message, list)
{
    number = ++commits
    n = split(sources, of, " ")
    seed = mark_of[of[1]]
    subject_of[label] = subject_of[of[1]]
    message = message_of[of[1]]
    if (form ~ /signed/)
        message = message trailer["S"] ": " credit(who) "\n"
    for (i = 1; i <= n; i++) {
        list = list " " edits_of[of[i]]
        message = message origin(of[i], form)
    }
    open_commit(branch, label, author_of[of[1]] ">" who, day, message, authored_at[of[1]])
    changes(branch, label, list)
}

function origin(of, form)
{
    if (form ~ /pick/)
        return "(cherry picked from commit " id(of) ")\n"
    return "master commit: " id(of) "\n" \
        "master date: " iso(written_at[of] + east(zone_at[of])) " " zone_at[of] "\n"
}

function revert(branch, label, who, day, of,    paths, n, i)
{
    number = ++commits
    subject_of[label] = "Revert \"" subject_of[of] "\""
    open_commit(branch, label, who, day, subject_of[label] "\n\nThis reverts commit " id(of) ".\n\n" \
        trailer["S"] ": " credit(who) "\n")
    n = split(touched[mark_of[of]], paths, " ")
    for (i = 1; i <= n; i++)
        put(branch, paths[i], before[mark_of[of], paths[i]])
}

# Brings in the files of a topic branch, which touches files of its own only.
function merge(branch, label, who, day, topic, subject,    key, parts)
{
    number = ++commits
    subject_of[label] = subject
    open_commit(branch, label, who, day, subject "\n\n" trailer["S"] ": " credit(who) "\n",
        0, tip[topic])
    for (key in content) {
        split(key, parts, SUBSEP)
        if (parts[1] == topic && content[key] != content[branch, parts[2]])
            merged[parts[2]] = content[key]
    }
    while ((key = least(merged)) != "") {
        put(branch, key, merged[key])
        delete merged[key]
    }
}

function least(set,    key, first)
{
    first = ""
    for (key in set)
        if (first == "" || key < first)
            first = key
    return first
}

function fork(branch, from,    key, parts)
{
    tip[branch] = tip[from]
    for (key in content) {
        split(key, parts, SUBSEP)
        if (parts[1] == from)
            copies[parts[2]] = content[key]
    }
    for (key in copies) {
        content[branch, key] = copies[key]
        mode[branch, key] = mode[from, key]
        delete copies[key]
    }
    emit("reset refs/heads/" branch "\nfrom :" tip[from] "\n")
}

# Everyday commits, spread evenly over a span of days: by these people, in these files.
function work(branch, count, first, last, people, paths,    who, path, n, m, i, from, step, day, p, t, r)
{
    n = split(people, who, " ")
    m = split(paths, path, " ")
    from = days(first)
    step = (days(last) - from) / count
    for (i = 0; i < count; i++) {
        p = path[chance(m) + 1]
        day = substr(iso((from + int(i * step)) * 86400), 1, 10)
        t = "S"
        if (chance(10) < 6 && (r = who[chance(n) + 1]) != who[(i % n) + 1])
            t = t ";R:" r
        if (chance(10) < 3)
            t = t ";A:" who[chance(n) + 1]
        if (chance(10) < 1)
            t = t ";T:" who[chance(n) + 1]
        remember(branch "work" commits + 1, who[(i % n) + 1])
        commit(branch, branch "work" commits + 1, who[(i % n) + 1], day,
            area(p) ": " verb[chance(verbs) + 1] " " noun[chance(nouns) + 1],
            p "+" (1 + chance(18)) "-" chance(9), t)
    }
}

function area(path)
{
    sub(/^.*\//, "", path)
    sub(/\..*$/, "", path)
    return tolower(path)
}

function remember(label, who,    people)
{
    split(who, people, ">")
    author_of[label] = people[1]
}

BEGIN {
    FS = " *[|] *"
    now = 0
    dice = 1904
    trailer["S"] = "Signed-off-by"
    trailer["R"] = "Reviewed-by"
    trailer["A"] = "Acked-by"
    trailer["T"] = "Tested-by"
    trailer["P"] = "Reported-by"
    trailer["G"] = "Suggested-by"
    trailer["C"] = "Co-developed-by"
    trailer["L"] = "Release-acked-by"
    verbs = split("trim,warm,check,simplify,document,bound,log,split,join,speed up", verb, ",")
    nouns = split("the wick,the lens drive,the fog timer,the tide table,the watch list,the oil gauge,"\
        "the log book,the shutters,the lamp change,the wind vane", noun, ",")
    while ((getline line < marks) > 0) {
        split(line, field, " ")
        hash[substr(field[1], 2)] = field[2]
    }
}

/^#/ || /^$/ { next }
/^(people|mailmap|employers|history)$/ { section = $0; next }
section == "people" { name[$1] = $2; address[$1] = $3; zone[$1] = $4; next }
section == "mailmap" { mailmap = mailmap $0 "\n"; next }
section != "history" { next }
/^---/ { now++; next }
$1 == "commit" { remember($3, $4); commit($2, $3, $4, $5, $6, $7, $8); next }
$1 == "back" { remember($3, $4); backport($2, $3, $4, $5, $6, $7); next }
$1 == "revert" { remember($3, $4); revert($2, $3, $4, $5, $6); next }
$1 == "merge" { remember($3, $4); merge($2, $3, $4, $5, $6, $7); next }
$1 == "fork" { fork($2, $3); next }
$1 == "work" { work($2, $3, $4, $5, $6, $7); next }
$1 == "tag" {
    number = tip[$3]
    emit("tag " $2 "\nfrom :" tip[$3] "\ntagger " stamp($4, moment($5)))
    emit("data <<END_OF_TEXT\n" $6 "\nEND_OF_TEXT")
    next
}
$1 == "light" { emit("reset refs/tags/" $2 "\nfrom :" tip[$3] "\n"); next }
{ fail("not understood: " $0) }
END { exit failed }
