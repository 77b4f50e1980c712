"""Who may include whom: the layer table, one door a library, no rings. See docs/ARCHITECTURE.md."""

import re

import tree

# A folder may include itself, GLib, the C library, and the headers of these folders.
LAYERS = {
    "base": set(),
    "port": {"base"},
    "render": {"base"},
    "history": {"base", "port"},
    "report": {"base", "history", "render"},
    "advisory": {"base", "port", "render"},
    "publish": {"base", "advisory", "render"},
    "cmd": {"base", "port", "render", "history", "report", "advisory", "publish"},
    "main": {"base", "port", "cmd"},
    "tools": {"base"},
}

# And these single headers. (unit or folder, header)
ALSO = {
    ("pen", "xml.h"),  # what charts are drawn with
    ("report", "store.h"),
    ("report", "shelf.h"),
    ("report", "patch_face.h"),  # what a change looks like: pure
    ("audit_html", "xml.h"),  # reads pages
    ("publish", "xml.h"),
    ("publish", "documents.h"),  # pages: a template, and the home's in its place
    ("publish", "resolve.h"),  # affected ranges, as plain data
    ("sealing", "pgp.h"),  # signs what is published
    # What the program carries with it: SQL for the store, templates for those who render.
    ("store", "embedded.h"),
    ("report", "embedded.h"),
    ("advisory", "embedded.h"),
    ("publish", "embedded.h"),
    ("cmd", "embedded.h"),
}

# Headers without a unit of their name: types that several units share, tables made elsewhere.
HOMES = {
    "command.h": "cmd",
    "advisory_lint.h": "cmd",
    "advisory_room.h": "cmd",
    "advisory_trial.h": "cmd",
    "member_room.h": "cmd",
    "outbox_room.h": "cmd",
    "mailroom.h": "cmd",
    "people_parts.h": "cmd",
    "resolve_room.h": "cmd",
    "cve_room.h": "cmd",
    "publish_room.h": "cmd",
    "verbs.h": "cmd",
    "pgp_parts.h": "port",
    "embedded.h": "tools",
    "chart_data.h": "render",
    "resolve_parts.h": "report",
    "mine_options.h": "history",
    "weather_request.h": "report",
    "selection_parts.h": "report",
    "community.h": "report",
}

# Library header -> the only units that may include it. GLib, jansson and POSIX are everywhere.
DOORS = {
    "git2": {  # a repository's sides
        "port/repo",
        "port/objects",
        "port/patch",
        "port/pick",
    },
    "zlib": {"port/loose"},
    "sqlite3": {"port/store", "port/shelf"},
    "libxml": {"port/xml"},
    "gpgme": {"port/pgp", "port/pgp_keys", "port/pgp_sign"},
    "curl": {"port/web", "port/wire"},
    "gmime": {"port/mime", "render/mail"},
    "arpa": {"port/sink"},  # sockets, to listen on
    "netinet": {"port/sink"},
}
EVERYWHERE = re.compile(
    r"""glib(-unix)?\.h|glib/.*|jansson\.h
    |(assert|ctype|dirent|errno|fcntl|fnmatch|ftw|inttypes|limits|locale|malloc|math|poll|pthread|pwd|signal
     |stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|strings|termios|time|unistd
     |wchar)\.h
    |sys/[a-z_]+\.h""",
    re.VERBOSE,
)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)


