"""What the tests of `barograph init` and `barograph mine` share: repositories made on the spot with
fixed dates, the program run as a user would, and the database read back as bytes."""

import os
import sqlite3
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = Path(os.environ.get("BAROGRAPH_BUILD", ROOT / "build" / "release"))
PROGRAM = BUILD / "barograph"

# Nobody's configuration and no repository around us may change what git does.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Ann Author",
    "GIT_AUTHOR_EMAIL": "ann@author.example",
    "GIT_COMMITTER_NAME": "Cyd Committer",
    "GIT_COMMITTER_EMAIL": "cyd@committer.example",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "BAROGRAPH_NOW": "2020-01-01T00:00:00Z",
    "G_DEBUG": "fatal-warnings",
}

# What must never be seen on standard error, in any build.
NOISE = ("CRITICAL", "WARNING", "Sanitizer", "runtime error", "GLib-")


class Repository:
    """A git repository; every commit is an hour after the one before."""

    def __init__(self, path, *options):
        self.path = Path(path)
        self.clock = 1262304000  # 2010
        if not self.path.exists():
            subprocess.run(
                ["git", "-c", "init.defaultBranch=main", "init", "-q", *options, self.path],
                check=True,
                env=ENVIRONMENT,
            )

    def git(self, *arguments, stdin=None, **environment):
        return subprocess.run(
            ["git", "-c", "protocol.file.allow=always", "-C", self.path, *arguments],
            check=True,
            capture_output=True,
            input=stdin,
            env={**ENVIRONMENT, **environment},
        ).stdout

    def id(self, name="HEAD"):
        return self.git("rev-parse", name).decode().strip()

    def write(self, path, content):
        where = os.path.join(os.fsencode(self.path), os.fsencode(path))
        os.makedirs(os.path.dirname(where), exist_ok=True)
        with open(where, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())

    def tick(self, zone="+0000"):
        self.clock += 3600
        return f"{self.clock} {zone}"

    def commit(self, message="change", *options, **environment):
        """Commits all that stands in the work tree."""
        date = self.tick()
        self.git("add", "-A")
        self.git(
            *("commit", "-q", "--allow-empty", "--no-verify", "-F", "-", *options),
            stdin=message if isinstance(message, bytes) else message.encode(),
            **{"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date, **environment},
        )
        return self.id()

    def object(self, kind, content, *options):
        """An object as it is given, however odd."""
        name = self.git("hash-object", "-t", kind, "-w", "--stdin", *options, stdin=content)
        return name.decode().strip()

    def loose(self, id):
        """The file that holds a loose object."""
        folder = self.git("rev-parse", "--git-common-dir").decode().strip()
        return self.path / folder / "objects" / id[:2] / id[2:]


def history_stream(commits, files=20, seed=1):
    """A fast-import stream: `commits` commits on one branch, each changing three files of `files`,
    with now and then a new name and a file that goes."""
    state = seed
    texts = {}
    out = []

    def random(limit):
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state >> 33) % limit

    for number in range(commits):
        lines = [
            b"commit refs/heads/main",
            b"committer P%d <p%d@example.org> %d +0000"
            % (number % 7, number % 7, 1262304000 + 60 * number),
        ]
        message = b"change %d\n\nReviewed-by: R <r@example.org>\n" % number
        lines += [b"data %d" % len(message), message]
        for _ in range(3):
            name = b"dir%d/file%d.c" % (random(5), random(files))
            text = texts.setdefault(name, [b"line %d" % i for i in range(40)])
            text[random(len(text))] = b"changed by %d" % number
            text.append(b"more %d" % number)
            content = b"\n".join(text) + b"\n"
            lines += [b"M 100644 inline " + name, b"data %d" % len(content), content]
        if number % 50 == 49:
            name = sorted(texts)[0]
            moved = b"moved/%d.c" % number
            lines.append(b"R " + name + b" " + moved)
            texts[moved] = texts.pop(name)
        out.append(b"\n".join(lines) + b"\n")
    return b"".join(out)


def large(path, commits):
    repository = Repository(path, "--bare")
    repository.git("fast-import", "--quiet", stdin=history_stream(commits))
    repository.clock += 60 * commits
    return repository


def conf(home, *groups):
    """Writes barograph.conf: a text for each group."""
    home.mkdir(exist_ok=True)
    (home / "barograph.conf").write_text("\n".join(groups))
    return home


def home_of(home, **repositories):
    """A home for repositories by name: their path, or a text with other keys."""
    groups = []
    for name, where in repositories.items():
        keys = where if isinstance(where, str) and "=" in where else f"path = {where}"
        groups.append(f"[repository {name.replace('_', '-')}]\n{keys}\n")
    return conf(home, *groups)


