"""`explain`, derived figures and the rules they hang on, beside git and arithmetic by hand."""

import json
import shlex

import pytest
from workshop import ADA, BEN, EMPLOYERS, MAILMAP, Home, Repository, build

RANGE = "v1.0.0..v1.1.0"


@pytest.fixture(scope="module")
def lantern(tmp_path_factory):
    """The usual history, with two candidates of 1.1.0."""
    repository = build(tmp_path_factory.mktemp("repository") / "lantern")
    repository.git("tag", "v1.1.0-rc1", "v1.1.0~2")
    repository.git("tag", "v1.1.0-rc2", "v1.1.0~1")
    return repository


@pytest.fixture(scope="module")
def home(lantern, tmp_path_factory):
    return Home(tmp_path_factory.mktemp("home") / "home", lantern, MAILMAP, EMPLOYERS)


def repeat(home, command):
    """What a printed command prints, as {figure: text}."""
    words = shlex.split(command)
    assert words[:2] == ["barograph", "figure"]
    names = [word for word in words[2:]][: next(
        (i for i, word in enumerate(words[2:]) if word.startswith("--")), len(words))]
    lines = home.run(*words[1:]).splitlines()
    if len(names) == 1:
        return {names[0]: lines[0]}
    return dict(line.split("\t") for line in lines)


def text_of(value):
    return f"{value:.1f}" if isinstance(value, float) else str(value)


WINDOWS = [["--release", "1.1.0"], ["--range", RANGE], ["--year", "2020"],
           ["--from", "2020-01-01", "--to", "2020-07-01"], []]


@pytest.mark.parametrize("window", WINDOWS, ids=str)
@pytest.mark.parametrize("figure", ["commits", "people", "employers", "newcomers", "lines-added",
                                    "reviews", "top-six"])
def test_each_row_is_what_its_command_prints(home, figure, window):
    told = home.json("explain", figure, *window, "--merge", "Acme=Bolt")
    rows = [told, *told["neighbours"]]
    counted = [row for row in rows if row["value"] is not None]
    assert len(counted) >= 3
    for row in counted:
        assert repeat(home, row["command"]) == {figure: text_of(row["value"])}
    assert told["lowest"] <= told["value"] <= told["highest"]


def by_what(told):
    return {row["what"]: row["value"] for row in told["neighbours"]}


def test_the_neighbours_of_a_release_are_gits(lantern, home):
    told = home.json("explain", "commits", "--release", "1.1.0")
    fork = lantern.git("merge-base", "main", "stable-1.0").strip()
    assert told["value"] == lantern.count("--no-merges", RANGE)
    rows = by_what(told)
    assert rows["merges counted"] == lantern.count(RANGE)
    assert rows["to the last candidate, not the tag"] == lantern.count(
        "--no-merges", "v1.0.0..v1.1.0-rc2")
    assert rows["the main branch alone"] == lantern.count("--no-merges", RANGE)
    assert told["command"] == "barograph figure commits --release 1.1.0"
    assert fork  # 1.1 has no branch of its own: its fork is its tag, or not known


def test_a_range_that_is_a_release_has_its_neighbours(home):
    told = home.json("explain", "commits", "--range", "v1.0.0..1.1.0-rc2")
    rows = by_what(told)
    assert rows["to the release's tag"] == home.figure("commits", "--release", "1.1.0")
    assert told["command"] == "barograph figure commits --range v1.0.0..v1.1.0-rc2"
    assert "from fork to fork" not in by_what(home.json("explain", "commits", "--range", "v1.0.0..main"))


def dated(lantern, year, form, *refs):
    times = lantern.git("log", f"--format={form}", "--date=format:%Y", *refs).split()
    return times.count(str(year))


def test_the_neighbours_of_a_year_are_gits(lantern, home):
    told = home.json("explain", "commits", "--year", "2020")
    rows = by_what(told)
    both = ["main", "stable-1.0"]
    assert told["value"] == dated(lantern, 2020, "%cd", "--no-merges", "main")
    assert rows["merges counted"] == dated(lantern, 2020, "%cd", "main")
    assert rows["the main branch and the stable ones"] == dated(
        lantern, 2020, "%cd", "--no-merges", *both)
    assert rows["all branches"] == dated(lantern, 2020, "%cd", "--no-merges", "--all")
    assert rows["by author date"] == dated(lantern, 2020, "%ad", "--no-merges", "main")