class House:
    """The source tree as seen by its include lines."""

    def __init__(self, sources):
        """sources: path such as src/port/store.c or include/store.h -> text"""
        # A command's file may have the name of a unit, but no header.
        self.folders = {}
        for path in sources:
            parts = path.split("/")
            if parts[0] == "src" and len(parts) == 3 and parts[1] != "cmd":
                self.folders[self.unit(path)] = parts[1]
        self.includes = {}
        for path, text in sources.items():
            found = INCLUDE.findall(text)
            self.includes[path] = ([own for own, _ in found if own], [lib for _, lib in found if lib])

    def unit(self, path):
        """The name that a .c and its header share; of a command, with its folder."""
        name = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        return f"cmd/{name}" if path.startswith("src/cmd/") else name

    def home(self, path):
        """The folder that a header or unit belongs to, or None."""
        parts = path.split("/")
        if parts[0] == "src":
            return parts[1] if len(parts) == 3 else self.unit(path)
        return HOMES.get(parts[-1]) or self.folders.get(self.unit(path))

    def breaches(self):
        for path, (own, _) in self.includes.items():
            home, unit = self.home(path), self.unit(path)
            if home is None:
                yield f"{path} belongs to no folder: there is no src/*/{unit}.c"
                continue
            for header in own:
                target = self.home(header)
                allowed = target == home or target in LAYERS[home]
                if not allowed and not {(home, header), (unit, header)} & ALSO:
                    yield f"{path} ({home}) may not include {header} ({target})"

    def strangers(self):
        for path, (_, libraries) in self.includes.items():
            for header in libraries:
                library = re.split(r"[./]", header)[0]
                if library in DOORS:
                    if path not in {f"src/{door}.c" for door in DOORS[library]}:
                        yield f"{path} includes <{header}>; only {sorted(DOORS[library])} may"
                elif not EVERYWHERE.fullmatch(header):
                    yield f"{path} includes <{header}>, which has no door in tests/lint"

    def header_graph(self):
        return {
            path.rsplit("/", 1)[-1]: set(own)
            for path, (own, _) in self.includes.items()
            if path.endswith(".h")
        }

    def unit_graph(self):
        graph = {}
        for path, (own, _) in self.includes.items():
            unit = self.unit(path)
            graph.setdefault(unit, set()).update(self.unit(h) for h in own if self.unit(h) != unit)
        return graph

    def folder_graph(self):
        graph = {}
        for path, (own, _) in self.includes.items():
            home = self.home(path)
            graph.setdefault(home, set()).update({self.home(h) for h in own} - {home, None})
        return {home: others for home, others in graph.items() if home is not None}


def ring(graph):
    """One ring as a list of names, or None."""
    done, path = set(), []

    def visit(node):
        if node in path:
            return path[path.index(node) :] + [node]
        if node in done:
            return None
        path.append(node)
        for other in sorted(graph.get(node, ())):
            found = visit(other)
            if found:
                return found
        path.pop()
        done.add(node)
        return None

    for start in sorted(graph):
        found = visit(start)
        if found:
            return found
    return None


def house():
    return House({str(path): tree.read(path) for path in tree.c_files("src", "include")})


def test_layers_hold():
    tree.none_of(house().breaches())


def test_a_library_has_one_door():
    tree.none_of(house().strangers())


def test_no_rings():
    built = house()
    rings = map(ring, (built.header_graph(), built.unit_graph(), built.folder_graph()))
    tree.none_of(" -> ".join(names) for names in rings if names)


def test_headers_are_in_one_place():
    tree.none_of(path for path in tree.c_files("src") if path.suffix == ".h")


SOUND = {
    "src/base/fault.c": '#include "fault.h"\n#include <glib.h>\n',
    "include/fault.h": "#include <glib.h>\n",
    "src/port/store.c": '#include "store.h"\n#include "fault.h"\n#include <sqlite3.h>\n',
    "include/store.h": "",
}


def test_the_lint_accepts_what_is_right():
    built = House(SOUND)
    assert list(built.breaches()) == [] and list(built.strangers()) == []
    assert ring(built.unit_graph()) is None


def test_the_lint_sees_a_wrong_layer():
    built = House({**SOUND, "src/base/clock.c": '#include "store.h"\n'})
    assert list(built.breaches()) == ["src/base/clock.c (base) may not include store.h (port)"]


def test_the_lint_sees_a_header_without_a_unit():
    assert len(list(House({**SOUND, "include/lost.h": ""}).breaches())) == 1


def test_the_lint_sees_a_second_door():
    built = House({**SOUND, "src/cmd/mine.c": "#include <git2/odb.h>\n#include <zlib.h>\n"})
    assert len(list(built.strangers())) == 2


def test_the_lint_sees_rings():
    built = House({
        "src/base/a.c": '#include "b.h"\n',
        "include/a.h": "",
        "src/base/b.c": "",
        "include/b.h": '#include "a.h"\n',
    })
    assert ring(built.header_graph()) is None
    assert ring(built.unit_graph()) == ["a", "b", "a"]
