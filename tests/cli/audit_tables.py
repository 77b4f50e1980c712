"""Tables whose every total and percentage is right, made by arithmetic, in the styles in which people
publish them."""

import random
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

PEOPLE = "Ada Ben Cleo Dan Eve Finn Gwen Hugo Iris Jan Kira Liam Mona Nils Olga Pia".split()
METRICS = ["Changesets", "Lines added", "Lines removed", "Review comments", "Mails", "Bugs closed"]
WAYS = (ROUND_HALF_EVEN, ROUND_HALF_UP)


class Maker:
    """One random table: rows of strings, the first one a header."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.places = self.random.choice([0, 1, 1, 1, 2])
        self.group = self.random.choice(["", ",", " ", "\u202f", "'"])
        self.minus = self.random.choice(["-", "\u2212"])
        self.blank = self.random.choice(["", " ", "\u00a0"])
        self.way = self.random.choice(WAYS)
        self.rows = getattr(self, self.random.choice(STYLES))()

    def round(self, value):
        return Decimal(value).quantize(Decimal(1).scaleb(-self.places), self.way)

    def number(self, value):
        text = f"{abs(value):,}".replace(",", self.group)
        return (self.minus if value < 0 else "") + text

    def percent(self, value, signed=False):
        rounded = self.round(value)
        sign = self.minus if rounded < 0 else "+" if signed and rounded > 0 else ""
        return f"{sign}{abs(rounded)}{self.blank}%"

    def change(self, old, new, signed=True):
        return self.percent(Decimal(100) * (new - old) / old, signed)

    def share(self, part, whole):
        return self.percent(Decimal(100) * part / whole)

    def value(self, least=30, most=90000):
        return int(least * (most / least) ** self.random.random())

    def values(self, count=None):
        return [self.value() for _ in range(count or self.random.randint(3, 12))]

    def names(self, count):
        return self.random.sample(PEOPLE, count)

    # styles

    def changes(self):
        rows = [["Attribute", "4.8", "4.9", "Change"]]
        for metric in self.random.sample(METRICS, self.random.randint(1, 6)):
            old, new = self.value(), self.value()
            rows.append([metric, self.number(old), self.number(new), self.change(old, new)])
        return rows

    def changes_in_brackets(self):
        rows = [["Attribute", "2016", "2017", "2018"]]
        for metric in self.random.sample(METRICS, self.random.randint(2, 6)):
            values = self.values(3)
            rows.append([metric, self.number(values[0])] + [
                f"{self.number(new)} ({self.change(old, new)})"
                for old, new in zip(values, values[1:])])
        return rows

    def years(self):
        values = self.values()
        rows = [["Year", "Commits", "Growth"]]
        for n, value in enumerate(values):
            growth = self.change(values[n - 1], value) if n else ""
            rows.append([str(2005 + n), self.number(value), growth])
        if self.random.random() < 0.4:
            rows[1:] = reversed(rows[1:])
        return rows

    def shares(self):
        values = sorted(self.values(), reverse=True)
        whole = sum(values)
        rows = [["Employer", "Commits", "Share"]]
        rows += [[name, self.number(value), self.share(value, whole)]
                 for name, value in zip(self.names(len(values)), values)]
        if self.random.random() < 0.6:
            total = [self.random.choice(["Total", "Sum", "All"]), self.number(whole), "100%"]
            rows.insert(self.random.choice([1, len(rows)]), total)
        return rows

    def top(self):
        values = sorted(self.values(), reverse=True)
        whole = sum(values) + self.value()
        rows = [["Rank", "Name", "Commits", "%"]]
        rows += [[str(n + 1), name, self.number(value), self.share(value, whole)]
                 for n, (name, value) in enumerate(zip(self.names(len(values)), values))]
        return rows

    def shares_in_brackets(self):
        parts, others = self.values(5), self.values(5)
        rows = [["Who", "Commits (%)", "Reviews (%)"]]
        for name, part, other in zip(self.names(5), parts, others):
            rows.append([name, f"{self.number(part)} ({self.share(part, sum(parts))})",
                         f"{self.number(other)} ({self.share(other, sum(others))})"])
        rows.append(["Total", self.number(sum(parts)), self.number(sum(others))])
        return rows

    def totals(self):
        columns = [self.values(5) for _ in range(3)]
        rows = [["Who", "Commits", "Reviews", "Tests", "Total"]]
        for name, values in zip(self.names(5), zip(*columns)):
            rows.append([name, *map(self.number, values), self.number(sum(values))])
        sums = [sum(column) for column in columns]
        rows.append(["Total", *map(self.number, sums), self.number(sum(sums))])
        return rows

    def subtotals(self):
        rows, sums = [["Part", "Added", "Removed"]], []
        for group in self.names(3):
            values = [self.values(2) for _ in range(self.random.randint(2, 4))]
            rows += [[f"{group} {n}", *map(self.number, pair)] for n, pair in enumerate(values)]
            sums.append([sum(column) for column in zip(*values)])
            rows.append(["Subtotal", *map(self.number, sums[-1])])
        rows.append(["Grand total", *(self.number(sum(column)) for column in zip(*sums))])
        return rows

    def total_columns(self):
        rows = [["Attribute", "4.8 Total", "4.9 Total", "4.9 Core", "4.9 Other", "Drivers"]]
        for metric in METRICS[:4]:
            before, core, other, drivers = self.values(4)
            rows.append([metric, *map(self.number, (before, core + other, core, other, drivers))])
        return rows

    def people(self):
        values = self.values(4)
        rows = [["Component", "Commits", "People"]]
        rows += [[name, self.number(value), str(3 + n)]
                 for n, (name, value) in enumerate(zip(self.names(4), values))]
        rows.append(["Total", self.number(sum(values)), "11"])
        return rows

    def across(self):
        columns = [self.values(2) for _ in METRICS[:4]]
        return [["Release", *METRICS[:4]],
                ["4.8", *(self.number(old) for old, _ in columns)],
                ["4.9", *(self.number(new) for _, new in columns)],
                ["Change", *(self.change(old, new) for old, new in columns)]]

    def share_pairs(self):
        rows = [["Release", "Core", "Core %", "Other", "Other %", "Total"]]
        for n in range(self.random.randint(2, 7)):
            core, other = self.values(2)
            whole = core + other
            rows.append([f"4.{n + 2}", self.number(core), self.share(core, whole),
                         self.number(other), self.share(other, whole), self.number(whole)])
        return rows

    def differences(self):
        rows = [["What", "Before", "After", "Difference", "In percent"]]
        for metric in METRICS:
            old, new = self.values(2)
            sign = "+" if new > old else ""
            rows.append([metric, self.number(old), self.number(new),
                         sign + self.number(new - old), self.change(old, new)])
        return rows

    def averages(self):
        values = self.values()
        rows = [["Who", "Commits"]] + [[n, self.number(v)] for n, v in zip(PEOPLE, values)]
        mean = self.round(Decimal(sum(values)) / len(values))
        return rows + [["Average", str(mean)], ["Total", self.number(sum(values))]]

    def shares_alone(self):
        parts = [self.random.randint(1, 40) for _ in range(self.random.randint(3, 8))]
        return [["Employer", "Share"]] + [
            [name, self.share(part, sum(parts))] for name, part in zip(PEOPLE, parts)]


STYLES = [name for name, made in vars(Maker).items() if not name.startswith("_") and callable(made)
          and name not in ("round", "number", "percent", "change", "share", "value", "values",
                           "names")]


def markdown(rows):
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]) + "\n"


def html(rows):
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n"
                   for row in rows[1:])
    return "<table><tr>" + "".join(f"<th>{cell}" for cell in rows[0]) + f"</tr>\n{body}</table>\n"


def separated(rows, separator):
    def quote(cell):
        text = cell.replace('"', '""')
        return f'"{text}"' if separator in cell or '"' in cell or "\n" in cell else cell
    return "".join(separator.join(map(quote, row)) + "\n" for row in rows)
