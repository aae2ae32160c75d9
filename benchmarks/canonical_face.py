"""Makes `app/vision/canonical_face.csv`: the mean of many people's face meshes, in centimetres.

    uv run python -m benchmarks.canonical_face FOLDER_OF_MEDIA

FOLDER_OF_MEDIA holds `fer2013/*.zip` (48x48 JPEGs) and `video/*.mp4`. Every mesh is laid on the
others by generalised Procrustes analysis (rotation, shift and scale; Gower 1975), together with
its mirror image, so that the mean is symmetric; it is then scaled to an adult's mean
interpupillary distance and centred between the outer corners of the eyes.
"""

import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from numpy.typing import NDArray
from rich.progress import track
from scipy.optimize import linear_sum_assignment

from app.vision.landmarks import (
    LEFT_EYE_OUTER,
    RIGHT_EYE_OUTER,
    FaceMesh,
    Region,
    box_around,
    region_around,
)

INTERPUPILLARY_CM = 6.3
"""Adults' mean; Dodgson, Variation and extrema of human interpupillary distance (2004)."""
IRISES = (468, 473)
HEADER = (
    "a landmark a line: x to the candidate's left, y up, z towards the camera in centimetres; "
    "weight (1 over the variance among faces, mean 1)"
)
KEPT = 0.8
"""The share of meshes that fit best and make the mean."""
Mesh = NDArray[np.float64]
"""Shape (478, 3): x to the candidate's left, y up, z towards the camera."""


def mesh_of(face_mesh: FaceMesh, picture: NDArray[np.uint8]) -> Mesh | None:
    """The mesh of a picture that one face fills, in pixels."""
    height, width = picture.shape[:2]
    region = Region(x=0.5, y=0.5, side=0.8 * min(width, height) / width, rotation=0.0)
    landmarks = None
    for _ in range(3):  # each pass finds the face's place better
        landmarks = face_mesh(picture, region)
        if landmarks is None:
            return None
        region = region_around(landmarks, box_around(landmarks), width, height)
    assert landmarks is not None
    mesh: Mesh = landmarks.astype(np.float64) * (width, -height, -width)
    return mesh


def still_faces(archive: Path, count: int) -> Iterator[NDArray[np.uint8]]:
    """A random but repeatable choice of the faces in a FER-2013 archive, enlarged."""
    with zipfile.ZipFile(archive) as files:
        names = sorted(name for name in files.namelist() if name.endswith(".jpg"))
        for name in random.Random(1).sample(names, min(count, len(names))):
            grey = cv2.imdecode(np.frombuffer(files.read(name), np.uint8), cv2.IMREAD_GRAYSCALE)
            assert grey is not None
            large = cv2.resize(grey, (288, 288), interpolation=cv2.INTER_CUBIC)
            framed = cv2.copyMakeBorder(large, 72, 72, 72, 72, cv2.BORDER_REPLICATE)
            yield np.asarray(cv2.cvtColor(framed, cv2.COLOR_GRAY2RGB), np.uint8)


def video_faces(video: Path, every: int = 40) -> Iterator[NDArray[np.uint8]]:
    """Some frames of a video of one face."""
    capture = cv2.VideoCapture(str(video))
    number = 0
    while (read := capture.read())[0]:
        if number % every == 0:
            yield np.asarray(cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB), np.uint8)
        number += 1
    capture.release()


def normalised(mesh: Mesh) -> Mesh:
    """Centred, of unit size."""
    centred: Mesh = mesh - mesh.mean(axis=0)
    return centred / np.linalg.norm(centred)


def laid_on(mesh: Mesh, target: Mesh) -> Mesh:
    """The mesh turned onto the target; both normalised."""
    left, _, right = np.linalg.svd(mesh.T @ target)
    flip = np.diag([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    turned: Mesh = mesh @ left @ flip @ right
    return turned


def mirror_partners(mean: Mesh) -> NDArray[np.intp]:
    """For each landmark, the one on the other side of the face."""
    flipped = mean * (-1.0, 1.0, 1.0)
    distances = np.linalg.norm(flipped[:, None] - mean[None], axis=2)
    partners: NDArray[np.intp] = linear_sum_assignment(distances**2)[1]
    return partners


def procrustes_mean(meshes: list[Mesh], rounds: int = 12) -> tuple[Mesh, NDArray[np.float64]]:
    """Symmetric, normalised, without the meshes that do not fit; and each landmark's variance."""
    shapes = [normalised(mesh) for mesh in meshes]
    mean = normalised(np.median(shapes, axis=0))
    turned, error = np.stack(shapes), np.zeros(len(shapes))
    for _ in range(rounds):
        turned = np.stack([laid_on(shape, mean) for shape in shapes])
        error = np.linalg.norm(turned - mean, axis=(1, 2))
        mean = normalised(turned[error <= np.quantile(error, KEPT)].mean(axis=0))
        mirrored = laid_on((mean * (-1.0, 1.0, 1.0))[mirror_partners(mean)], mean)
        mean = normalised((mean + mirrored) / 2)
    fitting = turned[error <= np.quantile(error, KEPT)]
    variance = ((fitting - mean) ** 2).sum(axis=2).mean(axis=0)
    return mean, (variance + variance[mirror_partners(mean)]) / 2


def placed(mean: Mesh) -> Mesh:
    """Metric, its plane of symmetry at x = 0, centred between the outer corners of the eyes.

    Which pitch is "straight ahead" no shape can tell: the mean pitch of the people in the
    pictures, who face their cameras, is kept.
    """
    partners = mirror_partners(mean)
    pairs = mean - mean[partners]
    sideways = pairs[pairs[:, 0] > 0].sum(axis=0)
    x = sideways / np.linalg.norm(sideways)
    z = np.array([0.0, 0.0, 1.0])
    z -= (z @ x) * x
    z /= np.linalg.norm(z)
    straight = mean @ np.stack([x, np.cross(z, x), z], axis=1)
    straight *= INTERPUPILLARY_CM / np.linalg.norm(straight[IRISES[0]] - straight[IRISES[1]])
    straight = (straight + straight[partners] * (-1.0, 1.0, 1.0)) / 2
    centred: Mesh = straight - (straight[RIGHT_EYE_OUTER] + straight[LEFT_EYE_OUTER]) / 2
    return centred


def main(
    media: Annotated[Path, typer.Argument(help="Folder with fer2013/ and video/.")],
    out: Annotated[Path, typer.Option(help="Where to write.")] = Path(
        "app/vision/canonical_face.csv"
    ),
    faces: Annotated[int, typer.Option(help="Stills to use.")] = 4000,
) -> None:
    """Make the canonical face."""
    face_mesh = FaceMesh()
    stills = still_faces(media / "fer2013" / "fer2013_train_28709.zip", faces)
    meshes = [
        mesh
        for picture in track(stills, "stills", total=faces)
        if (mesh := mesh_of(face_mesh, picture)) is not None
    ]
    people = len(meshes)
    for video in sorted((media / "video").glob("*.mp4")):
        for picture in video_faces(video):
            if (mesh := mesh_of(face_mesh, picture)) is not None:
                meshes.append(mesh)
    face_mesh.close()
    facing = normalised(np.mean([normalised(mesh) for mesh in meshes], axis=0))
    mean, variance = procrustes_mean(meshes)
    canonical = placed(laid_on(mean, facing))
    weights = 1 / variance / np.mean(1 / variance)
    np.savetxt(out, np.column_stack([canonical, weights]), fmt="%.4f", delimiter=",", header=HEADER)
    print(f"{people} stills and {len(meshes) - people} video frames made {out}")


if __name__ == "__main__":
    typer.run(main)
