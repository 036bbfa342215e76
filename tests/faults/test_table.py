"""The table in the README names a test for each of the 50 faults, and each test is there."""

import re
from pathlib import Path

HERE = Path(__file__).parent
ROW = re.compile(r"^\| (\d+) \|.*\| (\S+) \|$", re.MULTILINE)


def test_each_of_the_50_faults_has_a_test() -> None:
    rows = ROW.findall((HERE / "README.md").read_text(encoding="utf-8"))
    assert [int(number) for number, _ in rows] == list(range(1, 51))
    missing = [f"{number}: {test}" for number, test in rows if not there(*test.split("::"))]
    assert missing == []


def there(file: str, name: str = "") -> bool:
    path = HERE / file
    if not name:  # a whole file, of what needs an extra
        return True
    found = re.search(rf"^(async )?def {name}\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    return found is not None
