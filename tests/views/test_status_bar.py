"""What the status bar says in words."""

import pytest

from nnlab.session.frame import Speed
from nnlab.views.status_bar import _speed_text


@pytest.mark.parametrize(
    ("speed", "said"),
    [
        (Speed(), ""),
        (Speed(1.0, 210.0), "1 epoch/s · 210 samples/s"),
        (Speed(0.25, 1.0), "0.25 epochs/s · 1 sample/s"),
        (Speed(1234.4, 56_789.0), "1,234 epochs/s · 56,789 samples/s"),
    ],
)
def test_speed_counts_one_in_the_singular(speed: Speed, said: str) -> None:
    assert _speed_text(speed) == said
