import io
import zipfile

import numpy as np
import pytest

from nnlab.data.dialect import AS_FOUND
from nnlab.data.opening import preview_file, read_file
from nnlab.errors import UserError


def refusal(path):
    with pytest.raises(UserError) as caught:
        read_file(path)
    sentence = str(caught.value)
    assert path.name in sentence
    assert "\n" not in sentence
    return sentence


def saved(path, **arrays):
    np.savez_compressed(path, **arrays)
    return path


def test_x_and_y_become_numbered_columns_with_the_target_last(tmp_path):
    X, y = np.arange(6.0).reshape(3, 2), np.array([0, 1, 1])
    table = read_file(saved(tmp_path / "a.npz", y=y, X=X))
    assert table.column_names == ("x1", "x2", "y")
    assert table.columns[1].tolist() == [1, 3, 5]
    assert table.columns[2].tolist() == [0, 1, 1]
    assert preview_file(tmp_path / "a.npz", AS_FOUND).complete


def test_single_columns_and_tables_take_the_names_of_their_arrays(tmp_path):
    path = saved(
        tmp_path / "b.npz", size=np.arange(3), pos=np.asfortranarray(np.eye(3)),
        kind=np.array(["a", "b", "a"]), seen=np.array([True, False, True]),
    )  # fmt: skip
    table = read_file(path)
    assert table.column_names == ("size", "pos1", "pos2", "pos3", "kind", "seen")
    assert table.column("pos2").tolist() == [0, 1, 0]
    assert table.column("kind").tolist() == ["a", "b", "a"]
    assert table.column("seen").tolist() == [1, 0, 1]


def test_python_objects_are_never_read(tmp_path):
    path = saved(tmp_path / "o.npz", X=np.array([{}, []], dtype=object))
    assert "Python objects" in refusal(path)


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"X": np.zeros((3, 2)), "y": np.zeros(4)}, "different numbers of rows"),
        ({"X": np.zeros((3, 2, 2))}, "3 × 2 × 2"),
        ({"X": np.array(1.0)}, "a single value"),
        ({"X": np.zeros((0, 2))}, "empty"),
        ({"X": np.zeros(3, dtype=complex)}, "c16"),
        ({"X": np.zeros((2, 1)), "x1": np.zeros(2)}, "'x1'"),
    ],
)
def test_arrays_that_make_no_table_are_refused_by_name(tmp_path, arrays, said):
    assert said in refusal(saved(tmp_path / "a.npz", **arrays))


def _with_header(path, shape, body, item="<f8"):
    data = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        data, {"descr": item, "fortran_order": False, "shape": shape}
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("X.npy", data.getvalue() + body)
    return path


def test_a_shape_of_gigabytes_is_refused_before_anything_is_read(tmp_path):
    path = _with_header(tmp_path / "a.npz", (1_000_000, 1_000), bytes(80))
    assert "1,000,000,000 values" in refusal(path)


def test_a_shape_that_is_not_that_of_the_bytes_is_refused(tmp_path):
    assert "length" in refusal(_with_header(tmp_path / "a.npz", (100, 2), bytes(80)))


def test_a_file_that_unpacks_to_gigabytes_is_refused_at_once(tmp_path):
    path = tmp_path / "bomb.npz"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("X.npy", "w", force_zip64=True) as member,
    ):
        for _ in range(2100):
            member.write(bytes(1_000_000))
    assert "unpacks to 2.1 GB" in refusal(path)


def test_what_is_no_archive_at_all_is_refused(tmp_path):
    path = tmp_path / "a.npz"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    refusal(path)
    path.write_bytes(b"\x00\x01\x02" * 100)
    refusal(path)
