"""`help`: what --help tells, by another way."""

import pytest

from mining import fails, run


def test_of_all(tmp_path):
    assert run(tmp_path, "help").stdout == run(tmp_path, "--help").stdout


@pytest.mark.parametrize("command", ["figure", "advisory"])
def test_of_one(tmp_path, command):
    assert run(tmp_path, "help", command).stdout == run(tmp_path, command, "--help").stdout


def test_of_none(tmp_path):
    fails(tmp_path, 64, 'there is no command "figures"', arguments=("help", "figures"))