def run(home, *arguments, status=0, cwd=None, limits=None, extensions=False):
    """The result of barograph; its status must be as given, and every error one sentence."""
    environment = dict(ENVIRONMENT)
    if "--fetch" in arguments or extensions:
        # libgit2 1.5 leaks where it matches expressions with a configuration: remotes, extensions.
        environment["LSAN_OPTIONS"] = f"suppressions={ROOT}/tests/tools/leaks.supp:print_suppressions=0"
    result = subprocess.run(
        [PROGRAM, "-C", home, *arguments],
        capture_output=True,
        env=environment,
        cwd=cwd,
        check=False,
        timeout=30,
        preexec_fn=limits,
    )
    stderr = result.stderr.decode(errors="replace")
    assert not [word for word in NOISE if word in stderr], stderr
    assert result.returncode == status, f"status {result.returncode}, not {status}: {stderr}"
    result.errors = [line for line in stderr.splitlines() if line.startswith("barograph: ")]
    assert (status == 0) == (result.errors == []), stderr
    result.text = stderr
    return result


def mine(home, *arguments, **how):
    return run(home, "mine", *arguments, **how)


def fails(home, status, *words, arguments=("mine",), **how):
    """One sentence on standard error that holds these words."""
    result = run(home, *arguments, status=status, **how)
    assert len(result.errors) == 1, result.text
    sentence = result.errors[0]
    for word in words:
        assert word in sentence, sentence
    assert not sentence.endswith("."), sentence
    assert result.text.rstrip("\n").endswith(sentence), result.text
    return sentence


def rows(home, sql, *parameters):
    """Rows of the database, texts as bytes. A run killed in the middle of a write leaves a journal, which the
    program's readers play back; so this must be allowed to write as well."""
    database = sqlite3.connect(f"file:{home / 'history.db'}?mode=rw", uri=True)
    database.text_factory = bytes
    try:
        return database.execute(sql, parameters).fetchall()
    finally:
        database.close()


IDENTITY = "(SELECT name || char(10) || address FROM identities WHERE id = {})"
COMMIT = "(SELECT r.name || hex(c.hash) FROM commits c JOIN repositories r ON r.id = c.repository WHERE c.id = {})"
PATH = "(SELECT CAST(name AS BLOB) FROM paths WHERE id = {})"
REPOSITORY = "(SELECT name FROM repositories WHERE id = repository)"

# All that the database says, without row ids.
CONTENT = {
    "repositories": "SELECT name, source, main_branch, selection, rules, shallow, mailmap"
    " FROM repositories",
    "refs": f"SELECT {REPOSITORY}, kind, name, target, {COMMIT.format('commit_id')}, tagged_at,"
    f" {IDENTITY.format('tagger')}, signature, signer, digest FROM refs",
    "commits": f"SELECT {REPOSITORY}, hash, {IDENTITY.format('author')}, author_time, author_zone,"
    f" {IDENTITY.format('committer')}, committer_time, committer_zone, parent_count, signature,"
    " signer, digest, CAST(subject AS BLOB) FROM commits",
    "parents": f"SELECT {COMMIT.format('commit_id')}, position, {COMMIT.format('parent_id')}"
    " FROM parents",
    "changes": f"SELECT {COMMIT.format('commit_id')}, {PATH.format('path')}, status, content,"
    " added, deleted FROM changes",
    "renames": f"SELECT {COMMIT.format('commit_id')}, {PATH.format('path')},"
    f" {PATH.format('old_path')}, similarity, content, added, deleted FROM renames",
    "trailers": f"SELECT {COMMIT.format('commit_id')}, position, kind, written, negative,"
    f" {IDENTITY.format('identity')}, CAST(value AS BLOB), CAST(qualifier AS BLOB) FROM trailers",
    "origins": f"SELECT {COMMIT.format('commit_id')}, position, kind, hex FROM origins",
    "mentions": f"SELECT {COMMIT.format('commit_id')}, advisory, claim FROM mentions",
    "problems": f"SELECT {REPOSITORY}, object, place, kind, detail FROM problems",
}


def content(home):
    return {table: sorted(rows(home, sql), key=repr) for table, sql in CONTENT.items()}


def same_content(home, other):
    mine_, theirs = content(home), content(other)
    for table in CONTENT:
        assert mine_[table] == theirs[table], table


