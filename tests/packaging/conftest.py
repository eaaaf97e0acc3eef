"""What the tests of the frozen app share."""

from pathlib import Path

import pytest

from tests.packaging.frozen import freeze


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The frozen app: its executable file."""
    return freeze(tmp_path_factory)
