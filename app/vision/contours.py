"""Which of the mesh's 478 points draw a face: the contours of MediaPipe's canonical mesh, in order.

Left is the candidate's own left in a picture that is not mirrored. Closed lines do not repeat
their first point. All are indices of `FaceObservation.landmarks`.
"""

OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
"""Around the face, closed: from the hairline's middle down the left side, up the right one."""
LIPS = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291),
    *(409, 270, 269, 267, 0, 37, 39, 40, 185),
)
"""Around both lips, closed: from the right corner along the lower lip, back along the upper one."""
LEFT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
"""Between the lids, closed: from the outer corner along the lower lid, back along the upper one."""
RIGHT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
"""The same of the right eye."""
LEFT_IRIS = (474, 475, 476, 477)
"""Its rim, closed: four points a quarter of a turn apart, their mean is the pupil."""
RIGHT_IRIS = (469, 470, 471, 472)
"""The same of the right eye."""
LEFT_BROW = (300, 293, 334, 296, 336)
"""Its upper edge, open: from the temple to the nose."""
RIGHT_BROW = (70, 63, 105, 66, 107)
"""The same of the right brow."""
NOSE = (168, 6, 197, 195, 5, 4, 1, 19, 94, 2)
"""Its ridge, open: from between the eyes over the tip to the upper lip."""
