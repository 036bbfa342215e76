"""Three files per digest, whole or not there, and never outside the folder."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.deliver.channels.files.channel import FilesChannel
from monitor.deliver.pictures import page
from monitor.errors import DeliveryError
from tests.deliver.sample_digest import outgoing


def test_a_digest_is_three_files(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "digests"
    row = outgoing()

    path = FilesChannel("files", folder).send(row)

    assert path == str(folder / f"{row.key}.txt")
    assert (folder / f"{row.key}.txt").read_text("utf-8") == row.message.text
    assert (folder / f"{row.key}.html").read_text("utf-8") == page(row.message)
    blocks = json.loads((folder / f"{row.key}.slack.json").read_text("utf-8"))
    assert blocks == list(row.message.blocks)
    assert len(list(folder.iterdir())) == 3


def test_a_second_attempt_changes_nothing(tmp_path: Path) -> None:
    channel = FilesChannel("files", tmp_path)
    channel.send(outgoing())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    channel.send(outgoing(attempt=2))

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file stands where the folder should be; this stops root too."""
    (tmp_path / "digests").write_text("in the way")
    folder = tmp_path / "digests" / "morning"

    with pytest.raises(DeliveryError) as caught:
        FilesChannel("files", folder).send(outgoing())

    assert str(caught.value).startswith(f"folder {folder} cannot be written to (")
    assert (caught.value.retryable, caught.value.unknown_outcome) == (True, False)


def test_a_file_that_cannot_be_replaced_leaves_the_text_unwritten(tmp_path: Path) -> None:
    """The text is written last: once it is there, all three are."""
    row = outgoing()
    (tmp_path / f"{row.key}.slack.json").mkdir()

    with pytest.raises(DeliveryError):
        FilesChannel("files", tmp_path).send(row)

    assert not (tmp_path / f"{row.key}.txt").exists()


@pytest.mark.parametrize("key", ["../../etc/passwd", "/etc/passwd", ".hidden", "a\0b", "a\nb"])
def test_no_key_leaves_the_folder(tmp_path: Path, key: str) -> None:
    folder = tmp_path / "digests"

    path = Path(FilesChannel("files", folder).send(replace(outgoing(), key=key)))

    assert path.parent == folder
    assert not path.name.startswith(".")
    assert [each.name for each in tmp_path.iterdir()] == ["digests"]
