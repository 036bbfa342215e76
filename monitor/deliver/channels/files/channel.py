"""Turns an outgoing message into three files: KEY.txt, KEY.html and KEY.slack.json.

A file is either whole or not there, and a second attempt writes the same files again.
Must never write outside its folder.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from monitor.deliver.channel import ChannelType
from monitor.deliver.pictures import page
from monitor.deliver.whole_file import make_folder, replace
from monitor.errors import DeliveryError
from monitor.model.deliveries import ChannelConfig, ChannelKey, Outgoing


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesConfig(ChannelConfig):
    """A channel of the type files."""

    type: ClassVar[str] = "files"
    keys: ClassVar[tuple[ChannelKey, ...]] = (ChannelKey(name="folder", what="a folder"),)

    folder: str = "digests"  # below the folder of data, if it is no whole path


class FilesChannel:
    """A folder; it is made when the first digest is written."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder

    def send(self, outgoing: Outgoing) -> str:
        """Write the files and return the path of the text. Raises DeliveryError."""
        stem = re.sub(r"[^A-Za-z0-9._-]|^\.", "_", outgoing.key)
        message = outgoing.message
        blocks = json.dumps(message.blocks, ensure_ascii=False, indent=2, sort_keys=True)
        # The text comes last: once it is there, all three are.
        files = ((".html", page(message)), (".slack.json", f"{blocks}\n"), (".txt", message.text))
        try:
            make_folder(self._folder)
            for ending, content in files:
                replace(self._folder / f"{stem}{ending}", content.encode())
        except OSError as exc:
            raise DeliveryError(
                f"folder {self._folder} cannot be written to ({exc.strerror or exc}); "
                "check folder: in delivery.yaml",
                retryable=True,
            ) from exc
        return str(self._folder / f"{stem}.txt")


FILES: Final = ChannelType(
    config=FilesConfig,
    make=lambda config, around: FilesChannel(config.name, around.data_dir / config.folder),
)
