"""Weights that ride in packages whose code is not used."""

import importlib.util
from pathlib import Path

from app.errors import ModelError


def package_file(package: str, *parts: str) -> Path:
    """A file inside an installed package, which is not imported. Raises ModelError."""
    found = importlib.util.find_spec(package)
    folders = [] if found is None else list(found.submodule_search_locations or [])
    for folder in folders:
        if (file := Path(folder, *parts)).is_file():
            return file
    raise ModelError(f"the package {package} with its {parts[-1]} is not installed")
