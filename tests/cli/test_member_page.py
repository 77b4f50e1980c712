"""A published policy page against the record."""

from desks import make_desk  # noqa: F401 (a fixture)

PAGE = """\
<!doctype html>
<html><head><title>Security policy</title></head><body>
<ul><li>Home</li><li>Community</li><li>Blog</li><li>Events</li></ul>
<h2>Predisclosure list</h2><p>Eligible are:</p>
<ul><li>Public hosting providers;</li><li>Vendors</li></ul>
<h3>Organizations on the pre-disclosure list:</h3>
<p>This is a list of organisations (not addresses).</p>
<ul>
<li><a href="https://alpha.example/">Alpha &amp; Sons</a></li>
<li><a href="/relative">Beta</a></li>
<li>Gamma</li>
</ul>
<h2>Change history</h2><ul><li>v1</li><li>v2</li><li>v3</li><li>v4</li><li>v5</li></ul>
</body></html>
"""


def test_what_is_new_and_what_is_gone(desk):
    desk.add("BETA", "psirt@beta.example")
    desk.add("Delta", "psirt@delta.example")
    page = desk.folder / "policy.html"
    page.write_text(PAGE)
    result = desk.run("member", "import", page, "--format", "tsv")
    assert result.stdout.splitlines()[1:] == [
        "new\tAlpha & Sons\t\thttps://alpha.example/",
        "new\tGamma\t\t",
        "gone\tDelta\tactive\thttps://example.com/security",
    ]
    assert "3: 2 new, 1 gone" in result.stderr and "psirt" not in result.stdout + result.stderr
    assert len(desk.rows("list")) == 2
    assert "2 taken in" in desk.run("member", "import", page, "--write").stdout
    states = {row["member"]: row["state"] for row in desk.rows("list")}
    assert states == {"Alpha & Sons": "listed", "BETA": "active", "Delta": "active",
                      "Gamma": "listed"}  # fmt: skip
    assert "links=https://alpha.example/" in desk.run("member", "show", "alpha & sons").stdout
    assert "3: 0 new, 1 gone" in desk.run("member", "import", page, "--write").stderr


def test_those_who_left_are_noticed_on_the_page(desk):
    desk.add("Beta", "psirt@beta.example")
    desk.run("member", "remove", "Beta", "--reason", "left the business")
    result = desk.run("member", "import", "-", "--format", "tsv", text=PAGE)
    assert "on the page\tBeta\tremoved\t" in result.stdout


def test_a_name_that_cannot_be_holds_up_no_other(desk):
    page = PAGE.replace("Gamma", "G" * 300)
    result = desk.run("member", "import", "-", "--write", text=page, status=65)
    assert "item 3" in result.stderr and "2 taken in" in result.stdout


def test_pages_without_the_list(desk):
    assert "--heading" in desk.run("member", "import", "-", text="<p>nothing", status=65).stderr
    other = desk.run("member", "import", "-", "--heading", "change", "--format", "tsv", text=PAGE)
    assert other.stdout.splitlines()[1] == "new\tv1\t\t"
    rows = "name\nAlpha\n"
    assert "published page" in desk.run("member", "import", "-", "--write", text=rows, status=64).stderr
