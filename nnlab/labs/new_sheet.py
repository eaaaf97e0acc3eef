"""A sheet to begin with: short, whole, and with a question of each kind."""

from __future__ import annotations

import re
from pathlib import Path

from nnlab.errors import UserError
from nnlab.files import is_there, reason, write_whole

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")

TEMPLATE = """\
+++
name = "NAME"
title = "A first sheet"
minutes = 20
aims = ["compute a weighted sum by hand", "see a neuron learn AND"]
# own_seeds = ["network"]      # each student gets numbers of their own
+++

Markdown stands between questions. A formula is written between dollar signs:
$z = w_1 x_1 + w_2 x_2 + b$. A link may lead into the window, such as to
[the step-through](nnlab:show_explain).

# By hand

```setup
example = "perceptron"
[change]
training.shuffle = false
```

```question
name = "z"
kind = "number"
ask = "What is $z_1^{(1)}$ for the second sample?"
expect = "z(1, 1)"             # nnlab computes it from the experiment
sample = 2
tolerance = 0.005
hints = ["z is a sum of two products and the bias."]
```

```question
name = "both"
kind = "table"
ask = "And the two weights after one step with this sample alone?"
rows = ["$w_{11}^{(1)}$", "$w_{12}^{(1)}$"]
expect = ["new_w(1, 1, 1)", "new_w(1, 2, 1)"]
sample = 2
tolerance = 0.005
```

```question
name = "why"
kind = "choice"
ask = "Which weight changes more?"
choices = ["the one whose input is larger", "both change alike", "neither changes"]
right = 1
wrong = ["", "Look at the inputs: they are factors of the gradients.", ""]
```

# In the lab

```question
name = "guess"
kind = "guess"
ask = "After how many epochs will all four rows be right? Guess first, then train."
when = "train_accuracy == 1"
outcome = "epoch"
```

```question
name = "learned"
kind = "state"
ask = "Have the neuron learn AND."
require = [
  ["data == 'and'", "Choose AND as the data."],
  ["train_accuracy == 1", "Not all four rows are right yet."],
]
```

```question
name = "picture"
kind = "figure"
ask = "Take the picture of the line that it found."
plot = "boundary"
require = [["train_accuracy == 1", "Train it first."]]
```

```question
name = "explain"
kind = "text"
ask = "Why does the same neuron fail on XOR? Answer in two or three sentences."
least_words = 10
points = 2
```
"""


def write_new_sheet(name: str, folder: Path) -> Path:
    """Write a sheet to begin with into a new folder.

    Args:
        name: of the sheet and its folder.
        folder: where that goes.

    Returns:
        The sheet's file.

    Raises:
        UserError: the name is none, or something has it already.
    """
    if not _NAME.fullmatch(name):
        raise UserError(f"“{name}” is no name of a sheet: use small letters, digits, - and _.")
    made = folder / name
    if is_there(made):
        raise UserError(f"There is {made} already: choose another name.")
    try:
        made.mkdir()
    except OSError as error:
        raise UserError(f"The folder {made} can't be made: {reason(error)}.") from None
    path = made / f"{name}.md"
    write_whole(path, TEMPLATE.replace("NAME", name))
    return path