def check_database(home):
    """Sound, and what refs and parents name is there: what readers rely on at every moment."""
    assert rows(home, "PRAGMA integrity_check") == [(b"ok",)]
    assert rows(home, "PRAGMA foreign_key_check") == []
    for table, column in (("refs", "commit_id"), ("parents", "parent_id"), ("changes", "commit_id")):
        lost = f"SELECT count(*) FROM {table} WHERE {column} NOT IN (SELECT id FROM commits)"
        assert rows(home, lost) == [(0,)], table
    assert rows(home, "SELECT count(*) FROM parents WHERE parent_id >= commit_id") == [(0,)]


# ---- What git says ----

FIELDS = "%H%x00%P%x00%an%x00%ae%x00%at%x00%ai%x00%cn%x00%ce%x00%ct%x00%ci%x00%s"
CHOSEN = ("--branches", "--tags", "--remotes")


def minutes(date):
    zone = date.rsplit(b" ", 1)[-1]
    number = int(zone[1:3]) * 60 + int(zone[3:5])
    return -number if zone[:1] == b"-" else number


def git_commits(repository, *chosen):
    """hash -> parents, author, committer and subject as git log shows them."""
    log = repository.git("log", f"--format={FIELDS}%x01", *(chosen or CHOSEN))
    commits = {}
    for record in log.split(b"\x01\n")[:-1]:
        id, parents, name, mail, time, date, *rest = record.split(b"\0")
        cname, cmail, ctime, cdate, subject = rest
        commits[id] = (
            parents.split(),
            (name, mail, int(time), minutes(date)),
            (cname, cmail, int(ctime), minutes(cdate)),
            subject,
        )
    return commits


def mined_commits(home):
    parents = {}
    for child, parent in rows(
        home,
        "SELECT c.hash, p.hash FROM parents e JOIN commits c ON c.id = e.commit_id"
        " LEFT JOIN commits p ON p.id = e.parent_id ORDER BY e.commit_id, e.position",
    ):
        parents.setdefault(child, []).append(parent.hex().encode() if parent else None)
    found = rows(
        home,
        "SELECT c.hash, a.name, a.address, author_time, author_zone, i.name, i.address,"
        " committer_time, committer_zone, subject, parent_count FROM commits c"
        " JOIN identities a ON a.id = author JOIN identities i ON i.id = committer",
    )
    for row in found:
        assert row[10] == len(parents.get(row[0], []))
    return {
        row[0].hex().encode(): (parents.get(row[0], []), row[1:5], row[5:9], row[9])
        for row in found
    }


def number(text):
    return None if text == b"-" else int(text)


def git_changes(repository, *options, chosen=CHOSEN):
    """(hash, old path, path, added, deleted) of every non-merge commit; None: binary."""
    log = repository.git("log", "-z", "--no-merges", "--numstat", "--format=%x01%H", *options, *chosen)
    found, id = [], None
    fields = iter(log.split(b"\0")[:-1])
    for field in fields:
        # A newline stands between a commit and its rows.
        field = field.removeprefix(b"\n")
        if field.startswith(b"\x01"):
            id = field[1:]
            continue
        added, deleted, path = field.split(b"\t", 2)
        old = None
        if path == b"":
            old, path = next(fields), next(fields)
        found.append((id, old, path, number(added), number(deleted)))
    return sorted(found, key=repr)


def mined_changes(home, renames=False):
    sql = (
        "SELECT lower(hex(c.hash)), {old}, CAST(p.name AS BLOB), iif(x.content = 'text', x.added, NULL),"
        " iif(x.content = 'text', x.deleted, NULL) FROM {table} x JOIN commits c ON c.id = x.commit_id"
        " JOIN paths p ON p.id = x.path"
    )
    plain = sql.format(table="changes", old="NULL")
    if not renames:
        return sorted(rows(home, plain), key=repr)
    plain += (
        " WHERE NOT EXISTS (SELECT 1 FROM renames r WHERE r.commit_id = x.commit_id"
        " AND x.path IN (r.path, r.old_path))"
    )
    old = "(SELECT CAST(name AS BLOB) FROM paths WHERE id = x.old_path)"
    return sorted(rows(home, plain) + rows(home, sql.format(table="renames", old=old)), key=repr)


def same_as_git(home, repository, *chosen):
    """Every commit, every change and every rename of a home with one repository equals git's."""
    chosen = chosen or CHOSEN
    check_database(home)
    assert mined_commits(home) == git_commits(repository, *chosen)
    assert mined_changes(home) == git_changes(repository, "--no-renames", chosen=chosen)
    assert mined_changes(home, renames=True) == git_changes(repository, "-M", chosen=chosen)
