"""What takes seconds to make and serves several files of tests."""

from pathlib import Path

import pytest

from tests.media import SHARED


@pytest.fixture(scope="session")
def learned(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Both networks of MiniFASNet with Small Vision's weights, converted."""
    from app.vision.export_minifasnet import export  # with torch, which most tests do without

    folder, stems = tmp_path_factory.mktemp("minifasnet"), []
    for weights in sorted((SHARED / "weights" / "minifasnet").glob("*.pth")):
        export(weights, folder / weights.stem)
        stems.append(weights.stem)
    return [folder / stem / f"{stem}.xml" for stem in stems]
