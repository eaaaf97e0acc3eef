"""A sheet as it lies on the disk: in a folder, beside other things, or in a .zip of any kind."""

import json
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.labs.sheet_check import check_sheet
from nnlab.labs.sheet_files import MOST_FILE, MOST_FILES, MOST_TEXT, open_sheet
from nnlab.labs.unpacking import unpacked
from tests.hostile.support import bounded, few, refusal, refused
from tests.labs.support import HEAD, png, question, setup, two_layers

EXPERIMENT = json.dumps(two_layers() | {"data": {
    "source": "file", "path": "rows.csv", "features": ["x1", "x2"], "target": ["y"],
    "task": "regression",
}}).encode()  # fmt: skip
ROWS = b"x1,x2,y\n1,2,3\n0.5,-1,0.25\n2,0.3,-1\n"
TEXT = (
    f"{HEAD}# One\n![a](pic.png)\n"
    + setup('experiment = "made.nnlab"')
    + question("q", "number", 'expect = "z(1, 1)"', "sample = 1")
)
FILES = {"made.nnlab": EXPERIMENT, "rows.csv": ROWS, "pic.png": png()}


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "sheet"
    made.mkdir()
    (made / "tried.md").write_text(TEXT, encoding="utf-8")
    for name, data in FILES.items():
        (made / name).write_bytes(data)
    return made


def zipped(path, entries, **options):
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def whole(top=""):
    return {f"{top}tried.md": TEXT, **{top + name: data for name, data in FILES.items()}}


def test_a_folder_a_file_and_a_zip_are_the_same_sheet(folder, tmp_path):
    flat = zipped(tmp_path / "flat.zip", whole())
    nested = zipped(tmp_path / "nested.ZIP", whole("sheet/"), compression=zipfile.ZIP_DEFLATED)
    found = [open_sheet(path) for path in (folder, folder / "tried.md", flat, nested)]
    assert all(each.files == FILES for each in found)
    assert len({each.digest for each in found}) == 1
    assert check_sheet(found[0]) == []


def test_line_ends_and_a_byte_order_mark_make_no_other_edition(folder, tmp_path):
    entries = whole() | {"tried.md": "\ufeff" + TEXT.replace("\n", "\r\n")}
    found = open_sheet(zipped(tmp_path / "windows.zip", entries))
    assert found.digest == open_sheet(folder).digest


def test_what_merely_lies_beside_a_sheet_is_no_part_of_it(folder, tmp_path):
    # A student may open a sheet among their downloads, and hand in what belongs to it.
    for n in range(MOST_FILES + 5):
        (folder / f"holiday-{n}.jpg").write_bytes(b"private")
    with (folder / "large.csv").open("wb") as file:
        file.truncate(MOST_FILE + 1)
    (folder / "marks.xlsx").write_bytes(b"private")
    (folder / "program.exe").write_bytes(b"x")
    assert open_sheet(folder / "tried.md").files == FILES
    extra = whole() | {"marks.xlsx": b"private"}
    assert open_sheet(zipped(tmp_path / "more.zip", extra)).files == FILES


def test_a_readme_beside_it_is_no_second_sheet(folder):
    (folder / "README.md").write_text("# How to")
    assert open_sheet(folder).name == "tried"


@pytest.mark.parametrize(("names", "said"), [([], "none"), (["a.md", "b.md"], "a.md, b.md")])
def test_a_folder_must_hold_one_sheet(tmp_path, names, said):
    made = tmp_path / "some"
    made.mkdir()
    for name in names:
        (made / name).write_text(TEXT)
    assert said in refused(lambda: open_sheet(made))
    assert said in refused(
        lambda: open_sheet(zipped(tmp_path / "some.zip", dict.fromkeys(names, TEXT)))
    )


def test_a_link_beside_a_sheet_is_not_followed(folder, tmp_path):
    (folder / "pic.png").unlink()
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (folder / "pic.png").symlink_to(secret)
    assert "pic.png" not in open_sheet(folder).files


def test_what_is_missing_is_said(folder, tmp_path):
    refused(lambda: open_sheet(tmp_path / "none.md"))
    refused(lambda: open_sheet(tmp_path / "none.zip"))
    (folder / "made.nnlab").unlink()
    assert "made.nnlab" in refused(lambda: open_sheet(folder))


def test_a_text_that_is_too_long_or_no_text_is_refused(folder):
    (folder / "tried.md").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in refused(lambda: open_sheet(folder))
    (folder / "tried.md").write_bytes(b"x" * (MOST_TEXT + 1))
    assert "larger than 1 MB" in refused(lambda: open_sheet(folder))


def test_a_file_that_is_too_large_is_refused(folder):
    with (folder / "rows.csv").open("wb") as file:
        file.truncate(MOST_FILE + 1)
    assert "rows.csv is larger than 10 MB" in refused(lambda: open_sheet(folder))


def test_too_many_files_are_refused(folder, tmp_path):
    names = [f"{n}.png" for n in range(MOST_FILES + 1)]
    for name in names:
        (folder / name).write_bytes(b"x")
    pictures = "".join(f"![p]({name})\n" for name in names)
    (folder / "tried.md").write_text(TEXT + pictures)
    assert "at most 100 files" in refused(lambda: open_sheet(folder))
    entries = whole() | dict.fromkeys(names, b"x")
    assert "at most 100 files" in refused(lambda: open_sheet(zipped(tmp_path / "a.zip", entries)))


