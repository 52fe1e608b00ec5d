"""Make one photo anew, in a process of its own: ``python -m halkla_iliskiler.work.reencode SOURCE TARGET TYPE``.

Whatever is hidden in a photo sent by a stranger (a place in its EXIF, another file behind its end, an attack on the
library that reads it) ends here: only the picture itself is written anew. The process limits its own memory, time and
files before it reads a byte, has no secrets in its environment, and imports nothing else of this program. It ends
with 0, or says in one word on standard error why it could not.
"""

import resource
import sys

__all__ = ["LONGEST_SIDE", "MAX_PIXELS", "PROBLEMS", "main", "make_anew"]

LONGEST_SIDE = 1600
QUALITY = 85
MAX_PIXELS = 70_000_000
PROBLEMS = ("unreadable", "too_large", "killed", "timeout")
_MEMORY = 1 << 30
_CPU_SECONDS = 20
_FILE_SIZE = 32 << 20
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/heic": "HEIF"}


class TooLarge(Exception):
    """It has more points than anybody's camera takes."""


def limit_resources() -> None:
    """Take from this process what it must not use."""
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _CPU_SECONDS),
        (resource.RLIMIT_FSIZE, _FILE_SIZE),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (most, most))


def make_anew(source: str, target: str, content_type: str) -> None:
    """Write the picture in *source* to *target* as a JPEG: upright, at most 1600 points long, nothing else in it.

    Raises:
        TooLarge: its header promises too many points.
        OSError, ValueError, SyntaxError: it cannot be read.
    """
    from PIL import Image, ImageOps

    # Looked at below, before anything is unpacked.
    Image.MAX_IMAGE_PIXELS = None
    if content_type == "image/heic":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    with Image.open(source, formats=[_FORMATS[content_type]]) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise TooLarge
        # A JPEG can be unpacked at half, a quarter or an eighth of its size, which is quicker and takes less room.
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=3.0)
        if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
            upright = upright.convert("RGBA")
        # On a new sheet, so that nothing but the points is taken over: no EXIF, no comment, no profile, no preview.
        sheet = Image.new("RGB", upright.size, "white")
        sheet.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
        sheet.save(target, "JPEG", quality=QUALITY, optimize=True)


def main(arguments: list[str]) -> int:
    """Run as a program."""
    limit_resources()
    try:
        make_anew(*arguments)
    except (TooLarge, MemoryError):
        problem = "too_large"
    except Exception:  # noqa: BLE001  (the libraries raise whatever they meet)
        problem = "unreadable"
    else:
        return 0
    sys.stderr.write(problem)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