def test_growth_and_shares_are_arithmetic(lantern, home):
    year = {y: dated(lantern, y, "%cd", "--no-merges", "main") for y in (2019, 2020, 2021)}
    growth = round(100 * (year[2020] - year[2019]) / year[2019], 1)
    assert float(home.run("figure", "growth", "--year", "2020")) == growth
    acme = home.figure("commits", "--range", RANGE, "--employer", "Acme")
    share = 100 * acme / lantern.count("--no-merges", RANGE)
    assert float(home.run("figure", "share", "--range", RANGE, "--employer", "Acme")) == round(share, 1)
    told = home.json("figure", "growth", "--year", "2020")
    assert (told["unit"], told["value"]) == ("percent", growth)
    people = [len(lantern.authors("--no-merges", ends, mailmap=home.folder / "people" / "mailmap"))
              for ends in ("v1.0.0", RANGE)]
    assert float(home.run("figure", "people-growth", "--release", "1.1.0")) == round(
        100 * (people[1] - people[0]) / people[0], 1)


def test_the_top_six_of_fewer_are_all_of_them(home):
    told = home.json("export", "employers", "--range", RANGE)
    whole = sum(row["commits"] for row in told)
    employers = sum(row["commits"] for row in told if not row["group"])
    assert float(home.run("figure", "top-six", "--range", RANGE)) == round(100 * employers / whole, 1)


def test_average_growth_of_three_years(tmp_path):
    repository = Repository(tmp_path / "r")
    commits = {2016: 4, 2017: 5, 2018: 4, 2019: 6}
    for year, count in commits.items():
        for i in range(count):
            repository.commit(ADA, f"{year}-0{i + 1}-01 10:00", {"f": f"{year} {i}"})
    home = Home(tmp_path / "h", repository)
    # +25.0, -20.0, +50.0
    assert home.run("figure", "average-growth", "--year", "2019") == "18.3\n"
    told = home.attempt("figure", "average-growth", "--year", "2018")
    assert told.returncode == 66 and "2015 has no commits" in told.stderr
    told = home.attempt("figure", "average-growth", "--from", "2019-01-01", "--to", "2019-03-01")
    assert told.returncode == 64 and "needs a year" in told.stderr


def test_an_employer_counts_as_another(home):
    both = sum(home.figure("commits", "--range", RANGE, "--employer", name) for name in ("Acme", "Bolt"))
    joined = ["--range", RANGE, "--merge", "Acme=Bolt"]
    assert home.figure("commits", *joined, "--employer", "Bolt") == both
    assert home.figure("employers", *joined) == 1
    assert home.figure("commits", "--range", RANGE, "--merge", "Acme=Both", "--merge", "Bolt=Both",
                       "--employer", "Both") == both
    credits = [home.figure("reviews", "--range", RANGE, "--employer", name) for name in ("Acme", "Bolt")]
    assert sum(credits) > 0
    assert home.figure("reviews", *joined, "--employer", "Bolt") == sum(credits)
    told = home.json("figure", "employers", *joined)["reading"]
    assert told["joins"] == ["Acme=Bolt"] and "Acme counted as Bolt" in told["text"]
    without = by_what(home.json("explain", "employers", *joined))["without Acme=Bolt"]
    assert without == home.figure("employers", "--range", RANGE) == 2


def test_an_employer_that_nobody_has_cannot_be_joined(home):
    told = home.attempt("figure", "employers", "--merge", "Acne=Bolt")
    assert told.returncode == 66 and "is it Acme" in told.stderr
    assert home.attempt("figure", "employers", "--merge", "Acme").returncode == 64


def test_a_year_is_its_days(home):
    days = home.json("figure", "commits", "--from", "2020-01-01", "--to", "2021-01-01")
    assert home.json("figure", "commits", "--year", "2020") == days


def test_main_with_the_stable_branches(lantern, home):
    assert home.figure("commits", "--branches", "main+stable") == lantern.count(
        "--no-merges", "main", "stable-1.0")


def test_an_unknown_figure_has_near_ones(home):
    for command in ("explain", "figure"):
        told = home.attempt(command, "growht")
        assert told.returncode == 64 and "is it growth" in told.stderr


@pytest.mark.parametrize("figure", ["commits", "growth", "share", "top-six", "average-growth"])
def test_a_window_without_commits_is_a_sentence(home, figure):
    more = ["--employer", "Acme"] if figure == "share" else []
    told = home.attempt("explain", figure, "--year", "1985", *more)
    assert told.returncode == 66 and "no commits" in told.stderr and told.stdout == ""


