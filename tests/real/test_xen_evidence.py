"""For whom the people of the real Xen history wrote, beside git: own Signed-off-by lines under
another domain, MAINTAINERS, and what an answer moves."""

import re
import shutil

import pytest

SIGNED = re.compile(r"^Signed-off-by: *(.*?) *<([^<>@\s]+@([^<>\s]+))>", re.MULTILINE | re.IGNORECASE)
FORM = "--format=%x00%H%x01%an%x01%ae%x01%ad%x01%B"
REFS = ("--exclude=coverity-tested/*", "--exclude=*shim*", "--branches", "--exclude=*shim*", "--tags")


def domain(address):
    return address.lower().rpartition("@")[2]


@pytest.fixture(scope="module")
def own_lines(xen):
    """(author's address, signer's address) -> commits whose author signs off by another domain."""
    found = {}
    text = xen.git("log", "--no-merges", "--date=short", FORM, *REFS)
    for commit in text.split("\0")[1:]:
        identifier, name, address, day, body = commit.split("\1", 4)
        for signer, signature, _ in SIGNED.findall(body):
            if signer.lower() == name.lower() and domain(signature) != domain(address):
                found.setdefault((address.lower(), signature.lower()), {})[identifier] = day
    return found


def signs(xen, who, kind):
    rows = xen.json("people", "evidence", who, "--commits")
    return [row for row in rows if row["sign"] == kind]


def signed(xen, who):
    counts = {}
    for row in signs(xen, who, "signed"):
        counts.setdefault(domain(row["address"]), set()).add(row["commit"])
    return counts


def by_domain(own_lines, address, signer):
    pairs = (c for (a, s), c in own_lines.items() if a == address and domain(s).endswith(signer))
    return set().union(*pairs)


def test_there_are_many_such_pairs(own_lines):
    pairs = {(address, domain(signer)) for address, signer in own_lines}
    assert len(pairs) >= 84


@pytest.mark.parametrize(
    "address, signer, count",
    [
        ("lliubbo@gmail.com", "oracle.com", 40),
        ("rosbrookn@gmail.com", "ainfosec.com", 32),
        ("christopher.w.clark@gmail.com", "baesystems.com", 23),
        ("wl@xen.org", "microsoft.com", 8),
        ("julien@xen.org", "amazon.com", 6),
    ],
)
def test_own_signatures_as_git_has_them(xen_people, own_lines, address, signer, count):
    theirs = by_domain(own_lines, address, signer)
    ours = {
        commit
        for row_domain, commits in signed(xen_people, address).items()
        if row_domain.endswith(signer)
        for commit in commits
    }
    assert len(theirs) == count
    assert theirs == ours


def test_an_address_change_is_no_employer_change(xen_people):
    """86c076f065: "My affiliation to Citrix remains unchanged"."""
    rows = xen_people.json("people", "evidence", "iwj@xenproject.org")
    assert [(row["employer"], row["confidence"]) for row in rows] == [("Citrix", "A")]
    change = xen_people.git("rev-parse", "86c076f065").strip()
    (row,) = [r for r in signs(xen_people, "iwj@xenproject.org", "signed") if r["commit"] == change]
    assert row["employer"] == row["counted"] == "Citrix"


def test_written_at_one_landed_at_the_next(xen_people, own_lines):
    """Commits of arm.com that an amazon.com address signed off count where they were written."""
    theirs = by_domain(own_lines, "julien.grall@arm.com", "amazon.com")
    assert len(theirs) == 10
    rows = xen_people.json("people", "evidence", "julien@xen.org", "--commits")
    own = {r["commit"]: r for r in rows if r["commit"] in theirs and r["sign"] != "landed"}
    days = {c: d for pair in own_lines.values() for c, d in pair.items()}
    for commit in theirs:
        # The table names him at Amazon from November 2019 on, by whatever address.
        assert own[commit]["counted"] == ("Arm" if days[commit] < "2019-11-01" else "Amazon")


def test_lists_name_the_next_employer(xen_people):
    """4eb9c9b90c: Liu Jinsong "switched to Alibaba"; the same change is on other branches."""
    day, patch = xen_people.git("show", "--format=%as", "4eb9c9b90c").split("\n", 1)
    assert "\n+M:\tLiu Jinsong <jinsong.liu@alibaba-inc.com>" in patch
    named = signs(xen_people, "jinsong.liu@intel.com", "named")
    assert [(r["day"], r["confidence"]) for r in named if r["employer"] == "Alibaba"] == [(day, "B")]


@pytest.fixture(scope="module")
def domains_alone(xen_people, tmp_path_factory):
    """The same history by a table of domains alone, without what somebody found out."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "people").mkdir()
    shutil.copy(xen_people.folder / "barograph.conf", folder)
    shutil.copy(xen_people.folder / "people" / "mailmap", folder / "people")
    (folder / "history.db").symlink_to(xen_people.folder / "history.db")
    lines = (xen_people.folder / "people" / "employers.tsv").read_text().splitlines()
    text = "".join(line + "\n" for line in lines if line.startswith("domain"))
    (folder / "people" / "employers.tsv").write_text(text)
    return type(xen_people)(folder, xen_people.repository)


def test_evidence_needs_no_rows_for_addresses(domains_alone):
    for address, employer in (("lliubbo@gmail.com", "Oracle"), ("wl@xen.org", "Microsoft"),
                              ("julien@xen.org", "Amazon"), ("rosbrookn@gmail.com", "AIS"),
                              ("sstabellini@kernel.org", "Xilinx")):
        rows = domains_alone.json("people", "evidence", address)
        assert ("A", employer) in [(row["confidence"], row["employer"]) for row in rows], address


def test_an_answer_moves_what_it_foretells(domains_alone, tmp_path):
    """The questions of a release, those that propose something: pasted, they move just that."""
    employers = domains_alone.folder / "people" / "employers.tsv"
    release = ("--release", "4.14.0")
    rows = domains_alone.json("people", "questions", *release)
    assert [row["commits"] for row in rows] == sorted((row["commits"] for row in rows), reverse=True)
    proposed = [row for row in rows if row["proposed"]]
    assert {"julien@xen.org", "sstabellini@kernel.org"} <= {row["pattern"] for row in proposed}
    for row in proposed[:3]:
        new = tmp_path / "new.tsv"
        new.write_text(employers.read_text() + row["line"] + "\n")
        changes = domains_alone.json("people", "diff", str(employers), str(new), *release)
        (change,) = [c for c in changes if c["kind"] == "employer" and c["name"] == row["proposed"]]
        assert change["new"] - change["old"] == row["commits"]
        assert change["new_percent"] == pytest.approx(row["share_after_percent"], abs=0.051)


def test_what_is_printed_may_be_appended(domains_alone, tmp_path):
    """Every proposal at once: the table holds, and only what has no proposal stays open."""
    employers = domains_alone.folder / "people" / "employers.tsv"
    old = employers.read_text()
    rows = domains_alone.json("people", "questions", "--release", "4.14.0")
    try:
        employers.write_text(old + domains_alone.run("people", "questions", "--release", "4.14.0"))
        left = domains_alone.json("people", "questions", "--release", "4.14.0")
    finally:
        employers.write_text(old)
    answered = {row["pattern"] for row in rows if row["proposed"]}
    open_still = {row["pattern"] for row in rows if not row["proposed"]}
    assert answered and {row["pattern"] for row in left} <= open_still | answered
    assert sum(row["commits"] for row in left) < sum(row["commits"] for row in rows)
    assert not [row for row in left if row["reason"] == "signed"]
