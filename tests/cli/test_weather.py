"""`weather`: its numbers are the figures, its arithmetic is done by hand, its formats are sound."""

import re
from html.parser import HTMLParser

import pytest
from workshop import ADA, BEN, CLEO, EMPLOYERS, MAILMAP, Home, Repository, build

HTML = ["--format", "html"]


@pytest.fixture(scope="module")
def lantern(tmp_path_factory):
    return build(tmp_path_factory.mktemp("repository") / "lantern")


@pytest.fixture(scope="module")
def home(lantern, tmp_path_factory):
    return Home(tmp_path_factory.mktemp("home") / "home", lantern, MAILMAP, EMPLOYERS)


def readings(value):
    """Every member of the report that names a reading."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key == "reading" and isinstance(member, int):
                yield member
            yield from readings(member)
    elif isinstance(value, list):
        for member in value:
            yield from readings(member)


def test_the_newest_release_is_the_subject(home):
    report = home.json("weather")
    assert (report["format"], report["version"]) == ("barograph-weather", 1)
    assert report["subject"]["name"] == "1.1.0"
    assert report["subject"]["against"]["name"] == "1.0.0"
    assert report["subject"]["window"] == "v1.0.0..v1.1.0"


def test_its_numbers_are_the_figures(home):
    report = home.json("weather", "--release", "1.1.0")
    for figure in report["figures"]:
        assert figure["value"] == home.figure(figure["figure"], "--release", "1.1.0")
        assert figure["before"] == home.figure(figure["figure"], "--release", "1.0.0")
    for year in report["years"]["rows"]:
        days = ["--from", f"{year['year']}-01-01", "--to", f"{year['year'] + 1}-01-01"]
        assert year["commits"] == home.figure("commits", *days)
        assert year["people"] == home.figure("people", *days)
    for release in report["releases"]["rows"]:
        assert release["commits"] == home.figure("commits", "--release", release["version"])


def test_every_part_names_a_reading(home):
    report = home.json("weather")
    numbers = [reading["number"] for reading in report["readings"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert set(readings(report)) <= set(numbers)
    for part in ("people", "employers", "reviewers", "first_seen", "years", "recent"):
        assert report[part]["reading"] in numbers
    assert all("merges left out" in reading["text"] for reading in report["readings"])


@pytest.fixture(scope="module")
def regular(tmp_path_factory):
    """2017: 4 commits, 2018: 5, 2019: 4, 2020: 8, 2021 until June: 3 of Ada and 1 of Cleo."""
    repository = Repository(tmp_path_factory.mktemp("regular") / "r")
    number = 0
    for year, count in ((2017, 4), (2018, 5), (2019, 4), (2020, 8), (2021, 3)):
        for i in range(count):
            number += 1
            author = BEN if i % 4 == 3 else ADA
            repository.commit(author, f"{year}-{i + 1:02}-10 12:00", {"f": f"{number}\n"})
    repository.commit(CLEO, "2021-06-30 23:59", {"g": "1\n"})
    return Home(tmp_path_factory.mktemp("home") / "home", repository, "", EMPLOYERS)


def test_growth_and_averages_by_hand(regular):
    years = regular.json("weather")["years"]
    assert [(row["year"], row["commits"], row["growth_percent"]) for row in years["rows"]] == [
        (2017, 4, None), (2018, 5, 25.0), (2019, 4, -20.0), (2020, 8, 100.0), (2021, 4, None)
    ]
    assert [row["partial"] for row in years["rows"]] == [False] * 4 + [True]
    # (25 - 20 + 100) / 3
    assert years["averages"] == [{"years": 3, "from": 2018, "to": 2020, "growth_percent": 35.0}]


def test_the_year_so_far_against_the_same_days(regular):
    so_far = regular.json("weather")["so_far"]
    assert (so_far["value"], so_far["before"], so_far["growth_percent"]) == (4, 6, -33.3)
    assert so_far["window"] == "from 2021-01-01 to before 2021-07-01"
    assert so_far["before_window"] == "from 2020-01-01 to before 2020-07-01"


def test_days_of_a_window_can_be_typed_back(regular):
    report = regular.json("weather")
    for part in (report["so_far"], report["recent"]):
        for name, value in ((part["window"], part["value"]), (part["before_window"], part["before"])):
            since, until = re.fullmatch(r"from (\S+) to before (\S+)", name).groups()
            assert regular.figure("commits", "--from", since, "--to", until) == value
    row = report["years"]["rows"][-1]
    assert regular.figure("commits", "--from", "2021-01-01", "--to", report["ends_before"]) == row["commits"]
    assert f"before {report['ends_before']}" in regular.run("weather")


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """A line every year from 2005 on, of n commits each; tagged ten days after their last."""
    repository = Repository(tmp_path_factory.mktemp("lines") / "r")
    for n in range(1, 14):
        for i in range(n):
            repository.commit(ADA, f"{2004 + n}-06-{i + 1:02} 12:00", {"f": f"{n} {i}\n"})
        if n == 12:
            repository.git("tag", f"v1.{n}.0")
        else:
            repository.tag(f"v1.{n}.0", f"{2004 + n}-06-28 12:00")
    return Home(tmp_path_factory.mktemp("home") / "home", repository, "", EMPLOYERS)


def test_releases_end_where_the_year_does(lines):
    report = lines.json("weather", "--year", "2010")
    rows = report["releases"]["rows"]
    assert [row["version"] for row in rows] == [f"1.{n}.0" for n in range(2, 7)]
    assert (report["as_of"], report["remarks"]) == ("2010-12-31", [])
    assert rows[0]["growth_percent"] is None  # 1.1.0 has no predecessor


def test_the_first_release_shown_has_its_growth(lines):
    rows = lines.json("weather")["releases"]["rows"]
    assert (rows[0]["version"], rows[0]["growth_percent"]) == ("1.4.0", 33.3)


def test_a_release_has_one_date(lines):
    for version, day in (("1.13.0", "2017-06-28"), ("1.12.0", "2016-06-12")):
        report = lines.json("weather", "--release", version)
        assert report["subject"]["date"] == day
        assert [r["date"] for r in report["releases"]["rows"] if r["subject"]] == [day]


def test_days_never_fetched_are_not_compared(lines):
    report = lines.json("weather", "--since", "2017-06-01")
    assert report["subject"]["window"] == "from 2017-06-01 to before 2017-06-14"
    assert report["subject"]["against"]["window"] == "from 2017-05-19 to before 2017-06-01"
    assert "2017-06-13" in report["remarks"][0]


def test_a_running_year_is_compared_with_the_same_days(regular):
    report = regular.json("weather", "--year", "2021")
    assert report["subject"]["name"] == "2021 so far"
    assert (report["figures"][0]["value"], report["figures"][0]["before"]) == (4, 6)
    full = regular.json("weather", "--year", "2020")
    assert full["subject"]["name"] == "2020"
    assert (full["figures"][0]["value"], full["figures"][0]["growth_percent"]) == (8, 100.0)
    assert full["tendency"] == "rising"
    assert full["years"]["rows"][-1]["year"] == 2020 and not full["years"]["rows"][-1]["partial"]


def test_twelve_months_top_six_and_first_seen(regular):
    recent = regular.json("weather")["recent"]
    # 2020-07, -08 (Ben) and four of 2021; the twelve before: 2019-07.. none, 2020: six.
    assert (recent["value"], recent["before"]) == (6, 6)
    assert recent["employers"]["top_six"]["share_percent"] == 100.0
    assert recent["first_seen"]["people"]["rows"] == [{"name": "Cleo Coder", "commits": 1}]
    assert recent["first_seen"]["employers"]["total"] == 0


def test_employers_half_shares_and_groups(home):
    employers = home.json("weather", "--release", "1.1.0")["employers"]
    # Bolt: Ben twice, Cleo of 2021; Acme: Cleo of 2020, Ada; Dan is unknown.
    assert [(r["name"], r["commits"], r["people"], r["share_percent"]) for r in employers["rows"]] == [
        ("Bolt", 3, 2, 50.0), ("Acme", 2, 2, 33.3)
    ]
    assert [(r["name"], r["commits"]) for r in employers["groups"]] == [("(unknown)", 1)]
    assert employers["half"] == {"employers": 1, "names": ["Bolt"], "share_percent": 50.0}
    assert [r["growth_percent"] for r in employers["rows"]] == [50.0, 100.0]
    assert employers["groups"][0]["growth_percent"] is None


def test_reviewers_stand_beside_what_they_wrote(home):
    reviewers = home.json("weather", "--release", "1.1.0")["reviewers"]["rows"]
    assert [(r["name"], r["reviews"], r["acks"], r["commits"]) for r in reviewers] == [
        ("Ben Builder", 1, 1, 2), ("Ada Author", 1, 0, 1), ("Cleo Coder", 1, 0, 2)
    ]


def test_doubled_needs_a_base_and_ten_commits(tmp_path):
    repository = Repository(tmp_path / "r")
    for i in range(4):
        repository.commit(ADA, f"2019-08-1{i} 12:00", {"f": f"{i}\n"})
    for i in range(10):
        repository.commit(ADA, f"2020-08-1{i} 12:00", {"f": f"again {i}\n"})
        repository.commit(BEN, f"2020-09-1{i} 12:00", {"f": f"ben {i}\n"})
    home = Home(tmp_path / "home", repository, "", EMPLOYERS)
    recent = home.json("weather", "--year", "2020", BAROGRAPH_NOW="2021-01-01T00:00:00Z")["recent"]
    assert recent["doubled"]["rows"] == [
        {"name": "Acme", "commits": 10, "before": 4, "growth_percent": 150.0}
    ]
    assert [r["growth_percent"] for r in recent["employers"]["rows"]] == [150.0, None]
    assert "new" in home.run("weather", "--year", "2020")


def test_what_comes_after_now_does_not_count(home):
    early = home.json("weather", BAROGRAPH_NOW="2020-04-03T00:00:00Z")
    assert early["subject"]["name"] == "1.0.1"
    assert early["years"]["rows"][-1]["year"] == 2020
    assert early["recent"]["value"] == home.figure("commits", "--from", "2019-04-03", "--to", "2020-04-03")


def test_an_old_mirror_ends_with_its_newest_commit(home):
    report = home.json("weather", BAROGRAPH_NOW="2025-01-01T00:00:00Z")
    assert report["as_of"] == "2021-03-01"
    assert "2021-03-01" in report["remarks"][0]


def test_unlike_things_are_called_so(home):
    for version, unlike in (("1.0.1", True), ("1.1.0", False)):
        remarks = home.json("weather", "--release", version)["remarks"]
        assert any("unlike" in remark for remark in remarks) == unlike


def test_days(home):
    report = home.json("weather", "--since", "2020-02-01", "--until", "2020-05-01")
    assert report["figures"][0]["value"] == home.figure("commits", "--from", "2020-02-01", "--to", "2020-05-01")
    assert report["figures"][0]["before"] == home.figure("commits", "--from", "2019-11-03", "--to", "2020-02-01")
    assert report["subject"]["against"]["window"] == "from 2019-11-03 to before 2020-02-01"


@pytest.mark.parametrize("arguments", [["--year", "1999"], ["--year", "2050"],
                                       ["--since", "2001-01-01", "--until", "2001-01-02"]])
@pytest.mark.parametrize("form", ["text", "md", "html", "json"])
def test_a_window_without_commits(home, arguments, form):
    told = home.attempt("weather", *arguments, "--format", form)
    assert told.returncode == 66 and told.stdout == ""
    assert "there are no commits (" in told.stderr and "the newest of the history is of 2021-03-01" in told.stderr


def test_without_releases_the_last_twelve_months(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.commit(ADA, "2021-06-01 12:00", {"f": "1\n"})
    report = Home(tmp_path / "home", repository).json("weather")
    assert report["subject"]["window"] == "from 2020-07-01 to before 2021-07-01"
    assert report["figures"][0]["value"] == 1 and report["figures"][0]["growth_percent"] is None


def test_text_fits_and_ends_with_the_readings(home):
    text = home.run("weather")
    assert max(map(len, text.splitlines())) <= 90
    assert not re.search(r" $", text, re.MULTILINE) and "{{" not in text
    assert "[1] lantern, v1.0.0..v1.1.0 (tag to tag), merges left out" in text
    numbers = {int(n) for n in re.findall(r"\[(\d+)\]", text)}
    assert numbers == set(range(1, max(numbers) + 1))


def test_markdown_footnotes(home):
    text = home.run("weather", "--format", "md")
    named = set(re.findall(r"(?<=.)\[\^(\d+)\]", text))
    assert named == set(re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE)) and named
    assert "{{" not in text


class Page(HTMLParser):
    VOID = {"meta", "br", "hr", "img", "link"}

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.titles, self.attributes, self.text = [], set(), [], [], []
        self.titled, self.bare = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        self.titles += [value for key, value in attrs if key == "title"]
        if tag not in self.VOID:
            self.open.append(tag)
            self.titled.append("title" in dict(attrs) or (self.titled or [False])[-1])

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        self.titled.pop()

    def handle_data(self, data):
        self.text.append(data)
        tags = set(self.open)
        if "main" in tags and not tags & {"a", "time", "small", "svg", "h1"} and not self.titled[-1]:
            self.bare += re.findall(r"\d[\d,.]*(?: %)?", data)


def test_the_page_is_whole_and_needs_nothing_else(home):
    page = Page()
    page.feed(home.run("weather", *HTML))
    assert page.open == []
    assert not page.tags & {"script", "link", "iframe", "img", "object"}
    assert {"svg", "table", "style"} <= page.tags
    outside = [v for k, v in page.attributes if k in ("href", "src") and not v.startswith("#")]
    assert outside == []
    assert any("v1.0.0..v1.1.0 (tag to tag)" in title for title in page.titles)
    assert any("v1.0.0 (tag to tag)" in title or "led to" in title for title in page.titles)
    targets = {v for k, v in page.attributes if k == "id"}
    assert {v[1:] for k, v in page.attributes if k == "href"} <= targets


def test_every_number_of_the_page_has_its_reading(home, regular, lines):
    for place in (home, regular, lines):
        page = Page()
        page.feed(place.run("weather", *HTML))
        assert page.bare == []


def test_what_was_before_has_the_reading_of_then(regular):
    page = regular.run("weather", *HTML, "--year", "2020")
    was = re.search(r'title="([^"]*)">was 4<', page).group(1)
    assert "2019 by committer date" in was


def test_all_time_without_employers(lantern, tmp_path):
    home = Home(tmp_path / "home", lantern)
    for form in ("text", "md", "html"):
        printed = home.run("weather", "--format", form)
        assert "All time" in printed and "the top" not in printed


def test_one_is_singular_and_nothing_is_not_new(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.commit(ADA, "2021-06-01 12:00", {"f": "1\n"})
    home = Home(tmp_path / "home", repository, "", EMPLOYERS)
    for form in ("text", "md", "html"):
        printed = re.sub(r"<[^>]*>", "", home.run("weather", "--format", form))
        assert not re.search(r"\b1 (commits|branches|people|employers)\b", printed), form
    assert re.search(r"^  Reviews +0 +0 +\u2013$", home.run("weather"), re.MULTILINE)


def test_names_are_escaped(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.commit(("Bobby & \"Tables\" | *x* <", "b@bolt.se"), "2021-06-01 12:00", {"f": "1\n"})
    home = Home(tmp_path / "home", repository)
    assert "Bobby &amp; &quot;Tables&quot; | *x*" in home.run("weather", *HTML)
    assert r'| Bobby \& "Tables" \| \*x\* |' in home.run("weather", "--format", "md")


def test_templates_of_the_home_win(lantern, tmp_path):
    home = Home(tmp_path / "home", lantern)
    (home.folder / "templates").mkdir()
    (home.folder / "templates" / "weather.txt").write_text("{{> mine.txt}}: {{figure.commits.value}}\n")
    (home.folder / "templates" / "mine.txt").write_text("{{project}}")
    assert home.run("weather") == "Lantern: 6\n"
    (home.folder / "templates" / "weather.txt").write_text("{{#open}}\n")
    result = home.attempt("weather")
    assert result.returncode == 78 and "open" in result.stderr
    assert f"{home.folder}/templates/weather.txt, line 1: " in result.stderr
    (home.folder / "templates" / "weather.txt").write_text("a\n{{> mine.txt}}\n")
    (home.folder / "templates" / "mine.txt").write_text("{{project}}\n{{oh\n")
    assert f"{home.folder}/templates/mine.txt, line 2: " in home.attempt("weather").stderr


def test_output_is_written_whole_or_not_at_all(home, tmp_path):
    path = tmp_path / "weather.html"
    assert home.run("weather", *HTML, "--output", path) == ""
    assert path.read_text() == home.run("weather", *HTML)
    assert [p.name for p in tmp_path.iterdir()] == ["weather.html"]
    result = home.attempt("weather", "--output", tmp_path / "no" / "folder")
    assert result.returncode == 73


@pytest.mark.parametrize("form", ["text", "md", "html", "json"])
def test_same_home_same_clock_same_bytes(home, form):
    assert home.run("weather", "--format", form) == home.run("weather", "--format", form)


@pytest.mark.parametrize(
    "arguments, status, words",
    [
        (["--release", "7.7"], 66, "7.7"),
        (["--year", "soon"], 64, "year"),
        (["--year", "2020", "--release", "1.0.0"], 64, "one window"),
        (["--until", "2020-01-01"], 64, "--since"),
        (["--since", "2020-01-02", "--until", "2020-01-01"], 64, "--until"),
        (["--format", "pdf"], 64, "text, md, html, json"),
        (["now"], 64, "options only"),
        (["--repository", "lamp"], 66, "lantern"),
    ],
)
def test_what_is_wrong_is_said(home, arguments, status, words):
    result = home.attempt("weather", *arguments)
    assert (result.returncode, result.stdout) == (status, "")
    assert words in result.stderr


def test_whole_months_have_a_name_and_are_told_once(home):
    """A report on the last twelve months does not repeat their tables under that heading."""
    text = home.run("weather", "--since", "2019-06-01", "--until", "2020-06-01")
    assert text.splitlines()[0].endswith(", June 2019 to May 2020")
    assert text.count("Name                          People   Commits     Share      Growth") == 1
    other = home.run("weather", "--since", "2020-01-01", "--until", "2020-06-01")
    assert other.splitlines()[0].endswith(", January 2020 to May 2020")
    assert other.count("Name                          People   Commits     Share      Growth") == 2
    days = home.run("weather", "--since", "2020-01-02", "--until", "2020-06-01")
    assert days.splitlines()[0].endswith(", from 2020-01-02 to before 2020-06-01")

