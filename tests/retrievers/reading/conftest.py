"""Files for the tests of reading, made by hand where no library at hand writes them."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence

import pytest

from groundwire.core.schema import Document
from groundwire.core.settings import ReadingSettings
from groundwire.retrievers.load import document_from_bytes

# Where a text stands on a page: x and y in points, size, whether bold, the text.
Text = tuple[float, float, float, bool, str]

SECTOR, MINI_SECTOR = 512, 64
FAT, END, FREE = 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF


@pytest.fixture
def read() -> Callable[[str, bytes], Document]:
    """Read bytes as a file of the given name."""

    def read_named(name: str, data: bytes) -> Document:
        return document_from_bytes(f"/papers/{name}", data, ReadingSettings())

    return read_named


@pytest.fixture
def write_zip() -> Callable[[Mapping[str, str | bytes]], bytes]:
    """An archive of the given parts."""

    def write(parts: Mapping[str, str | bytes]) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        return file.getvalue()

    return write


@pytest.fixture
def write_pdf() -> Callable[..., bytes]:
    """A PDF of the given pages; ``info`` and ``trailer`` are entries of those dictionaries."""

    def write(pages: Sequence[Sequence[Text]], *, info: str = "", trailer: str = "") -> bytes:
        kids = " ".join(f"{6 + 2 * index} 0 R" for index in range(len(pages)))
        objects = [
            "<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
            f"<< {info} >>",
        ]
        for index, texts in enumerate(pages):
            stream = "".join(map(shown, texts))
            objects.append(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources "
                f"<< /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {7 + 2 * index} 0 R >>"
            )
            objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        return with_offsets(objects, f"/Info 5 0 R {trailer}")

    return write


def shown(text: Text) -> str:
    x, y, size, bold, words = text
    # What stands in brackets is an array of strings and of the gaps between them.
    operation = f"{words} TJ" if words.startswith("[") else f"({words}) Tj"
    return f"BT /F{2 if bold else 1} {size} Tf {x} {y} Td {operation} ET\n"


def with_offsets(objects: Sequence[str], trailer: str) -> bytes:
    data, lines = b"%PDF-1.4\n", "0000000000 65535 f \n"
    for number, content in enumerate(objects, start=1):
        lines += f"{len(data):010d} 00000 n \n"
        data += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    size = len(objects) + 1
    end = f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {size}\n{lines}{end}".encode("latin-1")


@pytest.fixture
def write_compound() -> Callable[[Mapping[str, bytes]], bytes]:
    """A compound file ([MS-CFB]) of small streams; in "storage/stream" it is the only one."""
    return compound


def compound(streams: Mapping[str, bytes]) -> bytes:
    nested = [name for name in streams if "/" in name]
    entries, content, links = [], b"", []
    for index, name in enumerate([*streams, *nested], start=1):
        is_storage = "/" in name and index <= len(streams)
        data = b"" if is_storage else streams[name]
        count = -(-len(data) // MINI_SECTOR)
        place = (len(links) if count else END, len(data))
        child = 1 + len(streams) + nested.index(name) if is_storage else FREE
        right = index + 1 if index < len(streams) else FREE
        shown_name = name.split("/")[0 if is_storage else -1]
        entries.append(entry(shown_name, 1 if is_storage else 2, (right, child), place))
        links += [*range(len(links) + 1, len(links) + count), END][:count]
        content += data.ljust(count * MINI_SECTOR, b"\0")
    # Sectors in order: allocation table, directory, mini table, mini stream.
    counts = [sectors(128 * (len(entries) + 1)), sectors(4 * len(links)), sectors(len(content))]
    table = [FAT]
    for count in counts:
        table += [*range(len(table) + 1, len(table) + count), END]
    start = 1 + counts[0]
    root = entry("Root Entry", 5, (FREE, 1), (start + counts[1], len(content)))
    head = struct.pack("<8s16s5H6x", bytes.fromhex("d0cf11e0a1b11ae1"), b"", 62, 3, 0xFFFE, 9, 6)
    head += struct.pack("<10I", 0, 1, 1, 0, 4096, start, counts[1], END, 0, 0)
    parts = [numbers([]), numbers(table), b"".join([root, *entries]), numbers(links), content]
    body = [part.ljust(sectors(len(part)) * SECTOR, b"\0") for part in parts[1:]]
    return head + parts[0][: SECTOR - len(head)] + b"".join(body)


def sectors(size: int) -> int:
    return max(1, -(-size // SECTOR))


def numbers(values: Sequence[int]) -> bytes:
    size = sectors(4 * len(values)) * SECTOR // 4
    return struct.pack(f"<{size}I", *values, *[FREE] * (size - len(values)))


def entry(name: str, kind: int, links: tuple[int, int], place: tuple[int, int]) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    head = struct.pack("<64sHBBIII", encoded, len(encoded), kind, 1, FREE, *links)
    return head + bytes(36) + struct.pack("<IQ", *place)