def test_what_cannot_be_divided_is_a_sentence(home):
    told = home.attempt("figure", "growth", "--year", "2019")
    assert told.returncode in (0, 66) and "inf" not in told.stdout
    assert home.attempt("figure", "growth", "--range", RANGE).returncode == 64
    assert home.attempt("figure", "growth").returncode == 64
    assert home.attempt("figure", "growth", "--release", "1.0.0").returncode == 66
    assert home.attempt("figure", "share", "--year", "2020").returncode == 64
    told = home.attempt("figure", "share", "--year", "1985", "--employer", "Acme")
    assert told.returncode == 66 and "1985 has no commits" in told.stderr


def test_a_release_without_candidates_says_so(home):
    told = home.attempt("figure", "commits", "--release", "1.0.1", "--ends", "candidates")
    assert told.returncode == 66 and "no release candidate" in told.stderr
    rows = home.json("explain", "commits", "--release", "1.0.1")["neighbours"]
    (row,) = [row for row in rows if "candidate" in row["what"]]
    assert row["value"] is None and "no release candidate" in row["reason"]


def test_a_sign_that_flips_is_told(tmp_path):
    """On main the year fell, with the stable branch it grew."""
    repository = Repository(tmp_path / "r")
    for month in (1, 2, 3):
        repository.commit(ADA, f"2019-0{month}-01 10:00", {"f": f"2019 {month}"})
    repository.git("branch", "stable-1.0")
    for month in (1, 2):
        repository.commit(BEN, f"2020-0{month}-01 10:00", {"f": f"2020 {month}"})
    repository.git("checkout", "-q", "stable-1.0")
    for month in (3, 4):
        repository.commit(BEN, f"2020-0{month}-01 10:00", {"g": f"2020 {month}"})
    repository.git("checkout", "-q", "main")
    repository.commit(ADA, "2021-06-20 10:00", {"f": "2021"})  # 2020 is over
    home = Home(tmp_path / "h", repository, employers=EMPLOYERS)
    told = home.json("explain", "growth", "--year", "2020")
    assert (told["value"], told["lowest"], told["highest"]) == (-33.3, -33.3, 33.3)
    assert told["sign_flips"] is True
    assert "some readings grow, others fall" in home.run("explain", "growth", "--year", "2020")
    report = home.json("weather", "--year", "2020", "--spans")
    (growth,) = [row for row in report["spans"]["headlines"]["rows"] if row["figure"] == "growth"]
    assert growth["flips"] == "sign" and growth["highest_percent"] == 33.3
    text = home.run("weather", "--year", "2020", "--spans")
    assert "the sign changes!" in text and max(map(len, text.splitlines())) <= 90


@pytest.mark.parametrize("path", ["core", "net/", "core/*.c", "README"])
def test_a_path_by_each_reading_is_gits(lantern, home, path):
    """Commits that touch the path, and only the lines there, by every row's own rule."""
    ends = {"as asked": "v1.1.0", "to the last candidate, not the tag": "v1.1.0-rc2"}

    def count(*arguments):
        return len(lantern.git("rev-list", "--full-history", *arguments, "--", path).split())

    def added(end, renames):
        lines = lantern.git("log", "--no-merges", "--full-history", renames, "--format=", "--numstat",
                            f"v1.0.0..{end}", "--", path).splitlines()
        return sum(int(line.split()[0]) for line in lines if line and line[0] != "-")

    told = home.json("explain", "commits", "--release", "1.1.0", "--path", path)
    rows = {"as asked": told["value"], **by_what(told)}
    assert all(repeat(home, row["command"]) == {"commits": str(row["value"])}
               for row in [told, *told["neighbours"]] if row["value"] is not None)
    for what, end in ends.items():
        assert rows[what] == count("--no-merges", f"v1.0.0..{end}")
    assert rows["merges counted"] == rows["as asked"]  # what a merge brings is not its own
    outside = count("--no-merges", "v1.0.0..v1.1.0", "^main")
    assert rows["the main branch alone"] == rows["as asked"] - outside
    assert f"only what touches {path}" in told["reading"]["text"] and all(f"--path {shlex.quote(path)}" in row["command"]
                                        for row in told["neighbours"])

    told = home.json("explain", "lines-added", "--release", "1.1.0", "--path", path)
    rows = {"as asked": told["value"], **by_what(told)}
    for what, end in ends.items():
        assert rows[what] == added(end, "-M")
    assert rows["renames not detected"] == added("v1.1.0", "--no-renames")