# Archives that mean harm --------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../up.csv", "a/../../up.csv", "/etc/x.csv", "C:\\x.csv", "..\\up.csv", "a\x01.csv"]
)
def test_entries_that_lead_out_are_refused(tmp_path, name):
    path = zipped(tmp_path / "a.zip", whole() | {name: b"x"})
    assert "leads out" in refused(lambda: open_sheet(path))


@pytest.mark.parametrize("name", [".", "./.", "a/.", "a//b.csv", "./tried.csv", "a/b/c/d.csv"])
def test_odd_names_are_refused_or_left_alone(tmp_path, name):
    path = zipped(tmp_path / "a.zip", whole() | {name: b"x"})
    said = refusal(lambda: open_sheet(path))
    assert said is not None or open_sheet(path).files == FILES


def test_links_are_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tried.md", TEXT)
        link = zipfile.ZipInfo("rows.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "a link" in refused(lambda: open_sheet(path))


def test_encrypted_entries_are_refused(tmp_path):
    path = zipped(tmp_path / "a.zip", whole())
    data = bytearray(path.read_bytes())
    # The flag of the first entry, in its own head and in the directory.
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + offset
        data[at : at + 2] = struct.pack("<H", 1)
    path.write_bytes(data)
    assert "password" in refused(lambda: open_sheet(path))


def test_two_entries_of_one_name_are_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tried.md", TEXT)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("tried.md", TEXT)
    refused(lambda: open_sheet(path))
    both = whole("sheet/") | {"rows.csv": ROWS}
    assert "rows.csv twice" in refused(lambda: open_sheet(zipped(tmp_path / "b.zip", both)))


def test_what_a_mac_adds_is_left_alone(tmp_path):
    entries = whole("sheet/") | {"__MACOSX/sheet/._tried.md": b"x", "__MACOSX/._sheet": b"x"}
    assert open_sheet(zipped(tmp_path / "a.zip", entries)).files == FILES


def test_bombs_are_refused_before_they_are_unpacked(tmp_path):
    entries = whole() | {"rows.csv": bytes(60 * 1024**2)}
    bomb = zipped(tmp_path / "a.zip", entries, compression=zipfile.ZIP_DEFLATED)
    assert bomb.stat().st_size < 200_000
    with bounded(more_bytes=200 * 1024**2):
        assert "rows.csv is larger" in refused(lambda: open_sheet(bomb))
    many = whole() | {f"{n}.csv": bytes(9 * 1024**2) for n in range(4)}
    path = zipped(tmp_path / "b.zip", many, compression=zipfile.ZIP_DEFLATED)
    assert "25 MB together" in refused(lambda: open_sheet(path))
    text = zipped(
        tmp_path / "c.zip", {"tried.md": bytes(MOST_TEXT + 1)}, compression=zipfile.ZIP_DEFLATED
    )
    assert "larger" in refused(lambda: open_sheet(text))


def test_a_size_that_is_a_lie_is_refused(tmp_path):
    path = zipped(
        tmp_path / "a.zip", whole() | {"rows.csv": ROWS * 1000}, compression=zipfile.ZIP_DEFLATED
    )
    data = path.read_bytes().replace(
        struct.pack("<I", len(ROWS) * 1000), struct.pack("<I", len(ROWS))
    )
    path.write_bytes(data)
    refused(lambda: open_sheet(path))


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_packings_are_refused(tmp_path, compression):
    refused(lambda: open_sheet(zipped(tmp_path / "a.zip", whole(), compression=compression)))


def test_a_text_in_a_zip_that_is_no_text_is_refused(tmp_path):
    path = zipped(tmp_path / "a.zip", {"tried.md": b"\xff\xfe"})
    assert "UTF-8" in refused(lambda: open_sheet(path))


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = tmp_path_factory.mktemp("zip") / "a.zip"
    return zipped(path, whole(), compression=zipfile.ZIP_DEFLATED).read_bytes()


@given(data=st.data())
@few(300)
def test_damaged_archives_are_sheets_or_refused(sound, tmp_path_factory, data):
    damaged = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.one_of(st.just(len(damaged)), st.integers(0, len(damaged))))
    path = tmp_path_factory.getbasetemp() / "damaged.zip"
    path.write_bytes(damaged[:end])
    refusal(lambda: open_sheet(path))


# Laid out -----------------------------------------------------------------------------


def test_data_is_laid_out_in_a_folder_of_the_sheets_own_and_nothing_else(folder, tmp_path):
    found = open_sheet(folder)
    made = unpacked(found, tmp_path / "laid")
    laid = {path.name: path.read_bytes() for path in made.iterdir()}
    assert laid == {"rows.csv": FILES["rows.csv"]}
    assert unpacked(found, tmp_path / "laid") == made


def test_where_no_folder_can_be_made_it_is_said(folder, tmp_path):
    (tmp_path / "file").write_text("x")
    assert "can't be made" in refused(lambda: unpacked(open_sheet(folder), tmp_path / "file"))