def test_a_path_nobody_touched(home):
    told = home.attempt("explain", "commits", "--release", "1.1.0", "--path", "no/such")
    assert told.returncode == 66 and "no commits" in told.stderr


def test_formats(home):
    text = home.run("explain", "commits", "--release", "1.1.0")
    assert text.startswith("commits: ") and "Repeat it: barograph figure commits --release 1.1.0" in text
    lines = home.run("explain", "commits", "--release", "1.1.0", "--format", "tsv").splitlines()
    assert lines[0] == "what\tvalue\tdifference\tcommand\treason\treading"
    assert lines[1].startswith("as asked\t")
    assert "| Counted" in home.run("explain", "commits", "--format", "md")
    assert json.loads(home.run("explain", "commits", "--format", "json"))["unit"] == "count"


def test_spans_are_the_explained_figures(home):
    report = home.json("weather", "--release", "1.1.0", "--spans")
    for row in report["spans"]["headlines"]["rows"]:
        told = home.json("explain", row["figure"], "--release", "1.1.0")
        ending = "_percent" if told["unit"] == "percent" else ""
        assert [row[key + ending] for key in ("value", "lowest", "highest")] == [
            told[key] for key in ("value", "lowest", "highest")]
    for row in report["spans"]["employers"]["rows"]:
        told = home.json("explain", "share", "--release", "1.1.0", "--employer", row["name"])
        assert [row[key + "_percent"] for key in ("value", "lowest", "highest")] == [
            told[key] for key in ("value", "lowest", "highest")]
    assert "spans" not in home.json("weather", "--release", "1.1.0")


def test_each_headline_by_each_reading(home):
    """The cells beside the spans are what explain tells, and the figure itself where a rule moves nothing."""
    spans = home.json("weather", "--release", "1.1.0", "--spans", "--merge", "Acme=Bolt")["spans"]
    by = [reading["what"] for reading in spans["by"]]
    assert [reading["letter"] for reading in spans["by"]] == list("abcdefghij")[:len(by)]
    assert "without Acme=Bolt" in by and "merges counted" in by
    for row in spans["headlines"]["rows"]:
        window = ["--release", "1.1.0"] if row["figure"] != "average-growth" else ["--year", row["name"][-4:]]
        told = home.json("explain", row["figure"], *window, "--merge", "Acme=Bolt")
        values = {one["what"]: one["value"] for one in told["neighbours"]}
        ending = "_percent" if told["unit"] == "percent" else ""
        assert [cell["cell" + ending] for cell in row["cells"]] == [
            values.get(what, told["value"]) for what in by]


def test_employers_together(home):
    report = home.json("weather", "--release", "1.1.0", "--spans", "--together", "Bolt, Acme,Bolt")
    shares = {row["name"]: row["share_percent"] for row in report["employers"]["rows"]}
    together = report["employers"]["together"]
    assert together["names"] == ["Bolt", "Acme"]
    commits = {row["name"]: row["commits"] for row in report["employers"]["rows"]}
    assert together["commits"] == commits["Bolt"] + commits["Acme"] > max(commits.values())
    assert together["share_percent"] > max(shares.values())
    (row,) = [row for row in report["spans"]["employers"]["rows"] if "together" in row["name"]]
    assert row["value_percent"] == together["share_percent"] and "rank" not in row
    assert "Together Bolt, Acme made " in home.run("weather", "--release", "1.1.0", "--together", "Bolt,Acme")
    told = home.attempt("weather", "--together", "Bolt,Akme")
    assert told.returncode == 66 and "Acme" in told.stderr
    assert home.json("weather", "--release", "1.1.0")["employers"]["together"] is None


def test_the_report_by_other_rules(lantern, home):
    report = home.json("weather", "--year", "2020", "--branches", "all", "--date", "author",
                       "--merges", "yes", "--merge", "Acme=Bolt")
    commits = report["figures"][0]
    assert commits["value"] == dated(lantern, 2020, "%ad", "--all")
    assert {row["year"]: row["commits"] for row in report["years"]["rows"]}[2020] == commits["value"]
    assert "Acme" not in [row["name"] for row in report["employers"]["rows"]]
    assert all("merges counted" in reading["text"] for reading in report["readings"])
